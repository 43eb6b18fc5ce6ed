//! The key of a developer's calls, and the tokens that it signs.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::Value;
use uuid::Uuid;

use super::certificates::SigningError;
use crate::pem;

const AUDIENCE: &str = "appstoreconnect-v1";
const LONGEST_SECONDS: i64 = 3_600;
/// How far a token may come from the future, in seconds.
const SKEW_SECONDS: i64 = 60;
const ID_LENGTH: usize = 10;

/// An in-app purchase key.
pub(super) struct SigningKey {
    id: String,
    pair: KeyPair,
}

impl SigningKey {
    pub(super) fn generate() -> Result<Self, SigningError> {
        let mut id = Uuid::new_v4().simple().to_string().to_uppercase();
        id.truncate(ID_LENGTH);
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        Ok(Self { id, pair })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The private key as PKCS#8 in PEM.
    pub(super) fn private_pem(&self) -> String {
        pem::private_key(self.pair.serialized_der())
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let public = self.pair.public_key_raw();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public);
        key.verify(message, signature).is_ok()
    }
}

/// A token that was received, not verified yet.
pub(super) struct Token {
    header: Value,
    claims: Value,
    signed: String,
    signature: Vec<u8>,
}

impl Token {
    /// `None` if it is not a token of three parts.
    pub(super) fn parse(token: &str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |text: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        Some(Self {
            header: json(header)?,
            claims: json(claims)?,
            signed: signed.to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    /// The app that it says it is for.
    pub(super) fn bundle_id(&self) -> &str {
        text(&self.claims, "bid")
    }

    /// Whether one of the keys signed it for this issuer, and it is good now (real time).
    pub(super) fn is_good<'a>(
        &self,
        issuer_id: &str,
        mut keys: impl Iterator<Item = &'a SigningKey>,
    ) -> bool {
        let kid = text(&self.header, "kid");
        let signed = keys
            .any(|key| key.id() == kid && key.verifies(self.signed.as_bytes(), &self.signature));
        let now = Timestamp::now().as_second();
        let time = |name: &str| self.claims.get(name).and_then(Value::as_i64);
        let issued = time("iat").unwrap_or(now);
        let in_time = time("exp")
            .is_some_and(|ends| ends > now && ends.saturating_sub(issued) <= LONGEST_SECONDS);
        signed
            && in_time
            && issued <= now.saturating_add(SKEW_SECONDS)
            && text(&self.header, "alg") == "ES256"
            && text(&self.claims, "iss") == issuer_id
            && text(&self.claims, "aud") == AUDIENCE
    }
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

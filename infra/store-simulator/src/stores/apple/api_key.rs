//! Key of a developer's API calls, and verification of the tokens that it signs.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use jiff::Timestamp;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use uuid::Uuid;

use crate::keys::{KeyError, jwt, pem};

const AUDIENCE: &str = "appstoreconnect-v1";
const LONGEST_SECONDS: i64 = 3_600;
/// Maximum distance of a token's issue date into the future, in seconds.
const SKEW_SECONDS: i64 = 60;
const ID_LENGTH: usize = 10;

/// In-app purchase key.
pub(super) struct SigningKey {
    id: String,
    pair: KeyPair,
}

impl SigningKey {
    pub(super) fn generate() -> Result<Self, KeyError> {
        let mut id = Uuid::new_v4().simple().to_string().to_uppercase();
        id.truncate(ID_LENGTH);
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        Ok(Self { id, pair })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Returns the private key as PKCS#8 in PEM.
    pub(super) fn private_pem(&self) -> String {
        pem::private_key(self.pair.serialized_der())
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let public = self.pair.public_key_raw();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public);
        key.verify(message, signature).is_ok()
    }
}

/// Returns the bundle id of the app that a token claims to be for.
pub(super) fn bundle_id(token: &jwt::Received) -> &str {
    token.text("bid")
}

/// Returns whether one of the keys signed the token for this issuer, and the token is valid now
/// (real time).
pub(super) fn is_good<'a>(
    token: &jwt::Received,
    issuer_id: &str,
    mut keys: impl Iterator<Item = &'a SigningKey>,
) -> bool {
    let signed = keys.any(|key| {
        token.header("kid") == Some(key.id())
            && token.is_signed(|message, signature| key.verifies(message, signature))
    });
    let now = Timestamp::now().as_second();
    let issued = token.number("iat").unwrap_or(now);
    let ends = token.number("exp");
    let in_time =
        ends.is_some_and(|ends| ends > now && ends.saturating_sub(issued) <= LONGEST_SECONDS);
    signed
        && in_time
        && issued <= now.saturating_add(SKEW_SECONDS)
        && token.header("alg") == Some("ES256")
        && token.text("iss") == issuer_id
        && token.text("aud") == AUDIENCE
}

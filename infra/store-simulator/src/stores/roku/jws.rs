//! Notifications as compact JWS, genuine and forged.

use aws_lc_rs::hmac;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Alphabet, Damage, SignWith};
use crate::keys::{KeyError, KeyRing, RsaKey, jwt};

const ISSUER: &str = "Roku, Inc. urn:roku:apps:partner-service.roku.com";
const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;
const MESSAGE: &str = "x-Roku-message";

/// Forger's keys, which are in no published set.
pub(super) static FORGERS: KeyRing = KeyRing::new(new_key_id);

/// Generates a key id in the store's form.
pub(super) fn new_key_id() -> String {
    dated_key_id("ROKU-PARTNER-SERVICE")
}

/// Generates a key id for the test stream.
pub(super) fn new_test_key_id() -> String {
    dated_key_id("ROKU-PARTNER-SERVICE-TEST")
}

fn dated_key_id(prefix: &str) -> String {
    let unique = Uuid::new_v4().simple().to_string();
    let (unique, _) = unique.split_at(8);
    let today = Timestamp::now().strftime("%Y-%m-%d");
    format!("{prefix}-{today}-{unique}")
}

impl Alphabet {
    fn encode(self, bytes: &[u8]) -> String {
        match self {
            Self::UrlUnpadded => URL_SAFE_NO_PAD.encode(bytes),
            Self::Url => URL_SAFE.encode(bytes),
            Self::StandardUnpadded => STANDARD_NO_PAD.encode(bytes),
            Self::Standard => STANDARD.encode(bytes),
        }
    }
}

/// Content of a notification.
pub(super) struct Draft<'a> {
    pub(super) message: &'a str,
    pub(super) message_key: &'a str,
    pub(super) message_type: &'a str,
    pub(super) alphabet: Alphabet,
    /// Replaced claims; `null` removes one.
    pub(super) claims: Map<String, Value>,
    /// Replaced members of the header; `null` removes one.
    pub(super) header: Map<String, Value>,
    pub(super) sign_with: SignWith,
    pub(super) damage: Option<Damage>,
    /// URL of the forger's keys.
    pub(super) forged_jwks_url: &'a str,
}

impl<'a> Draft<'a> {
    /// Creates the draft of a genuine notification.
    pub(super) fn of(
        message: &'a str,
        message_key: &'a str,
        message_type: &'a str,
        alphabet: Alphabet,
    ) -> Self {
        Self {
            message,
            message_key,
            message_type,
            alphabet,
            claims: Map::new(),
            header: Map::new(),
            sign_with: SignWith::CurrentKey,
            damage: None,
            forged_jwks_url: "",
        }
    }

    /// Returns the compact JWS, issued now (real time). `key` is the stream's current key.
    pub(super) fn compact(self, key: &RsaKey) -> Result<String, KeyError> {
        let forger = FORGERS.current()?;
        let mut header = json!({"typ": "JWT", "alg": "RS256", "kid": key.id()});
        let changes = match self.sign_with {
            SignWith::CurrentKey | SignWith::TestKey | SignWith::WrongKey => json!({}),
            SignWith::UnknownKey => json!({"kid": forger.id()}),
            SignWith::Hs256 => json!({"alg": "HS256"}),
            SignWith::None => json!({"alg": "none"}),
            SignWith::Rs512 => json!({"alg": "RS512"}),
            SignWith::LinkedKey => json!({"kid": forger.id(), "jku": self.forged_jwks_url}),
            SignWith::EmbeddedKey => json!({"jwk": forger.jwk()}),
        };
        change(
            &mut header,
            changes.as_object().cloned().unwrap_or_default(),
        );
        change(&mut header, self.header.clone());
        let claims = self.claims();
        let content = jwt::content(&header, &claims);
        let signature = match self.sign_with {
            SignWith::CurrentKey | SignWith::TestKey => key.sign(content.as_bytes())?,
            SignWith::UnknownKey
            | SignWith::WrongKey
            | SignWith::LinkedKey
            | SignWith::EmbeddedKey => forger.sign(content.as_bytes())?,
            SignWith::Rs512 => key.sign_sha512(content.as_bytes())?,
            SignWith::Hs256 => {
                let secret = hmac::Key::new(hmac::HMAC_SHA256, key.public_pem()?.as_bytes());
                hmac::sign(&secret, content.as_bytes()).as_ref().to_vec()
            }
            SignWith::None => Vec::new(),
        };
        Ok(damaged(&content, &signature, self.damage))
    }

    fn claims(&self) -> Value {
        let now = Timestamp::now().as_second();
        let text = match self.damage {
            Some(Damage::NotJson) => {
                let half = self.message.chars().count() / 2;
                self.message.chars().take(half).collect()
            }
            _ => self.message.to_owned(),
        };
        let encoded = match self.damage {
            Some(Damage::BrokenMessage) => "%% this is not base64 %%".to_owned(),
            _ => self.alphabet.encode(text.as_bytes()),
        };
        let mut claims = json!({
            "iss": ISSUER,
            "exp": now.saturating_add(DAY),
            "nbf": now.saturating_sub(HOUR),
            MESSAGE: encoded,
            "x-Roku-message-encoding": "base64-utf8",
            "x-Roku-message-key": self.message_key,
            "x-Roku-message-type": self.message_type,
        });
        change(&mut claims, self.claims.clone());
        claims
    }
}

fn change(object: &mut Value, changes: Map<String, Value>) {
    if let Some(members) = object.as_object_mut() {
        members.extend(changes);
        members.retain(|_, value| !value.is_null());
    }
}

fn damaged(content: &str, signature: &[u8], damage: Option<Damage>) -> String {
    let encoded = URL_SAFE_NO_PAD.encode(signature);
    match damage {
        Some(Damage::TwoParts) => content.to_owned(),
        Some(Damage::FourParts) => format!("{content}.{encoded}.{encoded}"),
        Some(Damage::BrokenBase64) => format!("{content}!.{encoded}"),
        Some(Damage::BrokenSignature) => {
            let mut broken = signature.to_vec();
            if let Some(first) = broken.first_mut() {
                *first ^= 1;
            }
            format!("{content}.{}", URL_SAFE_NO_PAD.encode(broken))
        }
        Some(Damage::BrokenMessage | Damage::NotJson) | None => format!("{content}.{encoded}"),
    }
}

/// Returns the `responseKey` in a notification, whatever its alphabet, if there is one.
pub(super) fn response_key(body: &[u8]) -> Option<String> {
    let body = std::str::from_utf8(body).ok()?;
    let (_, rest) = body.split_once('.')?;
    let (claims, _) = rest.split_once('.')?;
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    let message = claims.get(MESSAGE)?.as_str()?.trim_end_matches('=');
    let message = message.replace('+', "-").replace('/', "_");
    let message: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(message).ok()?).ok()?;
    message.get("responseKey")?.as_str().map(str::to_owned)
}

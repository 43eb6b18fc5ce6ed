//! Tokens by which the App Store Server API knows a broadcaster's server: signed here, with its key.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::Timestamp;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, Header};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::api_key::ApiKey;
use crate::LookUpError;

const AUDIENCE: &str = "appstoreconnect-v1";

/// How long a token holds. Apple takes up to an hour.
const LASTS: SignedDuration = SignedDuration::from_mins(10);

/// How long it is used.
const USED: SignedDuration = SignedDuration::from_mins(5);

/// How far Apple's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

/// The tokens of all keys. Clones share them.
#[derive(Debug, Clone, Default)]
pub(super) struct Tokens(Arc<Mutex<BTreeMap<String, Token>>>);

#[derive(Debug)]
struct Token {
    text: SecretString,
    signed_at: Timestamp,
}

impl Token {
    fn is_fresh(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.signed_at);
        !age.is_negative() && age < USED
    }
}

impl Tokens {
    /// The `Authorization` of a question: a few minutes long the same for a key.
    pub(super) fn authorization(
        &self,
        key: &ApiKey,
        now: Timestamp,
    ) -> Result<HeaderValue, LookUpError> {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.retain(|_, token| token.is_fresh(now));
        if let Some(token) = tokens.get(&key.identity) {
            return header(&token.text);
        }
        let text = signed(key, now)?;
        let header = header(&text)?;
        let token = Token {
            text,
            signed_at: now,
        };
        tokens.insert(key.identity.clone(), token);
        Ok(header)
    }

    /// Drops the token of a key, because it was not accepted.
    pub(super) fn forget(&self, key: &ApiKey) {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.remove(&key.identity);
    }
}

fn signed(key: &ApiKey, now: Timestamp) -> Result<SecretString, LookUpError> {
    let seconds = now.as_second();
    let claims = json!({
        "iss": key.issuer_id,
        "iat": seconds.saturating_sub(SKEW.as_secs()),
        "exp": seconds.saturating_add(LASTS.as_secs()),
        "aud": AUDIENCE,
        "bid": key.bundle_id,
    });
    let header = Header {
        kid: Some(key.key_id.clone()),
        ..Header::new(Algorithm::ES256)
    };
    jsonwebtoken::encode(&header, &claims, &key.key)
        .map(SecretString::from)
        .map_err(|_| LookUpError::Unauthorized)
}

fn header(token: &SecretString) -> Result<HeaderValue, LookUpError> {
    let bearer = format!("Bearer {}", token.expose_secret());
    let mut bearer = HeaderValue::from_str(&bearer).map_err(|_| LookUpError::Unauthorized)?;
    bearer.set_sensitive(true);
    Ok(bearer)
}

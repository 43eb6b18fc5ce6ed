//! Bearer tokens for the App Store Server API, signed with the broadcaster's key.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::Timestamp;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, Header};
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::connectors::apple::config::api_key::ApiKey;
use crate::{LookUpError, http};

const AUDIENCE: &str = "appstoreconnect-v1";

/// Validity of a token. Apple accepts up to an hour.
const LASTS: SignedDuration = SignedDuration::from_mins(10);

/// Time for which a token is used; less than its validity, so that none expires on its way.
const USED: SignedDuration = SignedDuration::from_mins(5);

/// Time by which Apple's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(30);

/// Tokens of all keys. Clones share them.
#[derive(Debug, Clone, Default)]
pub(in crate::connectors::apple) struct Tokens(Arc<Mutex<BTreeMap<String, Token>>>);

#[derive(Debug)]
struct Token {
    text: SecretString,
    signed_at: Timestamp,
}

impl Token {
    fn is_fresh(&self, now: Timestamp) -> bool {
        // A negative age means that the clock went back; then nothing is known about the validity.
        let age = now.duration_since(self.signed_at);
        !age.is_negative() && age < USED
    }
}

/// Header `Authorization` of a request.
pub(in crate::connectors::apple) struct Authorization {
    pub(in crate::connectors::apple) header: HeaderValue,
    /// Whether the token comes from the cache.
    pub(in crate::connectors::apple) reused: bool,
}

impl Tokens {
    /// Returns the header `Authorization`. A token is reused for [`USED`].
    pub(in crate::connectors::apple) fn authorization(
        &self,
        key: &ApiKey,
        now: Timestamp,
    ) -> Result<Authorization, LookUpError> {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Also drops the tokens of former configurations, which would otherwise stay for ever.
        tokens.retain(|_, token| token.is_fresh(now));
        if let Some(token) = tokens.get(&key.identity) {
            return Ok(Authorization {
                header: header(&token.text)?,
                reused: true,
            });
        }
        let text = signed(key, now)?;
        let header = header(&text)?;
        let token = Token {
            text,
            signed_at: now,
        };
        tokens.insert(key.identity.clone(), token);
        Ok(Authorization {
            header,
            reused: false,
        })
    }

    /// Drops the token of a key, because Apple refused it.
    pub(in crate::connectors::apple) fn forget(&self, key: &ApiKey) {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.remove(&key.identity);
    }
}

fn signed(key: &ApiKey, now: Timestamp) -> Result<SecretString, LookUpError> {
    let seconds = now.as_second();
    let claims = json!({
        "iss": key.issuer_id,
        // Dated back: Apple refuses a token that was issued in its future.
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
        .map_err(|_| LookUpError::InvalidRequest("the private key does not sign"))
}

fn header(token: &SecretString) -> Result<HeaderValue, LookUpError> {
    let bearer = format!("Bearer {}", token.expose_secret());
    http::secret_header(&bearer)
}

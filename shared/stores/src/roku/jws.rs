//! The proof that Roku sent a notification: its body is a JSON Web Signature.

use domain::Timestamp;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header};
use reqwest::Client;
use serde_json::Value;

use super::Config;
use crate::NotificationError;
use crate::jwk_set::{JwkSets, Published};

const ISSUER: &str = "Roku, Inc. urn:roku:apps:partner-service.roku.com";

/// How far clocks may differ.
const SKEW_SECONDS: i64 = 60;

/// Proves a notification and gives its claims.
pub(super) async fn claims(
    client: &Client,
    keys: &JwkSets,
    config: &Config,
    body: &[u8],
    now: Timestamp,
) -> Result<Value, NotificationError> {
    let token = token(body).ok_or(NotificationError::Forged)?;
    let kid = kid(token, config).ok_or(NotificationError::Forged)?;
    let key = keys.key(client, published(config), &kid, now).await;
    let key = key
        .map_err(|error| NotificationError::Unproven(error.to_string()))?
        .ok_or(NotificationError::Forged)?;
    let mut signature_only = Validation::new(Algorithm::RS256);
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    signature_only.required_spec_claims.clear();
    let claims = decode::<Value>(token, &key, &signature_only)
        .map_err(|_| NotificationError::Forged)?
        .claims;
    if hold(&claims, config, now) {
        Ok(claims)
    } else {
        Err(NotificationError::Forged)
    }
}

/// Where Roku publishes its keys.
pub(super) fn published(config: &Config) -> Published<'_> {
    Published {
        store: "roku",
        url: &config.keys_url,
        timeout: config.timeout,
    }
}

/// Three parts, and nothing around them.
pub(super) fn token(body: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(body).ok()?.trim();
    (text.bytes().filter(|byte| *byte == b'.').count() == 2).then_some(text)
}

/// The id of the key that signed. A key comes only from the configured address: a header that names
/// another one is refused, and a key in a header is not looked at. Nothing that is critical (RFC 7515,
/// 4.1.11) is understood here.
pub(super) fn kid(token: &str, config: &Config) -> Option<String> {
    let Header {
        alg,
        kid,
        jku,
        x5u,
        crit,
        ..
    } = decode_header(token).ok()?;
    let elsewhere = |url: &Option<String>| url.as_ref().is_some_and(|url| *url != config.keys_url);
    let fits = alg == Algorithm::RS256 && crit.is_none() && !elsewhere(&jku) && !elsewhere(&x5u);
    kid.filter(|kid| fits && !kid.is_empty())
}

/// By Roku, and of now. Roku sends for longer than its signatures are said to hold, so that they count
/// for a while after that.
pub(super) fn hold(claims: &Value, config: &Config, now: Timestamp) -> bool {
    let seconds = |name: &str| {
        let value = claims.get(name)?;
        value.as_i64()
    };
    let Some(expires_at) = seconds("exp") else {
        return false;
    };
    let now = now.as_second();
    let late = now.saturating_sub(expires_at);
    let begun = seconds("nbf").is_some_and(|at| at <= now.saturating_add(SKEW_SECONDS));
    let issued_by_roku = claims.get("iss").and_then(Value::as_str) == Some(ISSUER);
    let believed =
        issued_by_roku && begun && late < config.expired_after.as_secs().max(SKEW_SECONDS);
    if believed && late >= SKEW_SECONDS {
        tracing::info!(store = "roku", late, "a notification came after its end");
    }
    believed
}

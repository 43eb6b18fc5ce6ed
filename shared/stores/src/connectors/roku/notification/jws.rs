//! Proof of origin: the body of a notification is a JSON Web Signature by Roku.

use domain::Timestamp;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header};
use serde_json::Value;

use crate::connectors::roku::Config;
use crate::jwk_set::{JwkSets, Published};
use crate::{ConnectorContext, NotificationError};

const ISSUER: &str = "Roku, Inc. urn:roku:apps:partner-service.roku.com";

/// Tolerated difference of clocks, in seconds.
const SKEW_SECONDS: i64 = 60;

/// Verifies a notification and returns its claims.
pub(in crate::connectors::roku) async fn claims(
    context: &ConnectorContext,
    config: &Config,
    body: &[u8],
    now: Timestamp,
) -> Result<Value, NotificationError> {
    let token = token(body).ok_or(NotificationError::Forged)?;
    let kid = kid(token, config).ok_or(NotificationError::Forged)?;
    let keys: JwkSets = context.cache();
    let key = keys.key(&context.http, published(config), &kid, now).await;
    let key = key
        .map_err(|error| NotificationError::Unproven(error.to_string()))?
        .ok_or(NotificationError::Forged)?;
    // The claims are checked below, because `exp` is tolerated for longer than the library allows.
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

/// Returns the URL at which Roku publishes its keys.
pub(in crate::connectors::roku) fn published(config: &Config) -> Published<'_> {
    Published {
        store: "roku",
        url: &config.keys_url,
        timeout: config.timeout,
    }
}

/// Returns the body as a token: three parts and nothing around them.
pub(in crate::connectors::roku) fn token(body: &[u8]) -> Option<&str> {
    // The content type is `text/plain`, so line ends may surround the token.
    let text = std::str::from_utf8(body).ok()?.trim();
    (text.bytes().filter(|byte| *byte == b'.').count() == 2).then_some(text)
}

/// Returns the id of the key that signed.
///
/// Keys come only from the configured URL: a header that names another URL is refused, and a key in
/// a header is ignored. No critical extension (RFC 7515, 4.1.11) is supported.
pub(in crate::connectors::roku) fn kid(token: &str, config: &Config) -> Option<String> {
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

/// Checks issuer and time. Roku repeats notifications for longer than their signatures are valid,
/// so an expired one is accepted for the configured time.
pub(in crate::connectors::roku) fn hold(claims: &Value, config: &Config, now: Timestamp) -> bool {
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
        tracing::info!(
            store = "roku",
            late,
            "a notification arrived after its expiry"
        );
    }
    believed
}

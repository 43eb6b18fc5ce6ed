//! Push tokens: the OpenID Connect token of each notification.

use domain::Timestamp;
use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde::Deserialize;

use crate::connectors::android::config::{Config, Push};
use crate::jwk_set::{JwkSets, Published};
use crate::{ConnectorContext, NotificationError};

const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];

/// Tolerated difference of clocks, in seconds.
const SKEW_SECONDS: i64 = 60;

/// Claims of a push token.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    email: String,
    email_verified: bool,
    exp: i64,
    iat: i64,
}

/// Checks that a token was signed by Google, for this address, by the configured sender, and is
/// valid now.
pub(in crate::connectors::android) async fn check(
    context: &ConnectorContext,
    config: &Config,
    push: &Push,
    token: &str,
    now: Timestamp,
) -> Result<(), NotificationError> {
    let header = decode_header(token).map_err(|_| NotificationError::Forged)?;
    // No critical extension (RFC 7515, 4.1.11) is supported.
    let accepted = header.alg == Algorithm::RS256 && header.crit.is_none();
    let kid = header.kid.filter(|_| accepted);
    let kid = kid.ok_or(NotificationError::Forged)?;
    let published = Published {
        store: "android",
        url: &config.keys_url,
        timeout: config.timeout,
    };
    let keys: JwkSets = context.cache();
    let key = keys.key(&context.http, published, &kid, now).await;
    let key = key
        .map_err(|error| NotificationError::Unproven(error.to_string()))?
        .ok_or(NotificationError::Forged)?;
    // The claims are checked below with the time of receipt; the library would use its own clock.
    let mut signature_only = Validation::new(Algorithm::RS256);
    signature_only.validate_exp = false;
    signature_only.validate_aud = false;
    signature_only.required_spec_claims.clear();
    let claims = decode::<Claims>(token, &key, &signature_only)
        .map_err(|_| NotificationError::Forged)?
        .claims;
    if claims.hold(push, now.as_second()) {
        Ok(())
    } else {
        Err(NotificationError::Forged)
    }
}

impl Claims {
    fn hold(&self, push: &Push, now: i64) -> bool {
        // Without the sender, any Google service account could sign for the same audience.
        ISSUERS.contains(&self.iss.as_str())
            && self.aud == push.audience
            && self.email == push.service_account
            && self.email_verified
            && self.exp > now.saturating_sub(SKEW_SECONDS)
            && self.iat <= now.saturating_add(SKEW_SECONDS)
    }
}

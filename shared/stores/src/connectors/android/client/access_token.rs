//! OAuth access tokens, granted to a service account for a JWT that it signed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::Timestamp;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, Header};
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::connectors::android::config::service_account::ServiceAccount;
use crate::fields::shortened;
use crate::slots::Slots;
use crate::{LookUpError, http};

const SCOPE: &str = "https://www.googleapis.com/auth/androidpublisher";

/// Remaining validity below which a token is replaced.
const EARLY: SignedDuration = SignedDuration::from_mins(5);

/// Validity of the signed JWT in seconds; Google accepts at most an hour.
const STATEMENT_SECONDS: i64 = 3600;

/// Access tokens of all service accounts. Each account requests one at a time; other callers wait
/// for it.
#[derive(Debug, Clone, Default)]
pub(in crate::connectors::android) struct AccessTokens(Slots<Slot>);

/// Access token for the API.
#[derive(Debug)]
pub(in crate::connectors::android) struct AccessToken {
    pub(in crate::connectors::android) text: SecretString,
    ends_at: Timestamp,
}

#[derive(Debug, Default)]
struct Slot {
    token: Option<Arc<AccessToken>>,
    refused: Option<(Instant, LookUpError)>,
}

impl AccessTokens {
    /// Returns the account's token, and requests one if none is valid for longer than [`EARLY`].
    ///
    /// Callers that waited for a request that failed get the same error.
    pub(in crate::connectors::android) async fn get(
        &self,
        client: &Client,
        account: &ServiceAccount,
        timeout: Duration,
    ) -> Result<Arc<AccessToken>, LookUpError> {
        // Compared with the time of the last refusal, so that an outage of the token endpoint costs
        // one request for all waiting callers and not one after the other.
        let asked = Instant::now();
        let slot = self.0.of(&account.identity);
        let mut slot = slot.lock().await;
        let left = |token: &AccessToken| token.ends_at.duration_since(Timestamp::now());
        let kept = slot.token.clone();
        if let Some(token) = kept.clone().filter(|token| left(token) > EARLY) {
            return Ok(token);
        }
        if let Some((_, error)) = slot.refused.as_ref().filter(|(at, _)| *at > asked) {
            return Err(error.clone());
        }
        match grant(client, account, timeout).await {
            Ok(token) => {
                let token = Arc::new(token);
                slot.token = Some(Arc::clone(&token));
                Ok(token)
            }
            Err(error) => {
                slot.refused = Some((Instant::now(), error.clone()));
                // A token that is still valid bridges an outage of the token endpoint, but not a
                // refusal of the account.
                kept.filter(|token| error.kind() != "unauthorized" && left(token).is_positive())
                    .ok_or(error)
            }
        }
    }

    /// Drops a token that the API refused, unless it has been replaced meanwhile.
    pub(in crate::connectors::android) async fn forget(
        &self,
        account: &ServiceAccount,
        token: &Arc<AccessToken>,
    ) {
        let slot = self.0.of(&account.identity);
        let mut slot = slot.lock().await;
        slot.token.take_if(|kept| Arc::ptr_eq(kept, token));
    }
}

/// Requests a token.
async fn grant(
    client: &Client,
    account: &ServiceAccount,
    timeout: Duration,
) -> Result<AccessToken, LookUpError> {
    let now = Timestamp::now();
    let assertion = assertion(account, now)?;
    // The JWT consists of characters that a form takes unchanged.
    let grant_type = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";
    let request = client
        .post(&account.token_uri)
        .timeout(timeout)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(format!("grant_type={grant_type}&assertion={assertion}"));
    let answer = http::exchange(request).await?;
    // Errors may come without JSON, for example from a proxy; then the status decides alone.
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if let Some(error) = answer.refusal() {
        let word = |name: &str| shortened(json.get(name).and_then(Value::as_str).unwrap_or("none"));
        let (reason, description) = (word("error"), word("error_description"));
        let status = answer.status.as_u16();
        tracing::warn!(
            store = "android",
            status,
            reason,
            description,
            "no access token"
        );
        return Err(match error {
            // No refusal of the token endpoint is about a purchase.
            LookUpError::NotFound | LookUpError::Rejected(_) => LookUpError::Unauthorized,
            other => other,
        });
    }
    let unreadable = || LookUpError::Malformed("it holds no access token".to_owned());
    let text = json.get("access_token").and_then(Value::as_str);
    let seconds = json.get("expires_in").and_then(Value::as_i64).unwrap_or(0);
    Ok(AccessToken {
        text: SecretString::from(
            text.filter(|text| !text.is_empty())
                .ok_or_else(unreadable)?,
        ),
        ends_at: now
            .checked_add(SignedDuration::from_secs(seconds))
            .map_err(|_| unreadable())?,
    })
}

/// Builds the signed JWT: issuer, audience, scope and time.
fn assertion(account: &ServiceAccount, now: Timestamp) -> Result<String, LookUpError> {
    let mut header = Header::new(Algorithm::RS256);
    header.kid.clone_from(&account.key_id);
    let issued_at = now.as_second();
    let claims = json!({
        "iss": account.client_email,
        "scope": SCOPE,
        // The endpoint in the key file and not a fixed one: Google refuses a JWT with another
        // audience.
        "aud": account.token_uri,
        "iat": issued_at,
        "exp": issued_at.saturating_add(STATEMENT_SECONDS),
    });
    jsonwebtoken::encode(&header, &claims, &account.key)
        .map_err(|_| LookUpError::InvalidRequest("the private key does not sign"))
}

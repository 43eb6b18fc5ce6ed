//! Pub/Sub push: the envelope, the token of each push, and the acknowledging statuses.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Configuration, SignWith};
use crate::{
    keys::{KeyError, KeyRing, RsaKey, jwt},
    outbox::{Addressed, Addressing, Verdict},
    settings::Settings,
};

/// Subscription that pushes name.
const SUBSCRIPTION: &str = "projects/example-prod/subscriptions/play-rtdn-push";
/// Validity of a push token, in seconds.
const TOKEN_SECONDS: i64 = 3_600;
/// Numeric id of the push account; invented.
const SUBJECT: &str = "113774264463038321964";

/// Generates a message id, which consists of digits.
pub(super) fn new_message_id() -> String {
    let number = Uuid::new_v4().as_u128() % 10_u128.pow(17);
    format!("{number:017}")
}

/// Builds the body of a push. It contains both spellings of the keys, as real pushes do.
pub(super) fn envelope(message_id: &str, published: Timestamp, notification: &Value) -> Value {
    json!({
        "message": {
            "attributes": {},
            "data": STANDARD.encode(notification.to_string()),
            "messageId": message_id,
            "message_id": message_id,
            "publishTime": published.to_string(),
            "publish_time": published.to_string(),
        },
        "subscription": SUBSCRIPTION,
    })
}

/// Returns the claims of a push token that is issued now (real time).
pub(super) fn claims(configuration: &Configuration) -> Map<String, Value> {
    let now = Timestamp::now().as_second();
    let claims = [
        ("aud", json!(configuration.push_audience)),
        ("azp", json!(SUBJECT)),
        ("email", json!(configuration.push_email)),
        ("email_verified", json!(true)),
        ("exp", json!(now.saturating_add(TOKEN_SECONDS))),
        ("iat", json!(now)),
        ("iss", json!("https://accounts.google.com")),
        ("sub", json!(SUBJECT)),
    ];
    let claims = claims.into_iter();
    claims
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn new_key_id() -> String {
    Uuid::new_v4().simple().to_string()
}

/// Key of every service account.
pub(super) static ACCOUNT_KEY: KeyRing = KeyRing::new(new_key_id);
/// Key that is published nowhere.
static UNKNOWN_KEY: KeyRing = KeyRing::new(new_key_id);

/// Delivery rules of pushes: each attempt is signed when it is made.
pub(super) struct Push {
    settings: Arc<Settings<Configuration>>,
    pub(super) keys: KeyRing,
}

impl Push {
    pub(super) fn new(settings: Arc<Settings<Configuration>>) -> Self {
        Self {
            settings,
            keys: KeyRing::new(new_key_id),
        }
    }

    /// Returns the value of an `Authorization` header with these claims.
    pub(super) fn authorization(
        &self,
        sign_with: SignWith,
        claims: &Map<String, Value>,
    ) -> Result<Option<String>, KeyError> {
        let key = self.keys.current()?;
        let token = match sign_with {
            SignWith::CurrentKey => signed(&key, key.id(), claims)?,
            SignWith::UnknownKey => {
                let unknown = UNKNOWN_KEY.current()?;
                signed(&unknown, unknown.id(), claims)?
            }
            SignWith::WrongKey => signed(&*UNKNOWN_KEY.current()?, key.id(), claims)?,
            SignWith::AlgNone => {
                let header = json!({"alg": "none", "typ": "JWT"});
                jwt::signed(&jwt::content(&header, claims), b"")
            }
            SignWith::None => return Ok(None),
        };
        Ok(Some(format!("Bearer {token}")))
    }
}

/// Returns a token signed by `key` whose header names the key `kid`.
fn signed(key: &RsaKey, kid: &str, claims: &Map<String, Value>) -> Result<String, KeyError> {
    let header = json!({"alg": "RS256", "kid": kid, "typ": "JWT"});
    let content = jwt::content(&header, claims);
    let signature = key.sign(content.as_bytes())?;
    Ok(jwt::signed(&content, &signature))
}

impl Addressing for Push {
    fn address(&self, _body: &[u8]) -> Option<Addressed> {
        let configuration = self.settings.get();
        let url = configuration.notification_url.clone()?;
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let authorization = self.authorization(SignWith::CurrentKey, &claims(&configuration));
        if let Ok(Some(value)) = authorization {
            headers.push(("authorization".to_owned(), value));
        }
        if let Some(host) = &configuration.notification_host {
            headers.push(("host".to_owned(), host.clone()));
        }
        Some(Addressed { url, headers })
    }

    fn attempts(&self) -> u32 {
        self.settings.get().delivery_attempts
    }

    fn first_backoff(&self) -> Duration {
        Duration::from_millis(self.settings.get().first_backoff_millis)
    }

    /// Never refuses finally: a push that is not acknowledged is sent again.
    fn judge(&self, status: u16) -> Verdict {
        match status {
            102 | 200 | 201 | 202 | 204 => Verdict::Accepted,
            _ => Verdict::Again,
        }
    }
}

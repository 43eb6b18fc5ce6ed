//! Pub/Sub push: the envelope, the token of each push, and what counts as an acknowledgement.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Configuration, SignWith, jwt,
    signing_key::{KeyError, SigningKey, UNKNOWN_KEY},
};
use crate::outbox::{Addressed, Addressing, Verdict};

/// How long a push token is good for, in seconds.
const TOKEN_SECONDS: i64 = 3_600;
/// The push account's numeric id; made up.
const SUBJECT: &str = "113774264463038321964";

/// A new message id: digits.
pub(super) fn new_message_id() -> String {
    let number = Uuid::new_v4().as_u128() % 10_u128.pow(17);
    format!("{number:017}")
}

/// The body of a push. Both spellings of the keys stand in it, as in real ones.
pub(super) fn envelope(
    configuration: &Configuration,
    message_id: &str,
    published: Timestamp,
    notification: &Value,
) -> Value {
    json!({
        "message": {
            "attributes": {},
            "data": STANDARD.encode(notification.to_string()),
            "messageId": message_id,
            "message_id": message_id,
            "publishTime": published.to_string(),
            "publish_time": published.to_string(),
        },
        "subscription": configuration.push_subscription,
    })
}

/// The claims of a push token that is made now (real time).
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

/// The configuration and the signing key in force, shared with the deliveries: each attempt is
/// signed when it is made.
pub(super) struct Settings(Mutex<Current>);

#[derive(Clone)]
struct Current {
    configuration: Arc<Configuration>,
    key: Arc<SigningKey>,
}

impl Settings {
    pub(super) fn new(configuration: Configuration, key: Arc<SigningKey>) -> Self {
        let configuration = Arc::new(configuration);
        Self(Mutex::new(Current { configuration, key }))
    }

    pub(super) fn configuration(&self) -> Arc<Configuration> {
        self.current().configuration
    }

    pub(super) fn set_configuration(&self, configuration: Configuration) {
        self.lock().configuration = Arc::new(configuration);
    }

    pub(super) fn set_key(&self, key: Arc<SigningKey>) {
        self.lock().key = key;
    }

    /// The value of an `Authorization` header with these claims.
    pub(super) fn authorization(
        &self,
        sign_with: SignWith,
        claims: &Map<String, Value>,
    ) -> Result<Option<String>, KeyError> {
        let key = self.current().key;
        let token = match sign_with {
            SignWith::CurrentKey => jwt::signed(&key, key.id(), claims)?,
            SignWith::UnknownKey => {
                let unknown = UNKNOWN_KEY.get()?;
                jwt::signed(&unknown, unknown.id(), claims)?
            }
            SignWith::WrongKey => jwt::signed(&*UNKNOWN_KEY.get()?, key.id(), claims)?,
            SignWith::AlgNone => jwt::unsigned(claims),
            SignWith::None => return Ok(None),
        };
        Ok(Some(format!("Bearer {token}")))
    }

    fn current(&self) -> Current {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Current> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Addressing for Settings {
    fn address(&self, _body: &[u8]) -> Option<Addressed> {
        let configuration = self.configuration();
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
        self.configuration().delivery_attempts
    }

    fn first_backoff(&self) -> Duration {
        Duration::from_millis(self.configuration().first_backoff_millis)
    }

    /// There is no final refusal: what is not acknowledged comes again.
    fn judge(&self, status: u16) -> Verdict {
        match status {
            102 | 200 | 201 | 202 | 204 => Verdict::Accepted,
            _ => Verdict::Again,
        }
    }
}

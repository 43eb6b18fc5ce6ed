//! Signed notifications.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Configuration, CustomNotification,
    custom::replace,
    jws,
    model::{Environment, Published},
};
use crate::keys::KeyError;

const VERSION: &str = "2.0";
const BUNDLE_VERSION: &str = "412";

/// Content of a notification before it is signed.
pub(super) struct Draft {
    pub(super) notification_type: String,
    pub(super) subtype: Option<String>,
    pub(super) environment: Environment,
    pub(super) transaction: Option<Map<String, Value>>,
    pub(super) renewal: Option<Map<String, Value>>,
    pub(super) status: Option<u8>,
}

impl From<&Published> for Draft {
    fn from(published: &Published) -> Self {
        Self {
            notification_type: published.notification_type.to_owned(),
            subtype: published.subtype.map(str::to_owned),
            environment: published.environment,
            transaction: Some(published.transaction.clone()),
            renewal: published.renewal.clone(),
            status: published.status,
        }
    }
}

/// Signed notification.
pub(super) struct Signed {
    pub(super) uuid: String,
    pub(super) payload: String,
}

impl Draft {
    /// Signs the notification as of `signed_date` (milliseconds), with the replacements in
    /// `custom`.
    pub(super) fn sign(
        self,
        bundle_id: &str,
        configuration: &Configuration,
        custom: &CustomNotification,
        signed_date: i64,
    ) -> Result<Signed, KeyError> {
        let signed_date = custom
            .signed_date
            .map_or(signed_date, jiff::Timestamp::as_millisecond);
        let inner = |part: Option<Map<String, Value>>, given: &Map<String, Value>| {
            let signed = part.map(|mut part| {
                part.insert("signedDate".to_owned(), json!(signed_date));
                replace(&mut part, given);
                jws::sign(&part, custom.inner_forgery)
            });
            signed.transpose()
        };
        let transaction = inner(self.transaction, &custom.transaction)?;
        let renewal = inner(self.renewal, &custom.renewal)?;
        let in_production = self.environment == Environment::Production;
        let mut data = object([
            (
                "appAppleId",
                in_production.then(|| json!(configuration.app_apple_id)),
            ),
            ("bundleId", Some(json!(bundle_id))),
            ("bundleVersion", Some(json!(BUNDLE_VERSION))),
            ("environment", Some(json!(self.environment))),
            ("signedTransactionInfo", transaction.map(Value::String)),
            ("signedRenewalInfo", renewal.map(Value::String)),
            ("status", self.status.map(|status| json!(status))),
        ]);
        replace(&mut data, &custom.data);
        let made_up = || Uuid::new_v4().to_string();
        let uuid = custom.notification_uuid.clone().unwrap_or_else(made_up);
        let mut payload = object([
            ("notificationType", Some(json!(self.notification_type))),
            ("subtype", self.subtype.map(Value::String)),
            ("notificationUUID", Some(json!(uuid))),
            ("version", Some(json!(VERSION))),
            ("signedDate", Some(json!(signed_date))),
            ("data", Some(Value::Object(data))),
        ]);
        replace(&mut payload, &custom.payload);
        Ok(Signed {
            uuid,
            payload: jws::sign(&payload, custom.forgery)?,
        })
    }
}

fn object(fields: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Map<String, Value> {
    let given = fields.into_iter();
    given
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

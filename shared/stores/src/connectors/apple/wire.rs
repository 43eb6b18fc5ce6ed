//! Apple's messages. Every field may be absent; a field that decides something must have its
//! documented form if it is present. No `Debug`, because they contain purchase keys.

use domain::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Error: a field has an unknown format, or is required and missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the field {0} is missing or has an unknown form")]
pub(super) struct UnknownForm(String);

/// Deserialises a message, and names the field that can't be read.
pub(super) fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, UnknownForm> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let read = serde_path_to_error::deserialize(&mut reader);
    read.map_err(|error| UnknownForm(error.path().to_string()))
}

/// Deserialises a field that decides nothing: in an unknown format it is left out.
fn if_readable<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// Time in milliseconds since 1970.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Millis(pub(super) Timestamp);

impl TryFrom<i64> for Millis {
    type Error = &'static str;

    fn try_from(millis: i64) -> Result<Self, Self::Error> {
        Timestamp::from_millisecond(millis)
            .map(Self)
            .map_err(|_| "out of range")
    }
}

/// Transaction: one payment, or one free period.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Transaction {
    pub(super) transaction_id: Option<String>,
    pub(super) original_transaction_id: Option<String>,
    #[serde(default, deserialize_with = "if_readable")]
    pub(super) web_order_line_item_id: Option<String>,
    pub(super) bundle_id: Option<String>,
    pub(super) product_id: Option<String>,
    pub(super) subscription_group_identifier: Option<String>,
    pub(super) purchase_date: Option<Millis>,
    pub(super) original_purchase_date: Option<Millis>,
    pub(super) expires_date: Option<Millis>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) app_account_token: Option<String>,
    pub(super) in_app_ownership_type: Option<String>,
    pub(super) signed_date: Option<Millis>,
    pub(super) revocation_date: Option<Millis>,
    pub(super) revocation_type: Option<String>,
    pub(super) is_upgraded: Option<bool>,
    pub(super) offer_type: Option<i64>,
    #[serde(default, deserialize_with = "if_readable")]
    pub(super) offer_identifier: Option<String>,
    pub(super) offer_discount_type: Option<String>,
    pub(super) environment: Option<String>,
}

/// Apple's name of a subscription that renews.
pub(super) const AUTO_RENEWABLE: &str = "Auto-Renewable Subscription";

impl Transaction {
    /// Returns the type. Without one, a subscription is recognised by its group, which only
    /// subscriptions have.
    pub(super) fn kind(&self) -> Option<&str> {
        let group = self.subscription_group_identifier.as_deref();
        self.kind.as_deref().or(group.map(|_| AUTO_RENEWABLE))
    }

    pub(super) fn is_subscription(&self) -> bool {
        self.kind() == Some(AUTO_RENEWABLE)
    }

    pub(super) fn is_shared(&self) -> bool {
        self.in_app_ownership_type.as_deref() == Some("FAMILY_SHARED")
    }

    pub(super) fn is_replaced(&self) -> bool {
        self.is_upgraded == Some(true)
    }
}

/// Renewal information of a subscription.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Renewal {
    pub(super) original_transaction_id: Option<String>,
    pub(super) auto_renew_product_id: Option<String>,
    pub(super) auto_renew_status: Option<i64>,
    #[serde(default, deserialize_with = "if_readable")]
    pub(super) expiration_intent: Option<i64>,
    pub(super) is_in_billing_retry_period: Option<bool>,
    pub(super) grace_period_expires_date: Option<Millis>,
    #[serde(default, deserialize_with = "if_readable")]
    pub(super) price_increase_status: Option<i64>,
    #[serde(default, deserialize_with = "if_readable")]
    pub(super) renewal_date: Option<Millis>,
    #[serde(default, deserialize_with = "if_readable")]
    pub(super) renewal_price: Option<i64>,
    #[serde(default, deserialize_with = "if_readable")]
    pub(super) currency: Option<String>,
    pub(super) signed_date: Option<Millis>,
    pub(super) environment: Option<String>,
    pub(super) app_account_token: Option<String>,
}

/// Answer to Get Transaction Info.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TransactionInfo {
    pub(super) signed_transaction_info: String,
}

/// Answer to Get All Subscription Statuses.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Statuses {
    #[serde(default)]
    pub(super) data: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    pub(super) subscription_group_identifier: Option<String>,
    #[serde(default)]
    pub(super) last_transactions: Vec<Entry>,
}

/// Subscription by its last transaction.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) original_transaction_id: Option<String>,
    pub(super) status: Option<i64>,
    pub(super) signed_transaction_info: Option<String>,
    pub(super) signed_renewal_info: Option<String>,
}

/// Answer to Get Notification History.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct History {
    pub(super) pagination_token: Option<String>,
    pub(super) has_more: Option<bool>,
    #[serde(default)]
    pub(super) notification_history: Vec<Sent>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sent {
    pub(super) signed_payload: Option<String>,
    #[serde(default)]
    pub(super) send_attempts: Vec<Attempt>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attempt {
    #[serde(default, deserialize_with = "if_readable")]
    pub(super) attempt_date: Option<Millis>,
    #[serde(default, deserialize_with = "if_readable")]
    pub(super) send_attempt_result: Option<String>,
}

/// Body of an error.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Refusal {
    pub(super) error_code: u32,
}

/// Body of a notification.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Envelope {
    pub(super) signed_payload: String,
}

/// Notification: exactly one of the last four is present.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payload {
    pub(super) notification_type: Option<String>,
    pub(super) subtype: Option<String>,
    #[serde(rename = "notificationUUID")]
    pub(super) notification_uuid: Option<String>,
    pub(super) signed_date: Option<Millis>,
    pub(super) data: Option<Data>,
    pub(super) summary: Option<Data>,
    pub(super) external_purchase_token: Option<Data>,
    pub(super) app_data: Option<Data>,
}

/// Subject of a notification, and its app.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data {
    pub(super) environment: Option<String>,
    pub(super) app_apple_id: Option<i64>,
    pub(super) bundle_id: Option<String>,
    pub(super) status: Option<i64>,
    pub(super) signed_transaction_info: Option<String>,
    pub(super) signed_renewal_info: Option<String>,
    /// Its prefix names the environment of a notification about purchases outside of the App Store.
    pub(super) external_purchase_id: Option<String>,
}

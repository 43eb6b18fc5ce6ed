//! Notifications about purchases.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Environment;

/// Notification before it is signed.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Time of the event.
    pub at: Timestamp,
    /// Environment of the purchase.
    pub environment: Environment,
    /// `notificationType`.
    pub notification_type: &'static str,
    /// `subtype`.
    pub subtype: Option<&'static str>,
    /// Original transaction id of the purchase.
    pub original_transaction_id: String,
    /// Transaction that the notification carries.
    pub transaction_id: String,
    /// Transaction as it is at that time, without `signedDate`.
    pub transaction: Map<String, Value>,
    /// Renewal info as it is at that time, without `signedDate`; only of renewing products.
    pub renewal: Option<Map<String, Value>>,
    /// `status`; only of renewing products.
    pub status: Option<u8>,
}

impl Published {
    /// Returns type and subtype, such as `DID_RENEW/BILLING_RECOVERY`, or the type alone.
    #[must_use]
    pub fn name(&self) -> String {
        name(self.notification_type, self.subtype)
    }
}

/// Joins type and subtype.
pub(crate) fn name(notification_type: &str, subtype: Option<&str>) -> String {
    match subtype {
        Some(subtype) => format!("{notification_type}/{subtype}"),
        None => notification_type.to_owned(),
    }
}

//! What the store tells about a purchase.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Environment;

/// A notification before it is signed.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// When.
    pub at: Timestamp,
    /// Where.
    pub environment: Environment,
    /// `notificationType`.
    pub notification_type: &'static str,
    /// `subtype`.
    pub subtype: Option<&'static str>,
    /// The purchase.
    pub original_transaction_id: String,
    /// The transaction in it.
    pub transaction_id: String,
    /// The transaction as it stands then, without `signedDate`.
    pub transaction: Map<String, Value>,
    /// The renewal info as it stands then, without `signedDate`; of what renews.
    pub renewal: Option<Map<String, Value>>,
    /// `status`; of what renews.
    pub status: Option<u8>,
}

impl Published {
    /// Such as `DID_RENEW/BILLING_RECOVERY`, or the type alone.
    #[must_use]
    pub fn name(&self) -> String {
        name(self.notification_type, self.subtype)
    }
}

/// Type and subtype in one.
pub(crate) fn name(notification_type: &str, subtype: Option<&str>) -> String {
    match subtype {
        Some(subtype) => format!("{notification_type}/{subtype}"),
        None => notification_type.to_owned(),
    }
}

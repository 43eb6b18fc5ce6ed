//! Messages inside of envelopes.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{NotificationType, ReceiptId, UserId};

/// Notification of the store, before it is wrapped and signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Time of the event.
    pub at: Timestamp,
    /// Type of the event.
    pub notification_type: NotificationType,
    /// Receipt.
    pub receipt_id: ReceiptId,
    /// Customer who has the receipt.
    pub user_id: UserId,
    /// Receipt that this one replaces, after a change of plan.
    pub cancelled_receipt_id: Option<ReceiptId>,
    /// Whether it was bought in a live test of the app.
    pub beta: bool,
}

impl Published {
    /// Returns the JSON of an app's message.
    #[must_use]
    pub fn message(&self, package_name: &str) -> Value {
        let related = match &self.cancelled_receipt_id {
            Some(id) => json!({ "cancelledReceiptId": id }),
            None => json!({}),
        };
        json!({
            "appPackageName": package_name,
            "notificationType": self.notification_type,
            "appUserId": self.user_id,
            "receiptId": self.receipt_id,
            "relatedReceipts": related,
            "timestamp": self.at.as_millisecond(),
            "betaProductTransaction": self.beta,
        })
    }
}

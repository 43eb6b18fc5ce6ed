//! What the store publishes: the message inside of an envelope.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{NotificationType, ReceiptId, UserId};

/// A notification that the store publishes, before it is wrapped and signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub notification_type: NotificationType,
    /// To which receipt.
    pub receipt_id: ReceiptId,
    /// Whose it is.
    pub user_id: UserId,
    /// After a change of the plan: the receipt that this one replaces.
    pub cancelled_receipt_id: Option<ReceiptId>,
    /// It was bought in a live test of the app.
    pub beta: bool,
}

impl Published {
    /// The JSON of an app's message.
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

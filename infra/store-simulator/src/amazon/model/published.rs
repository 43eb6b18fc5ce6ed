//! What the store publishes: the message inside of an envelope.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{NotificationType, ReceiptId, UserId};

/// How a message says that no other receipt is concerned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum EmptyRelated {
    /// `{}`.
    #[default]
    Object,
    /// `[]`.
    Array,
    /// `null`.
    Null,
    /// The field is missing.
    Missing,
}

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
    pub fn message(&self, package_name: &str, empty: EmptyRelated) -> Value {
        let related = match (&self.cancelled_receipt_id, empty) {
            (Some(id), _) => Some(json!({ "cancelledReceiptId": id })),
            (None, EmptyRelated::Object) => Some(json!({})),
            (None, EmptyRelated::Array) => Some(json!([])),
            (None, EmptyRelated::Null) => Some(Value::Null),
            (None, EmptyRelated::Missing) => None,
        };
        let mut message = json!({
            "appPackageName": package_name,
            "notificationType": self.notification_type,
            "appUserId": self.user_id,
            "receiptId": self.receipt_id,
            "timestamp": self.at.as_millisecond(),
            "betaProductTransaction": self.beta,
        });
        if let (Some(fields), Some(related)) = (message.as_object_mut(), related) {
            fields.insert("relatedReceipts".to_owned(), related);
        }
        message
    }
}

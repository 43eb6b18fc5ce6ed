//! What the store publishes: developer notifications.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::PurchaseToken;

pub(super) const RECOVERED: u32 = 1;
pub(super) const RENEWED: u32 = 2;
pub(super) const CANCELED: u32 = 3;
pub(super) const PURCHASED: u32 = 4;
pub(super) const ON_HOLD: u32 = 5;
pub(super) const IN_GRACE_PERIOD: u32 = 6;
pub(super) const RESTARTED: u32 = 7;
pub(super) const DEFERRED: u32 = 9;
pub(super) const PAUSED: u32 = 10;
pub(super) const PAUSE_SCHEDULE_CHANGED: u32 = 11;
pub(super) const REVOKED: u32 = 12;
pub(super) const EXPIRED: u32 = 13;
pub(super) const ITEMS_CHANGED: u32 = 17;
pub(super) const PENDING_PURCHASE_CANCELED: u32 = 20;

/// What a notification is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublishedKind {
    /// Something changed for a subscription.
    Subscription {
        /// The `notificationType`.
        number: u32,
        /// The purchase.
        purchase_token: PurchaseToken,
    },
    /// An order was voided in full.
    Voided {
        /// The purchase.
        purchase_token: PurchaseToken,
        /// The order.
        order_id: String,
    },
    /// Something changed for what was bought once.
    OneTime {
        /// The `notificationType`.
        number: u32,
        /// The purchase.
        purchase_token: PurchaseToken,
        /// The `sku`.
        product_id: String,
    },
    /// The order of what was bought once was voided.
    OneTimeVoided {
        /// The purchase.
        purchase_token: PurchaseToken,
        /// The order.
        order_id: String,
    },
    /// The console's test button.
    Test,
}

/// A notification that the store publishes, before it is wrapped and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: PublishedKind,
}

impl Published {
    /// The `DeveloperNotification` of an app.
    #[must_use]
    pub fn developer_notification(&self, package_name: &str) -> Value {
        let (member, content) = match &self.kind {
            PublishedKind::Subscription {
                number,
                purchase_token,
            } => {
                let content = json!({"version": "1.0", "notificationType": number,
                    "purchaseToken": purchase_token});
                ("subscriptionNotification", content)
            }
            PublishedKind::Voided {
                purchase_token,
                order_id,
            } => {
                let content = json!({"purchaseToken": purchase_token, "orderId": order_id,
                    "productType": 1, "refundType": 1});
                ("voidedPurchaseNotification", content)
            }
            PublishedKind::OneTime {
                number,
                purchase_token,
                product_id,
            } => {
                let content = json!({"version": "1.0", "notificationType": number,
                    "purchaseToken": purchase_token, "sku": product_id});
                ("oneTimeProductNotification", content)
            }
            PublishedKind::OneTimeVoided {
                purchase_token,
                order_id,
            } => {
                let content = json!({"purchaseToken": purchase_token, "orderId": order_id,
                    "productType": 2, "refundType": 1});
                ("voidedPurchaseNotification", content)
            }
            PublishedKind::Test => ("testNotification", json!({"version": "1.0"})),
        };
        json!({
            "version": "1.0",
            "packageName": package_name,
            "eventTimeMillis": self.at.as_millisecond().to_string(),
            member: content,
        })
    }

    /// A short name of the kind: the `notificationType` (of what was bought once: `oneTime` before it),
    /// `voided` or `test`.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.kind {
            PublishedKind::Subscription { number, .. } => number.to_string(),
            PublishedKind::OneTime { number, .. } => format!("oneTime{number}"),
            PublishedKind::Voided { .. } | PublishedKind::OneTimeVoided { .. } => {
                "voided".to_owned()
            }
            PublishedKind::Test => "test".to_owned(),
        }
    }

    /// The purchase that it is about, if any.
    #[must_use]
    pub fn purchase_token(&self) -> Option<&PurchaseToken> {
        match &self.kind {
            PublishedKind::Subscription { purchase_token, .. }
            | PublishedKind::Voided { purchase_token, .. }
            | PublishedKind::OneTime { purchase_token, .. }
            | PublishedKind::OneTimeVoided { purchase_token, .. } => Some(purchase_token),
            PublishedKind::Test => None,
        }
    }
}

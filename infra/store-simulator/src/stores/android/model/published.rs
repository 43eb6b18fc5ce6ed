//! Developer notifications of the store.

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

/// Subject of a notification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublishedKind {
    /// A subscription changed.
    Subscription {
        /// `notificationType`.
        number: u32,
        /// Purchase token.
        purchase_token: PurchaseToken,
    },
    /// An order was voided in full.
    Voided {
        /// Purchase token.
        purchase_token: PurchaseToken,
        /// Order id.
        order_id: String,
    },
    /// A one-time purchase changed.
    OneTime {
        /// `notificationType`.
        number: u32,
        /// Purchase token.
        purchase_token: PurchaseToken,
        /// `sku`.
        product_id: String,
    },
    /// The order of a one-time purchase was voided.
    OneTimeVoided {
        /// Purchase token.
        purchase_token: PurchaseToken,
        /// Order id.
        order_id: String,
    },
    /// The console's test button was pressed.
    Test,
}

/// Notification of the store, before it is wrapped and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Time of the event.
    pub at: Timestamp,
    /// Subject.
    pub kind: PublishedKind,
}

impl Published {
    /// Builds the `DeveloperNotification` of an app.
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

    /// Returns a short name: the `notificationType` (with the prefix `oneTime` for one-time
    /// purchases), `voided` or `test`.
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

    /// Returns the token of the purchase that it is about, if any.
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

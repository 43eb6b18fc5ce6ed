//! What happened to a subscription. Rich and internal: broadcasters receive projections of it.

use serde::{Deserialize, Serialize};

use crate::{
    CorrelationId, CustomerId, EventId, PurchaseKey, Status, Subscription, SubscriptionId,
    Timestamp,
};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A customer got it for the first time.
    Purchased,
    /// It had ended and runs again.
    Revived,
    /// The next period began, or its end moved.
    Renewed,
    /// The paid term after a trial began.
    TrialConverted,
    /// Auto-renewal went off; access goes on to the end.
    Cancelled,
    /// Auto-renewal went on again before the end.
    Reactivated,
    /// A renewal failed; access goes on.
    GraceEntered,
    /// A renewal failed; access is suspended.
    OnHold,
    /// The failed renewal was paid.
    Recovered,
    /// The customer suspended it.
    Paused,
    /// The pause is over.
    Resumed,
    /// It ran out.
    Expired,
    /// The money was returned or the right taken back.
    Refunded,
    /// Another product takes over at the next renewal.
    PlanChangeScheduled,
    /// Another product took over.
    PlanChanged,
    /// The purchase went to another customer; this one's subscription ended.
    TransferredOut,
    /// The purchase came from another customer.
    TransferredIn,
    /// A broadcaster asked to hear of it again.
    Resent,
}

/// Where the word came from that led to the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A submission of a purchase.
    Claim,
    /// The store's notification.
    Notification,
    /// Our own schedule.
    Reconciliation,
    /// A broadcaster's request.
    Broadcaster,
}

/// What the subscription was before the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Previous {
    /// Its status.
    pub status: Status,
    /// Its product.
    pub product_id: String,
    /// Its period end.
    pub period_end: Timestamp,
    /// The name under which receivers knew it, where it has another one now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<PurchaseKey>,
    /// Its package, where the name has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_name: Option<String>,
    /// For a transfer: whose it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// For a transfer: which subscription it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<SubscriptionId>,
}

/// One event of one subscription.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Derived from the subscription and the sequence number: a repeated delivery has the same id.
    pub event_id: EventId,
    /// 1, 2, 3, … per subscription, without a gap.
    pub sequence: u64,
    /// What happened.
    pub kind: EventKind,
    /// When it was decided. Strictly increasing per purchase, in steps of a second or more, so that
    /// receivers can order by it in either date unit.
    pub occurred_at: Timestamp,
    /// When the word that led to it was received.
    pub received_at: Timestamp,
    /// Where that word came from.
    pub source: Source,
    /// The submission, where one led to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<CorrelationId>,
    /// The subscription after the change.
    pub subscription: Subscription,
    /// The subscription before the change, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
}

//! Events of a subscription. They are internal and complete; broadcasters receive projections.

use serde::{Deserialize, Serialize};

use crate::{
    CorrelationId, CustomerId, EventId, PurchaseKey, Status, Subscription, SubscriptionId,
    Timestamp,
};

/// Kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A customer got the purchase for the first time.
    Purchased,
    /// It had ended and runs again.
    Revived,
    /// The next period began, or its end moved.
    Renewed,
    /// The paid term after a trial began.
    TrialConverted,
    /// Auto-renewal was switched off; access continues to the end.
    Cancelled,
    /// Auto-renewal was switched on again before the end.
    Reactivated,
    /// A renewal failed; access continues.
    GraceEntered,
    /// A renewal failed; access is suspended.
    OnHold,
    /// The failed renewal was paid.
    Recovered,
    /// The customer paused it.
    Paused,
    /// The pause is over.
    Resumed,
    /// It expired.
    Expired,
    /// The money was returned, or the right withdrawn.
    Refunded,
    /// Another product takes over at the next renewal.
    PlanChangeScheduled,
    /// Another product took over.
    PlanChanged,
    /// The purchase went to another customer; this one's subscription ended.
    TransferredOut,
    /// The purchase came from another customer.
    TransferredIn,
    /// A broadcaster requested its announcement again.
    Resent,
}

/// Origin of the message that led to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A submission of a purchase.
    Claim,
    /// A notification of the store.
    Notification,
    /// A scheduled check.
    Reconciliation,
    /// A request of a broadcaster.
    Broadcaster,
}

/// Subscription before a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Previous {
    /// Status.
    pub status: Status,
    /// Product.
    pub product_id: String,
    /// End of the period.
    pub period_end: Timestamp,
    /// Transaction id by which receivers knew it, if it has another one now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<PurchaseKey>,
    /// Package, if its name has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package_name: Option<String>,
    /// Former owner, of a transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// Former owner's subscription, of a transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subscription_id: Option<SubscriptionId>,
}

/// Event of a subscription that has an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "StoredEvent")]
pub struct Event {
    /// Id derived from the subscription and the sequence number: a repeated delivery has the same
    /// one.
    pub event_id: EventId,
    /// Position of the event within its subscription: 1, 2, 3, … without gaps.
    pub sequence: u64,
    /// Kind.
    pub kind: EventKind,
    /// Time at which it was decided. Strictly increasing within a purchase, by a second or more, so
    /// that receivers can order by it in either date unit (ADR 6).
    pub occurred_at: Timestamp,
    /// Time at which the message that led to it was received.
    pub received_at: Timestamp,
    /// Origin of that message.
    pub source: Source,
    /// Submission that led to it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<CorrelationId>,
    /// Owner after the change. Stored with the subscription only.
    #[serde(skip_serializing)]
    pub customer_id: CustomerId,
    /// The subscription after the change.
    pub subscription: Subscription,
    /// The subscription before the change, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
}

/// Event as it is stored.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredEvent {
    event_id: EventId,
    sequence: u64,
    kind: EventKind,
    occurred_at: Timestamp,
    received_at: Timestamp,
    source: Source,
    correlation_id: Option<CorrelationId>,
    subscription: Subscription,
    previous: Option<Previous>,
}

impl TryFrom<StoredEvent> for Event {
    type Error = &'static str;

    fn try_from(stored: StoredEvent) -> Result<Self, Self::Error> {
        let owner = stored.subscription.ownership.customer_id.clone();
        Ok(Self {
            customer_id: owner.ok_or("an event's subscription has an owner")?,
            event_id: stored.event_id,
            sequence: stored.sequence,
            kind: stored.kind,
            occurred_at: stored.occurred_at,
            received_at: stored.received_at,
            source: stored.source,
            correlation_id: stored.correlation_id,
            subscription: stored.subscription,
            previous: stored.previous,
        })
    }
}

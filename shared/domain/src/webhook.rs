//! Projection of events and validation outcomes to webhook messages.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::validation::{ValidationOutcome, Verdict};
use crate::{
    BroadcasterId, CustomerId, Event, EventId, EventKind, Status, Subscription, Timestamp,
};

/// Topic of a message, in the spelling of the field `topic`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Topic {
    /// A submission succeeded: the purchase is the submitter's.
    InappPurchaseValidationSucceeded,
    /// A submission failed.
    InappPurchaseValidationFailed,
    /// A subscription began.
    SubscriptionCreated,
    /// Its next period began.
    SubscriptionRenewed,
    /// It will not renew.
    SubscriptionStopped,
    /// It continues: reactivated, recovered, resumed or revived.
    SubscriptionResumed,
    /// It is suspended: paused or on hold.
    SubscriptionPaused,
    /// It ended.
    SubscriptionTerminated,
    /// It came from another customer. Follows `subscriptionCreated`.
    SubscriptionTransferred,
    /// Its product changed.
    SubscriptionSwitched,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 10] = [
        Self::InappPurchaseValidationSucceeded,
        Self::InappPurchaseValidationFailed,
        Self::SubscriptionCreated,
        Self::SubscriptionRenewed,
        Self::SubscriptionStopped,
        Self::SubscriptionResumed,
        Self::SubscriptionPaused,
        Self::SubscriptionTerminated,
        Self::SubscriptionTransferred,
        Self::SubscriptionSwitched,
    ];

    /// Spelling of the field `topic`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InappPurchaseValidationSucceeded => "inappPurchaseValidationSucceeded",
            Self::InappPurchaseValidationFailed => "inappPurchaseValidationFailed",
            Self::SubscriptionCreated => "subscriptionCreated",
            Self::SubscriptionRenewed => "subscriptionRenewed",
            Self::SubscriptionStopped => "subscriptionStopped",
            Self::SubscriptionResumed => "subscriptionResumed",
            Self::SubscriptionPaused => "subscriptionPaused",
            Self::SubscriptionTerminated => "subscriptionTerminated",
            Self::SubscriptionTransferred => "subscriptionTransferred",
            Self::SubscriptionSwitched => "subscriptionSwitched",
        }
    }
}

/// Webhook message. A repeated delivery has the same `id`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Id of the event; a second message about one event has an id of its own.
    pub id: EventId,
    /// Tenant: a number, or a string if a number would lose digits.
    pub broadcaster_id: Value,
    /// Topic.
    pub topic: Topic,
    /// Time of the event: RFC 3339, UTC.
    pub created_at: Timestamp,
    /// Content.
    pub data: Map<String, Value>,
}

/// Projects an event to its messages, in order; none if it has no topic.
#[must_use]
pub fn project(event: &Event) -> Vec<Message> {
    let topics: &[Topic] = match event.kind {
        EventKind::Purchased => &[Topic::SubscriptionCreated],
        // For receivers that do not know transfers, it is a new subscription first.
        EventKind::TransferredIn => &[Topic::SubscriptionCreated, Topic::SubscriptionTransferred],
        EventKind::Renewed | EventKind::TrialConverted => &[Topic::SubscriptionRenewed],
        // A payment in grace was never announced as a pause, so there is nothing to resume.
        EventKind::Recovered if !was_on_hold(event) => &[Topic::SubscriptionRenewed],
        EventKind::Recovered | EventKind::Resumed | EventKind::Reactivated | EventKind::Revived => {
            &[Topic::SubscriptionResumed]
        }
        EventKind::Cancelled => &[Topic::SubscriptionStopped],
        EventKind::OnHold | EventKind::Paused => &[Topic::SubscriptionPaused],
        EventKind::Expired | EventKind::Refunded | EventKind::TransferredOut => {
            &[Topic::SubscriptionTerminated]
        }
        EventKind::PlanChanged => &[Topic::SubscriptionSwitched],
        // The mirrored format has no topics for these.
        EventKind::GraceEntered | EventKind::PlanChangeScheduled | EventKind::Resent => &[],
    };
    topics
        .iter()
        .map(|topic| Message {
            id: message_id(event, topics, *topic),
            broadcaster_id: id_value(event.subscription.broadcaster_id.as_str()),
            topic: *topic,
            created_at: event.occurred_at,
            data: lifecycle_data(event, *topic),
        })
        .collect()
}

fn message_id(event: &Event, topics: &[Topic], topic: Topic) -> EventId {
    // The first message has the event's id, which receivers use to recognise repetitions.
    if topics.first() == Some(&topic) {
        event.event_id
    } else {
        event.event_id.of_topic(topic.as_str())
    }
}

/// Builds the message about the outcome of a validation.
#[must_use]
pub fn project_validation(broadcaster: &BroadcasterId, outcome: &ValidationOutcome) -> Message {
    let (topic, mut data) = match &outcome.verdict {
        Verdict::Success {
            result,
            subscription,
            previous_customer_id,
            previous_subscription_id,
            coupon,
        } => {
            let mut data = subscription_data(subscription, outcome.decided_at);
            data.insert("result".into(), json!(result));
            if let Some(coupon) = coupon {
                data.insert("coupon".into(), json!(coupon));
            }
            if let Some(customer) = previous_customer_id {
                data.insert("prevCustomerId".into(), customer_value(customer));
            }
            if let Some(id) = previous_subscription_id {
                data.insert("prevSubscriptionId".into(), json!(id));
            }
            (Topic::InappPurchaseValidationSucceeded, data)
        }
        Verdict::Failure { error, details } => {
            let mut data = Map::new();
            data.insert("paymentGateway".into(), json!(outcome.store.slug()));
            data.insert("customerId".into(), customer_value(&outcome.customer_id));
            data.insert("inAppSpecificData".into(), json!(details));
            data.insert("errorCode".into(), json!(error));
            data.insert("message".into(), json!(error.message()));
            (Topic::InappPurchaseValidationFailed, data)
        }
    };
    data.insert("correlationId".into(), json!(outcome.correlation_id));
    Message {
        id: outcome.event_id,
        broadcaster_id: id_value(broadcaster.as_str()),
        topic,
        created_at: outcome.decided_at,
        data,
    }
}

fn was_on_hold(event: &Event) -> bool {
    event
        .previous
        .as_ref()
        .is_some_and(|previous| previous.status == Status::OnHold)
}

fn lifecycle_data(event: &Event, topic: Topic) -> Map<String, Value> {
    let mut data = subscription_data(&event.subscription, event.occurred_at);
    data.insert("status".into(), json!(core_status(&event.subscription)));
    match topic {
        Topic::SubscriptionTerminated => {
            let reason = match event.kind {
                EventKind::Refunded => "refunded",
                EventKind::TransferredOut => "transferred",
                _ => "expired",
            };
            data.insert("reason".into(), json!(reason));
        }
        Topic::SubscriptionTransferred => {
            if let Some(previous) = &event.previous {
                if let Some(customer) = &previous.customer_id {
                    data.insert("prevCustomerId".into(), customer_value(customer));
                }
                data.insert("prevSubscriptionId".into(), json!(previous.subscription_id));
            }
        }
        Topic::SubscriptionSwitched => {
            let before = event.previous.as_ref().map(|previous| &previous.product_id);
            data.insert("prevProductId".into(), json!(before));
        }
        _ => {}
    }
    data
}

fn subscription_data(subscription: &Subscription, now: Timestamp) -> Map<String, Value> {
    let state = &subscription.state;
    let mut data = Map::new();
    data.insert("paymentGateway".into(), json!(subscription.store.slug()));
    if let Some(customer) = &subscription.ownership.customer_id {
        data.insert("customerId".into(), customer_value(customer));
    }
    data.insert(
        "subscriptionId".into(),
        json!(subscription.ownership.subscription_id),
    );
    if let Some(offer) = &subscription.offer {
        data.insert("offerId".into(), json!(offer.offer_id));
    }
    insert_prices(&mut data, subscription);
    data.insert("offerType".into(), json!("S"));
    data.insert("productId".into(), json!(state.product_id));
    // With the time of the event, so that a message that is projected again says the same.
    data.insert("active".into(), json!(subscription.access_granted(now)));
    data.insert("inTrial".into(), json!(state.in_trial()));
    data.insert(
        "expirationDate".into(),
        json!(state.access_end().to_string()),
    );
    data.insert("environment".into(), json!(subscription.environment));
    data.insert("inAppSpecificData".into(), json!(state.details));
    data
}

/// Adds the expected price of the running billing cycle, and the coupon that reduces it.
fn insert_prices(data: &mut Map<String, Value>, subscription: &Subscription) {
    if let Some(price) = subscription.expected_price() {
        data.insert("expectedPrice".into(), json!(price));
    }
    if let Some(coupon) = &subscription.ownership.coupon {
        data.insert("couponCode".into(), json!(coupon.code));
        data.insert("discountPercent".into(), json!(coupon.percent));
        let left = subscription.ownership.discounted_cycles_left();
        data.insert("discountCyclesLeft".into(), json!(left));
    }
}

/// Returns the status of the mirrored format: `active`, `stopped`, `paused` or `terminated`.
fn core_status(subscription: &Subscription) -> &'static str {
    if subscription.ownership.termination.is_some() {
        return "terminated";
    }
    match subscription.state.status {
        // The format has no status for an unpaid purchase. It grants nothing, and may still begin.
        Status::Pending | Status::OnHold | Status::Paused => "paused",
        Status::Active => "active",
        // Grace does not end a subscription; a cancelled one in grace ends with it.
        Status::Grace if subscription.state.auto_renew => "active",
        Status::Grace | Status::Cancelled => "stopped",
        Status::Expired | Status::Revoked => "terminated",
    }
}

fn customer_value(customer: &CustomerId) -> Value {
    id_value(customer.as_str())
}

/// Largest integer that every JSON parser keeps: 2^53 - 1. Beyond it JavaScript, and whatever else
/// reads numbers as IEEE 754 doubles, confuses ids.
const LARGEST_EXACT: u64 = 9_007_199_254_740_991;

/// Converts an id to what receivers of this format expect: a number if it is an integer that every
/// parser keeps, otherwise a string.
fn id_value(text: &str) -> Value {
    match text.parse::<u64>() {
        // Leading zeros would be lost, so such an id stays a string.
        Ok(number) if number <= LARGEST_EXACT && number.to_string() == text => json!(number),
        _ => json!(text),
    }
}

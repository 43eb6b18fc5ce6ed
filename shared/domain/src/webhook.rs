//! Projection of events and validation outcomes to webhook messages.

mod message;
mod topic;

use std::collections::BTreeMap;

use crate::validation::{EndedValidation, ValidationOutcome};
use crate::{
    BroadcasterId, CustomerId, Event, EventId, EventKind, Status, Subscription, Timestamp,
};

pub use message::{
    Data, Discount, EndReason, FailedValidation, IdValue, Lifecycle, LifecycleStatus, Message,
    OfferType, Predecessor, SubscriptionData, SuccessfulValidation,
};
pub use topic::Topic;

/// Names under which earlier versions stored the memory of a connector among the details.
const FORMER_MEMORY: [&str; 4] = ["countedEnd", "endedAt", "paidUntil", "refunds"];

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
            broadcaster_id: IdValue::new(event.subscription.broadcaster_id.as_str()),
            topic: *topic,
            created_at: event.occurred_at,
            data: Data::Lifecycle(lifecycle(event, *topic)),
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
pub fn project_validation(broadcaster: &BroadcasterId, ended: &EndedValidation) -> Message {
    let (topic, data) = match &ended.outcome {
        ValidationOutcome::Success {
            result,
            subscription,
            previous_customer_id,
            previous_subscription_id,
            coupon,
        } => {
            let owner = subscription.ownership.customer_id.as_ref();
            let owner = owner.unwrap_or(&ended.customer_id);
            let data = SuccessfulValidation {
                subscription: subscription_data(subscription, owner, ended.decided_at),
                result: *result,
                coupon: *coupon,
                prev_customer_id: previous_customer_id.as_ref().map(IdValue::of_customer),
                prev_subscription_id: *previous_subscription_id,
                correlation_id: ended.correlation_id,
            };
            (
                Topic::InappPurchaseValidationSucceeded,
                Data::Succeeded(data),
            )
        }
        ValidationOutcome::Failure { error, details } => {
            let data = FailedValidation {
                payment_gateway: ended.store,
                customer_id: IdValue::of_customer(&ended.customer_id),
                in_app_specific_data: details.clone(),
                error_code: *error,
                message: error.message(),
                correlation_id: ended.correlation_id,
            };
            (Topic::InappPurchaseValidationFailed, Data::Failed(data))
        }
    };
    Message {
        id: ended.event_id,
        broadcaster_id: IdValue::new(broadcaster.as_str()),
        topic,
        created_at: ended.decided_at,
        data,
    }
}

fn was_on_hold(event: &Event) -> bool {
    event
        .previous
        .as_ref()
        .is_some_and(|previous| previous.status == Status::OnHold)
}

fn lifecycle(event: &Event, topic: Topic) -> Lifecycle {
    let previous = event.previous.as_ref();
    Lifecycle {
        subscription: subscription_data(&event.subscription, &event.customer_id, event.occurred_at),
        status: status(&event.subscription),
        reason: (topic == Topic::SubscriptionTerminated).then_some(match event.kind {
            EventKind::Refunded => EndReason::Refunded,
            EventKind::TransferredOut => EndReason::Transferred,
            _ => EndReason::Expired,
        }),
        predecessor: match topic {
            Topic::SubscriptionTransferred => previous.map(|previous| Predecessor::Owner {
                prev_customer_id: previous.customer_id.as_ref().map(IdValue::of_customer),
                prev_subscription_id: previous.subscription_id,
            }),
            Topic::SubscriptionSwitched => Some(Predecessor::Product {
                prev_product_id: previous.map(|previous| previous.product_id.clone()),
            }),
            _ => None,
        },
    }
}

fn subscription_data(
    subscription: &Subscription,
    owner: &CustomerId,
    now: Timestamp,
) -> SubscriptionData {
    let state = &subscription.state;
    let ownership = &subscription.ownership;
    SubscriptionData {
        payment_gateway: subscription.store,
        customer_id: IdValue::of_customer(owner),
        subscription_id: ownership.subscription_id,
        offer_id: subscription
            .offer
            .as_ref()
            .map(|offer| offer.offer_id.clone()),
        expected_price: subscription.expected_price(),
        discount: ownership.coupon.as_ref().map(|coupon| Discount {
            coupon_code: coupon.code.clone(),
            discount_percent: coupon.percent,
            discount_cycles_left: ownership.discounted_cycles_left(),
        }),
        offer_type: OfferType::Subscription,
        product_id: state.product_id.clone(),
        // With the time of the event, so that a message that is projected again says the same.
        active: subscription.access_granted(now),
        in_trial: state.in_trial(),
        expiration_date: state.access_end(),
        environment: subscription.environment,
        in_app_specific_data: shown(&state.details),
    }
}

/// Status in the mirrored format.
fn status(subscription: &Subscription) -> LifecycleStatus {
    if subscription.ownership.termination.is_some() {
        return LifecycleStatus::Terminated;
    }
    match subscription.state.status {
        // The format has no status for an unpaid purchase. It grants nothing, and may still begin.
        Status::Pending | Status::OnHold | Status::Paused => LifecycleStatus::Paused,
        Status::Active => LifecycleStatus::Active,
        // Grace does not end a subscription; a cancelled one in grace ends with it.
        Status::Grace if subscription.state.auto_renew => LifecycleStatus::Active,
        Status::Grace | Status::Cancelled => LifecycleStatus::Stopped,
        Status::Expired | Status::Revoked => LifecycleStatus::Terminated,
    }
}

/// Returns the details without what earlier versions stored among them for the next look-up
/// ([`StoreSnapshot::memory`](crate::StoreSnapshot::memory)).
fn shown(details: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut shown = details.clone();
    shown.retain(|name, _| !FORMER_MEMORY.contains(&name.as_str()));
    shown
}

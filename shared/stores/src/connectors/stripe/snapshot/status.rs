//! Status of a subscription.

use domain::{Status, Timestamp};

use super::pauses;
use super::periods::Paid;
use crate::connectors::stripe::Config;
use crate::connectors::stripe::wire::{Instant, Item, Subscription};

/// Returns the status; `None` if Stripe's is not documented.
pub(in crate::connectors::stripe) fn status(
    config: &Config,
    subscription: &Subscription,
    item: &Item,
    paid: &Paid,
    observed_at: Timestamp,
) -> Option<Status> {
    let collects = subscription.pause_collection.is_none() || config.pause_collection_access;
    Some(match subscription.status.as_str() {
        "incomplete" => Status::Pending,
        "incomplete_expired" | "canceled" => Status::Expired,
        // `pause_collection` leaves the status as it is, so it has to be checked first.
        "trialing" | "active" | "past_due" if !collects => Status::Paused,
        "trialing" | "active" if renews(subscription, item) => Status::Active,
        "trialing" | "active" => Status::Cancelled,
        "past_due" if config.past_due_access => {
            // Stripe stays `past_due` for as long as its retries last, which an account setting
            // decides. The configured grace ends access before.
            let in_grace = grace_end(config, paid).is_some_and(|end| observed_at < end);
            if in_grace {
                Status::Grace
            } else {
                Status::OnHold
            }
        }
        // Stripe makes further invoices, which nobody pays: the period moves on without a payment.
        "past_due" | "unpaid" => Status::OnHold,
        "paused" => match pauses::cause(subscription) {
            Some(pause) if pause.wished => Status::Paused,
            _ => Status::OnHold,
        },
        _ => return None,
    })
}

/// Whether another period will be charged.
///
/// Two fields report a cancellation, and which one depends on who cancelled. A date after the end
/// of the period lies in a later period: until then it renews. A pause has cut the period short, so
/// there the date says nothing about how many are left.
pub(in crate::connectors::stripe) fn renews(subscription: &Subscription, item: &Item) -> bool {
    let end = item.current_period_end.or(subscription.current_period_end);
    let is_later = |at: Instant| end.is_some_and(|end| at.0 > end.0);
    subscription.cancel_at_period_end != Some(true)
        && subscription
            .cancel_at
            .is_none_or(|at| is_later(at) && subscription.status != "paused")
}

/// Returns the end of access while money is owed; not before the end of what is paid.
pub(in crate::connectors::stripe) fn grace_end(config: &Config, paid: &Paid) -> Option<Timestamp> {
    let since = paid.owed_since.unwrap_or(paid.span.end);
    let end = since.checked_add(config.grace).ok()?;
    Some(end.max(paid.span.end))
}

//! Events: the purchase that each is about.

use domain::{StoreNotification, Timestamp};

use crate::connectors::stripe::Config;
use crate::connectors::stripe::wire::ids::{self, Kind};
use crate::connectors::stripe::wire::{Event, Object};
use crate::fields::shortened;
use crate::{Ignored, NotificationError, Received, lenient};

/// Longest id that is taken over; a longer one is replaced by the body's SHA-256.
const LONGEST_ID: usize = 255;

/// Kinds that cause a look-up. Stripe's own list of events accepts up to 20 kinds in one request.
pub(in crate::connectors::stripe) const KINDS: [&str; 19] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.resumed",
    "customer.subscription.pending_update_applied",
    "invoice.paid",
    "invoice.payment_failed",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
];

/// Parses an event. `otherwise` provides an id for one that has none.
///
/// # Errors
/// [`NotificationError::Unreadable`] names the fault.
pub(in crate::connectors::stripe) fn read(
    config: &Config,
    event: &Event<'_>,
    otherwise: impl FnOnce() -> String,
) -> Result<Received, NotificationError> {
    match event.object.get() {
        Some("event") => {}
        // A thin event has no object that would lead to the purchase.
        Some("v2.core.event") => {
            return Err(unreadable(
                "it is a thin event: the endpoint has to send snapshots",
            ));
        }
        _ => return Err(unreadable("it is no event")),
    }
    let live = lenient::flag(&event.livemode);
    let live = live.map_err(|_| unreadable("its livemode has an unknown form"))?;
    // Not an error: Stripe repeats whatever gets no 2xx for three days.
    if live.is_some_and(|live| live != config.live) {
        return Ok(Received::Ignored(Ignored::OtherMode));
    }
    // Events of a platform's endpoint name the connected account that they are about.
    let account = event.account.get();
    if account.is_some_and(|account| config.account.as_deref() != Some(account)) {
        return Ok(Received::Ignored(Ignored::OtherAccount));
    }
    let kind = event
        .kind
        .get()
        .ok_or_else(|| unreadable("it has no type"))?;
    if !KINDS.contains(&kind) {
        return Ok(Received::Ignored(unwanted(kind)));
    }
    let object = event.data.get().and_then(|data| data.object.get());
    let object = object.ok_or_else(|| unreadable("it has no data.object"))?;
    let id = match about(kind, object) {
        About::Purchase(id) => id,
        About::Nothing(why) => return Ok(Received::Ignored(why)),
        About::Missing(name) => return Err(unreadable(&format!("its object has no {name}"))),
    };
    // An id of a kind that was introduced later must not be looked up as another one.
    if Kind::of(id).is_none() {
        return Err(unreadable("its object has an id of an unknown kind"));
    }
    let locator = ids::locator(id).map_err(|error| unreadable(&format!("its id {error}")))?;
    let created = event.created.as_i64();
    let event_id = event
        .id
        .get()
        .filter(|id| (1..=LONGEST_ID).contains(&id.len()));
    Ok(Received::About(StoreNotification {
        id: event_id.map_or_else(otherwise, str::to_owned),
        kind: shortened(kind),
        locator,
        sent_at: created.and_then(|at| Timestamp::from_second(at).ok()),
        notice: None,
        voided: None,
    }))
}

/// Subject of an event.
enum About<'a> {
    Purchase(&'a str),
    Nothing(Ignored),
    Missing(&'static str),
}

fn about<'a>(kind: &str, object: &'a Object<'_>) -> About<'a> {
    let own = || {
        object
            .id
            .get()
            .map_or(About::Missing("id"), About::Purchase)
    };
    if kind.starts_with("customer.subscription.") {
        own()
    } else if kind.starts_with("checkout.session.") {
        match object.mode.get() {
            // The subscription is the purchase; the session only leads to it.
            Some("subscription") => {
                let subscription = object.subscription.get();
                subscription.map_or_else(own, About::Purchase)
            }
            Some("payment") => own(),
            Some("setup") => About::Nothing(Ignored::NothingSold),
            _ => About::Nothing(Ignored::UnknownMode),
        }
    } else if kind.starts_with("invoice.") {
        of_invoice(object)
    } else {
        of_payment(kind, object)
    }
}

/// Returns the subscription of an invoice. Since 2025-03-31 it is named by the parent, of which
/// there is one kind or none; before, by the invoice itself.
fn of_invoice<'a>(invoice: &'a Object<'_>) -> About<'a> {
    let subscription = match invoice.parent.get() {
        None => invoice.subscription.get(),
        Some(parent) => match parent.kind.get() {
            None | Some("subscription_details") => parent
                .subscription_details
                .get()
                .and_then(|details| details.subscription.get()),
            Some("quote_details") => None,
            Some(_) => return About::Nothing(Ignored::UnknownParent),
        },
    };
    subscription.map_or(About::Nothing(Ignored::NoSubscription), About::Purchase)
}

/// Returns the payment of a charge, refund or dispute, or at least the charge.
fn of_payment<'a>(kind: &str, object: &'a Object<'_>) -> About<'a> {
    let charge = if kind == "charge.refunded" {
        &object.id
    } else {
        &object.charge
    };
    // Since 2025-03-31 charges no longer name their invoice, so the payment leads to the
    // subscription.
    let payment = object.payment_intent.get();
    payment
        .or_else(|| charge.get())
        .map_or(About::Nothing(Ignored::NoPayment), About::Purchase)
}

/// Returns the reason for ignoring a kind, for the outcome of the notification.
fn unwanted(kind: &str) -> Ignored {
    match kind {
        "customer.subscription.trial_will_end"
        | "customer.subscription.pending_update_expired"
        | "invoice.payment_action_required" => Ignored::Information,
        "customer.deleted" => Ignored::Customer,
        "entitlements.active_entitlement_summary.updated" => Ignored::Entitlements,
        _ => Ignored::UnknownKind,
    }
}

fn unreadable(what: &str) -> NotificationError {
    NotificationError::Unreadable(what.to_owned())
}

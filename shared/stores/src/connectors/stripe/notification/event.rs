//! Events: the purchase that each is about.

use domain::{StoreNotification, Timestamp};
use serde_json::Value;

use crate::connectors::stripe::Config;
use crate::connectors::stripe::wire::ids::{self, Kind};
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
    json: &Value,
    otherwise: impl FnOnce() -> String,
) -> Result<Received, NotificationError> {
    let text = |name: &str| json.get(name).and_then(Value::as_str);
    match text("object") {
        Some("event") => {}
        // A thin event has no object that would lead to the purchase.
        Some("v2.core.event") => {
            return Err(unreadable(
                "it is a thin event: the endpoint has to send snapshots",
            ));
        }
        _ => return Err(unreadable("it is no event")),
    }
    let live = lenient::flag(lenient::field(json, "livemode"));
    let live = live.map_err(|_| unreadable("its livemode has an unknown form"))?;
    // Not an error: Stripe repeats whatever gets no 2xx for three days.
    if live.is_some_and(|live| live != config.live) {
        return Ok(Received::Ignored(Ignored::OtherMode));
    }
    // Events of a platform's endpoint name the connected account that they are about.
    if text("account").is_some_and(|account| config.account.as_deref() != Some(account)) {
        return Ok(Received::Ignored(Ignored::OtherAccount));
    }
    let kind = text("type").ok_or_else(|| unreadable("it has no type"))?;
    if !KINDS.contains(&kind) {
        return Ok(Received::Ignored(unwanted(kind)));
    }
    let object = json
        .pointer("/data/object")
        .filter(|object| object.is_object())
        .ok_or_else(|| unreadable("it has no data.object"))?;
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
    let created = json.get("created").and_then(Value::as_i64);
    let event_id = text("id").filter(|id| (1..=LONGEST_ID).contains(&id.len()));
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

fn about<'a>(kind: &str, object: &'a Value) -> About<'a> {
    let own = || id_at(object, "/id").map_or(About::Missing("id"), About::Purchase);
    if kind.starts_with("customer.subscription.") {
        own()
    } else if kind.starts_with("checkout.session.") {
        match object.get("mode").and_then(Value::as_str) {
            // The subscription is the purchase; the session only leads to it.
            Some("subscription") => {
                id_at(object, "/subscription").map_or_else(own, About::Purchase)
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
fn of_invoice(invoice: &Value) -> About<'_> {
    let parent = invoice.get("parent").filter(|parent| !parent.is_null());
    let kind = parent.and_then(|parent| parent.get("type")?.as_str());
    let subscription = match (parent, kind) {
        (None, _) => id_at(invoice, "/subscription"),
        (Some(_), None | Some("subscription_details")) => {
            id_at(invoice, "/parent/subscription_details/subscription")
        }
        (Some(_), Some("quote_details")) => None,
        (Some(_), Some(_)) => return About::Nothing(Ignored::UnknownParent),
    };
    subscription.map_or(About::Nothing(Ignored::NoSubscription), About::Purchase)
}

/// Returns the payment of a charge, refund or dispute, or at least the charge.
fn of_payment<'a>(kind: &str, object: &'a Value) -> About<'a> {
    let charge = if kind == "charge.refunded" {
        "/id"
    } else {
        "/charge"
    };
    // Since 2025-03-31 charges no longer name their invoice, so the payment leads to the
    // subscription.
    id_at(object, "/payment_intent")
        .or_else(|| id_at(object, charge))
        .map_or(About::Nothing(Ignored::NoPayment), About::Purchase)
}

/// Returns an id, or that of the object in its place.
fn id_at<'a>(object: &'a Value, pointer: &str) -> Option<&'a str> {
    let value = object.pointer(pointer)?;
    let id = value.as_str().or_else(|| value.get("id")?.as_str());
    id.filter(|id| !id.is_empty())
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

//! Snapshot of a subscription.

use std::cmp::Reverse;

use domain::{CustomerId, PurchaseKey, Reading, Status, Store, StoreSnapshot, Timestamp};

use super::periods::{self, Paid};
use super::refunds::{self, Part, TakenBack};
use super::state::{Named, state};
use super::wire::{Instant, Invoice, Item, Schedule, Session, Subscription, malformed};
use super::{Config, binding, pauses};
use crate::LookUpError;
use crate::fields::shortened;

/// Item of a subscription with everything that was fetched about it.
pub(super) struct Gathered<'a> {
    pub(super) subscription: &'a Subscription,
    /// The item.
    pub(super) item: &'a Item,
    /// Last invoice by which the item was paid for a whole period.
    pub(super) payer: Option<&'a Invoice>,
    /// Payments of that invoice.
    pub(super) parts: &'a [Part],
    pub(super) schedule: Option<&'a Schedule>,
    /// Checkout in which it was bought, if only that may name the customer.
    pub(super) session: Option<&'a Session>,
}

/// Returns the items of the catalogue, ordered by: lasts longest, then price id. Stripe promises no
/// order.
pub(super) fn our_items<'a>(
    config: &Config,
    subscription: &'a Subscription,
) -> Result<Vec<&'a Item>, LookUpError> {
    let items = &subscription.items.data;
    if items.is_empty() {
        return Err(malformed("it has no items"));
    }
    let priced = items
        .iter()
        .filter_map(|item| Some((item, item.price()?)))
        .filter(|(_, price)| config.catalogue.has(price));
    let mut ours: Vec<_> = priced.collect();
    if ours.is_empty() {
        let why = "none of its products is configured";
        return Err(LookUpError::Rejected(why.to_owned()));
    }
    ours.sort_by_key(|(item, price)| (Reverse(periods::end(subscription, item)), &price.id));
    Ok(ours.into_iter().map(|(item, _)| item).collect())
}

/// Builds the snapshot at `observed_at`, read from each item; the first one decides if no offer
/// does.
pub(super) fn snapshot(
    config: &Config,
    items: &[Gathered<'_>],
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let (first, others) = items
        .split_first()
        .ok_or_else(|| malformed("it has no items"))?;
    let mut snapshot = of_item(config, first, observed_at)?;
    for other in others {
        match reading(config, other, observed_at)? {
            Reading::Known(state) => snapshot.alternatives.push(state),
            // The undecided item may be the one that an offer lists.
            undecided => {
                return Ok(StoreSnapshot {
                    alternatives: Vec::new(),
                    reading: undecided,
                    ..snapshot
                });
            }
        }
    }
    Ok(snapshot)
}

fn of_item(
    config: &Config,
    gathered: &Gathered<'_>,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let subscription = gathered.subscription;
    of_mode(config, subscription.livemode)?;
    let account = binding::named(config, &[subscription.metadata.as_ref()]);
    let referred = || {
        gathered
            .session
            .and_then(|s| binding::referred_to(config, s))
    };
    // The metadata comes first: the server writes it, whereas the buyer can change the reference.
    let account = account.or_else(referred);
    let reading = reading(config, gathered, observed_at)?;
    let snapshot = of(&subscription.id, account, reading, observed_at)?;
    Ok(StoreSnapshot {
        unknown_status: alarm(config, gathered),
        ..snapshot
    })
}

fn reading(
    config: &Config,
    gathered: &Gathered<'_>,
    observed_at: Timestamp,
) -> Result<Reading, LookUpError> {
    let (subscription, item) = (gathered.subscription, gathered.item);
    let paid = periods::paid(subscription, item, gathered.payer)?;
    let taken_back = refunds::taken_back(config, gathered.parts);
    let status = status(config, subscription, item, &paid, observed_at);
    let undecided = unknown_word(subscription, &taken_back);
    Ok(match (status, undecided) {
        (None, _) => Reading::UnknownStatus(shortened(&subscription.status)),
        // It must neither end access nor restore it. Without access nothing depends on it.
        (Some(status), Some(word)) if status.is_running() => Reading::UnknownStatus(word),
        (Some(status), _) => {
            let named = Named {
                status,
                item,
                paid,
                taken_back,
            };
            Reading::Known(state(config, gathered, &named, observed_at)?)
        }
    })
}

/// Returns a value about the payment of the last period that is not documented, so that it is
/// unknown whether the period is paid and the money kept.
fn unknown_word(subscription: &Subscription, taken_back: &TakenBack) -> Option<String> {
    match taken_back {
        TakenBack::Unknown(word) => Some(word.clone()),
        _ => unknown_invoice_status(subscription),
    }
}

fn unknown_invoice_status(subscription: &Subscription) -> Option<String> {
    let status = periods::unknown_invoice_status(subscription)?;
    Some(format!("invoice: {}", shortened(status)))
}

/// Returns a value that is not documented although the rest is sufficient.
fn alarm(config: &Config, gathered: &Gathered<'_>) -> Option<String> {
    let subscription = gathered.subscription;
    let line = || {
        let kind = periods::unknown_line(subscription)?;
        Some(format!("invoice line: {}", shortened(kind)))
    };
    pauses::cause(subscription)
        .and_then(|pause| pause.alarm)
        .or_else(|| refunds::unknown_word(config, gathered.parts))
        .or_else(|| unknown_invoice_status(subscription))
        .or_else(line)
}

/// Builds the snapshot of the purchase with this id.
pub(super) fn of(
    id: &str,
    account: Option<CustomerId>,
    reading: Reading,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let purchase_key =
        PurchaseKey::new(id).map_err(|error| malformed(&format!("its id {error}")))?;
    Ok(StoreSnapshot {
        store: Store::Stripe,
        purchase_key,
        account,
        replaces: None,
        alias: None,
        alternatives: Vec::new(),
        reading,
        unknown_status: None,
        observed_at,
    })
}

/// Refuses an object of the other mode, which belongs to another stack.
pub(super) fn of_mode(config: &Config, livemode: Option<bool>) -> Result<(), LookUpError> {
    match livemode {
        Some(live) if live != config.live => {
            Err(LookUpError::Rejected("it is of the other mode".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Returns the status; `None` if Stripe's is not documented.
fn status(
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
pub(super) fn renews(subscription: &Subscription, item: &Item) -> bool {
    let end = item.current_period_end.or(subscription.current_period_end);
    let is_later = |at: Instant| end.is_some_and(|end| at.0 > end.0);
    subscription.cancel_at_period_end != Some(true)
        && subscription
            .cancel_at
            .is_none_or(|at| is_later(at) && subscription.status != "paused")
}

/// Returns the end of access while money is owed; not before the end of what is paid.
pub(super) fn grace_end(config: &Config, paid: &Paid) -> Option<Timestamp> {
    let since = paid.owed_since.unwrap_or(paid.span.end);
    let end = since.checked_add(config.grace).ok()?;
    Some(end.max(paid.span.end))
}

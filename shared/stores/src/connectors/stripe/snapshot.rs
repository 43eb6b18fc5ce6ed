//! Snapshot of a subscription.

pub(in crate::connectors::stripe) mod binding;
pub(in crate::connectors::stripe) mod details;
pub(in crate::connectors::stripe) mod fetched_item;
pub(in crate::connectors::stripe) mod one_time;
pub(in crate::connectors::stripe) mod pauses;
pub(in crate::connectors::stripe) mod periods;
pub(in crate::connectors::stripe) mod price;
pub(in crate::connectors::stripe) mod refunds;
pub(in crate::connectors::stripe) mod state;
pub(in crate::connectors::stripe) mod status;

use std::cmp::Reverse;

use domain::{CustomerId, PurchaseKey, Reading, Store, StoreSnapshot, Timestamp};

use super::Config;
use super::wire::{Item, Subscription, malformed};
use crate::LookUpError;
use crate::fields::shortened;
use fetched_item::FetchedItem;
use refunds::TakenBack;
use state::{Named, state};
use status::status;

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
    items: &[FetchedItem<'_>],
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
    fetched: &FetchedItem<'_>,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let subscription = fetched.subscription;
    of_mode(config, subscription.livemode)?;
    let account = binding::named(config, &[subscription.metadata.as_ref()]);
    let referred = || {
        fetched
            .session
            .and_then(|s| binding::referred_to(config, s))
    };
    // The metadata comes first: the server writes it, whereas the buyer can change the reference.
    let account = account.or_else(referred);
    let reading = reading(config, fetched, observed_at)?;
    let snapshot = of(&subscription.id, account, reading, observed_at)?;
    Ok(StoreSnapshot {
        unknown_status: alarm(config, fetched),
        ..snapshot
    })
}

fn reading(
    config: &Config,
    fetched: &FetchedItem<'_>,
    observed_at: Timestamp,
) -> Result<Reading, LookUpError> {
    let (subscription, item) = (fetched.subscription, fetched.item);
    let paid = periods::paid(subscription, item, fetched.payer)?;
    let taken_back = refunds::taken_back(config, fetched.parts);
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
            Reading::Known(state(config, fetched, &named, observed_at)?)
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
fn alarm(config: &Config, fetched: &FetchedItem<'_>) -> Option<String> {
    let subscription = fetched.subscription;
    let line = || {
        let kind = periods::unknown_line(subscription)?;
        Some(format!("invoice line: {}", shortened(kind)))
    };
    pauses::cause(subscription)
        .and_then(|pause| pause.alarm)
        .or_else(|| refunds::unknown_word(config, fetched.parts))
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
        account,
        ..StoreSnapshot::new(Store::Stripe, purchase_key, reading, observed_at)
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

//! Stripe's word on a subscription as a snapshot.

use domain::{CustomerId, PurchaseKey, Reading, Status, Store, StoreSnapshot, Timestamp};

use super::money_back::Charged;
use super::periods::{self, Paid};
use super::state::{Named, state};
use super::wire::{Invoice, Item, Schedule, Session, Subscription, malformed};
use super::{Config, binding, pauses};
use crate::LookUpError;
use crate::fields::shortened;

/// A subscription with all that was asked about it.
pub(super) struct Gathered<'a> {
    pub(super) subscription: &'a Subscription,
    /// The last invoice by which the running item was paid for a whole period.
    pub(super) payer: Option<&'a Invoice>,
    /// What paid that invoice.
    pub(super) charges: &'a [Charged],
    pub(super) schedule: Option<&'a Schedule>,
    /// The checkout in which it was bought, where only that may name the customer.
    pub(super) session: Option<&'a Session>,
}

/// The item that counts: of those that are in the catalogue, the one that lasts longest.
pub(super) fn running_item<'a>(
    config: &Config,
    subscription: &'a Subscription,
) -> Result<&'a Item, LookUpError> {
    let items = &subscription.items.data;
    if items.is_empty() {
        return Err(malformed("it has no items"));
    }
    let ours = items.iter().filter(|item| {
        item.price()
            .is_some_and(|price| config.catalogue.has(price))
    });
    periods::longest(subscription, ours)
        .ok_or_else(|| LookUpError::Rejected("none of its products is configured".to_owned()))
}

/// What it says at `observed_at`.
pub(super) fn snapshot(
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
    let item = running_item(config, subscription)?;
    let paid = periods::paid(subscription, item, gathered.payer)?;
    let known = status(config, subscription, &paid, observed_at);
    let pause = pauses::cause(subscription);
    Ok(StoreSnapshot {
        unknown_status: pause.and_then(|pause| pause.alarm),
        ..of(
            &subscription.id,
            account.or_else(referred),
            match known {
                None => Reading::UnknownStatus(shortened(&subscription.status)),
                Some(status) => Reading::Known(state(
                    config,
                    gathered,
                    &Named { status, item, paid },
                    observed_at,
                )?),
            },
            observed_at,
        )?
    })
}

/// A snapshot of the purchase that this id names.
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
        reading,
        unknown_status: None,
        observed_at,
    })
}

/// What is of the other mode is not for this stack.
pub(super) fn of_mode(config: &Config, livemode: Option<bool>) -> Result<(), LookUpError> {
    match livemode {
        Some(live) if live != config.live => {
            Err(LookUpError::Rejected("it is of the other mode".to_owned()))
        }
        _ => Ok(()),
    }
}

/// `None` for a word that we don't know.
fn status(
    config: &Config,
    subscription: &Subscription,
    paid: &Paid,
    observed_at: Timestamp,
) -> Option<Status> {
    let collects = subscription.pause_collection.is_none() || config.pause_collection_access;
    Some(match subscription.status.as_str() {
        "incomplete" => Status::Pending,
        "incomplete_expired" | "canceled" => Status::Expired,
        "trialing" | "active" | "past_due" if !collects => Status::Paused,
        "trialing" | "active" if renews(subscription) => Status::Active,
        "trialing" | "active" => Status::Cancelled,
        "past_due" if config.past_due_access => {
            let in_grace = grace_end(config, paid).is_some_and(|end| observed_at < end);
            if in_grace {
                Status::Grace
            } else {
                Status::OnHold
            }
        }
        "past_due" | "unpaid" => Status::OnHold,
        "paused" => match pauses::cause(subscription) {
            Some(pause) if pause.wished => Status::Paused,
            _ => Status::OnHold,
        },
        _ => return None,
    })
}

/// Two fields tell of a cancellation, and which of them depends on who cancelled.
pub(super) fn renews(subscription: &Subscription) -> bool {
    subscription.cancel_at.is_none() && subscription.cancel_at_period_end != Some(true)
}

/// How long access goes on while money is owed: for what is paid in any case.
pub(super) fn grace_end(config: &Config, paid: &Paid) -> Option<Timestamp> {
    let since = paid.owed_since.unwrap_or(paid.span.end);
    let end = since.checked_add(config.grace).ok()?;
    Some(end.max(paid.span.end))
}

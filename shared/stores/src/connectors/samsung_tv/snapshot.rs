//! Snapshot of one purchase from a purchase list.

pub(in crate::connectors::samsung_tv) mod details;
pub(in crate::connectors::samsung_tv) mod others;

use domain::{IdError, Locator, Reading, Status, Store, StoreSnapshot, StoreState, Timestamp};

use super::Config;
use super::config::meanings::StatusMeaning;
use super::submission::alias;
use super::wire::UnknownForm;
use super::wire::purchase_list::{Entry, Invoice, Subscription};
use crate::fields::shortened;
use details::Details;

/// Reason for which a list gives no snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unclear {
    #[error("it does not list the purchase")]
    NotListed,
    #[error("the purchase is not a subscription")]
    NoSubscription,
    #[error("the purchase has no product")]
    NoProduct,
    #[error(transparent)]
    Form(#[from] UnknownForm),
    #[error("an id of the purchase is unfit: {0}")]
    Unfit(#[from] IdError),
}

/// The invoice that is currently in force, and its subscription.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) invoice_id: &'a str,
    pub(super) invoice: &'a Invoice,
    subscription: &'a Subscription,
    /// Id that joins the invoices of the subscription.
    pub(super) subscription_id: Option<&'a str>,
    started_at: Option<Timestamp>,
}

/// Finds a purchase by any of its invoices.
pub(super) fn find<'a>(list: &'a [Entry], details: &'a Details) -> Result<Found<'a>, Unclear> {
    let key = details.invoice_id.as_str();
    let own = list.iter().find(|entry| entry.invoice_id == key);
    let named = own.and_then(|entry| entry.subscription_id.as_deref());
    // If the submitted invoice is no longer listed, the stored id still finds the subscription.
    let id = named.or(details.subscription_id.as_deref());
    let belongs = |entry: &&Entry| {
        entry.invoice_id == key || (id.is_some() && entry.subscription_id.as_deref() == id)
    };
    running(list.iter().filter(belongs), id)
}

/// Returns the invoice of a subscription that is currently in force: the one that ends last.
///
/// Samsung does not document whether a renewal moves the end of an invoice or adds another one, and
/// the first one may disappear (ADR 16).
pub(super) fn running<'a>(
    group: impl Iterator<Item = &'a Entry>,
    subscription_id: Option<&'a str>,
) -> Result<Found<'a>, Unclear> {
    let (mut listed, mut latest, mut started_at) = (false, None::<Found<'a>>, None);
    for entry in group {
        listed = true;
        // An invoice that can't be read may be the latest one, so the others alone decide nothing.
        let invoice = entry.invoice.as_ref().map_err(|form| *form)?;
        let Some(subscription) = &invoice.subscription else {
            continue;
        };
        let start = subscription.starts_at.or(invoice.ordered_at);
        started_at = started_at.into_iter().chain(start).min();
        // The list has no documented order: equal ends are decided by the order time, then by the
        // id.
        let rank = (
            subscription.ends_at,
            invoice.ordered_at,
            entry.invoice_id.as_str(),
        );
        let is_later =
            |l: Found<'_>| rank > (l.subscription.ends_at, l.invoice.ordered_at, l.invoice_id);
        if latest.is_none_or(is_later) {
            latest = Some(Found {
                invoice_id: &entry.invoice_id,
                invoice,
                subscription,
                subscription_id,
                started_at: None,
            });
        }
    }
    let none = if listed {
        Unclear::NoSubscription
    } else {
        Unclear::NotListed
    };
    let found = latest.ok_or(none)?;
    Ok(Found {
        started_at,
        ..found
    })
}

/// Builds the snapshot of a purchase at `observed_at`.
pub(super) fn of(
    config: &Config,
    locator: &Locator,
    found: &Found<'_>,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, Unclear> {
    let reading = match status(config, found, observed_at) {
        Some((status, reason)) => Reading::Known(state(locator, found, status, reason)?),
        None => Reading::UnknownStatus(shortened(&found.subscription.status)),
    };
    Ok(StoreSnapshot {
        alias: found.subscription_id.map(alias).transpose()?,
        ..StoreSnapshot::new(Store::SamsungTv, locator.key.clone(), reading, observed_at)
    })
}

/// Builds the state, with the hints that the next look-up needs.
fn state(
    locator: &Locator,
    found: &Found<'_>,
    status: Status,
    reason: Option<&str>,
) -> Result<StoreState, Unclear> {
    let product_id = found.invoice.item_id.clone().ok_or(Unclear::NoProduct)?;
    let known = Details::of(locator);
    let details = Details {
        subscription_id: found
            .subscription_id
            .map(str::to_owned)
            .or(known.subscription_id),
        ..known
    };
    Ok(StoreState {
        started_at: found.started_at,
        cancel_reason: reason.map(str::to_owned),
        details: details.written(),
        ..StoreState::new(status, product_id, found.subscription.ends_at)
    })
}

/// Returns the status and the reason for which it won't renew; `None` for an unknown `SubsStatus`.
fn status<'a>(
    config: &Config,
    found: &Found<'a>,
    observed_at: Timestamp,
) -> Option<(Status, Option<&'a str>)> {
    let subscription = found.subscription;
    // A cancelled sale outranks `SubsStatus`, which may still say "active". That it ends access is
    // an assumption, hence the switch.
    if found.invoice.cancelled && config.cancelled_sale_ends_access {
        return Some((Status::Revoked, Some("sale cancelled")));
    }
    let ends_at = subscription.ends_at;
    let over_for = observed_at.duration_since(ends_at);
    let runs = observed_at < ends_at;
    let reason = reason(&subscription.status);
    Some(match config.status(&subscription.status) {
        StatusMeaning::Unknown => return None,
        // A renewal may show late, but not later than the configured lag. Without notifications,
        // "active" past the end may also be a list that is not updated.
        StatusMeaning::Active if over_for < config.renewal_lag => (Status::Active, None),
        // Not expired: a later end may still show, and then the same subscription continues.
        StatusMeaning::Active => (Status::OnHold, None),
        // Samsung's sample treats a cancelled subscription with a future end as still running.
        StatusMeaning::Cancelled | StatusMeaning::PaymentFailed if runs => {
            (Status::Cancelled, reason)
        }
        StatusMeaning::PaymentFailed if over_for < config.payment_recovery => {
            (Status::OnHold, reason)
        }
        StatusMeaning::Expired | StatusMeaning::Cancelled | StatusMeaning::PaymentFailed => {
            (Status::Expired, reason)
        }
    })
}

/// Returns the reason for which it won't renew, in the words of Samsung's documentation.
fn reason(word: &str) -> Option<&'static str> {
    match word {
        "02" => Some("cancelled by buyer"),
        "03" => Some("cancelled for payment failure"),
        "04" => Some("cancelled by content provider"),
        "05" => Some("cancelled by administrator"),
        _ => None,
    }
}

//! Samsung's purchase list as a snapshot of one purchase.

use domain::{IdError, Reading, Status, Store, StoreSnapshot, StoreState, Timestamp};

use super::Config;
use super::invoice::{Entry, Invoice, Subscription};
use super::meanings::StatusMeaning;
use super::submission::{INVOICE_ID, SUBSCRIPTION_ID, alias};
use super::wire::UnknownForm;
use crate::Locator;
use crate::fields::shortened;

/// Why a list gives no snapshot.
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

/// The invoice by which a subscription runs now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) invoice_id: &'a str,
    pub(super) invoice: &'a Invoice,
    subscription: &'a Subscription,
    /// What joins it with the other invoices of the subscription.
    pub(super) subscription_id: Option<&'a str>,
    started_at: Option<Timestamp>,
}

/// Finds the purchase by any of its invoices.
pub(super) fn find<'a>(list: &'a [Entry], locator: &'a Locator) -> Result<Found<'a>, Unclear> {
    let key = locator.key.as_str();
    let own = list.iter().find(|entry| entry.invoice_id == key);
    let named = own.and_then(|entry| entry.subscription_id.as_deref());
    let id = named.or_else(|| locator.details.get(SUBSCRIPTION_ID).map(String::as_str));
    let belongs = |entry: &&Entry| {
        entry.invoice_id == key || (id.is_some() && entry.subscription_id.as_deref() == id)
    };
    running(list.iter().filter(belongs), id)
}

/// Of the invoices of one subscription, the one that holds now.
///
/// A renewal may move the end of an invoice or add another one, and the first one may disappear: the
/// one that ends last is what holds.
pub(super) fn running<'a>(
    group: impl Iterator<Item = &'a Entry>,
    subscription_id: Option<&'a str>,
) -> Result<Found<'a>, Unclear> {
    let (mut listed, mut latest, mut started_at) = (false, None::<Found<'a>>, None);
    for entry in group {
        listed = true;
        let invoice = entry.invoice.as_ref().map_err(|form| *form)?;
        let Some(subscription) = &invoice.subscription else {
            continue;
        };
        let start = subscription.starts_at.or(invoice.ordered_at);
        started_at = started_at.into_iter().chain(start).min();
        // The list has no promised order: of equal ends the later order counts, then the later id.
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

/// What the store says of the purchase at `observed_at`.
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
        store: Store::SamsungTv,
        purchase_key: locator.key.clone(),
        account: None,
        replaces: None,
        alias: found.subscription_id.map(alias).transpose()?,
        alternatives: Vec::new(),
        reading,
        unknown_status: None,
        observed_at,
    })
}

fn state(
    locator: &Locator,
    found: &Found<'_>,
    status: Status,
    reason: Option<&str>,
) -> Result<StoreState, Unclear> {
    let product_id = found.invoice.item_id.clone().ok_or(Unclear::NoProduct)?;
    let mut details = locator.details.clone();
    details.insert(INVOICE_ID.to_owned(), locator.key.as_str().to_owned());
    if let Some(id) = found.subscription_id {
        details.insert(SUBSCRIPTION_ID.to_owned(), id.to_owned());
    }
    Ok(StoreState {
        started_at: found.started_at,
        cancel_reason: reason.map(str::to_owned),
        details,
        ..StoreState::new(status, product_id, found.subscription.ends_at)
    })
}

/// Where the subscription stands, and why it won't renew; `None` for a word that we don't know.
fn status<'a>(
    config: &Config,
    found: &Found<'a>,
    observed_at: Timestamp,
) -> Option<(Status, Option<&'a str>)> {
    let subscription = found.subscription;
    if found.invoice.cancelled && config.cancelled_sale_ends_access {
        return Some((Status::Revoked, Some("sale cancelled")));
    }
    let ends_at = subscription.ends_at;
    let over_for = observed_at.duration_since(ends_at);
    let runs = observed_at < ends_at;
    let reason = reason(&subscription.status);
    Some(match config.status(&subscription.status) {
        StatusMeaning::Unknown => return None,
        // The renewal may be late to show; only so late.
        StatusMeaning::Active if over_for < config.renewal_lag => (Status::Active, None),
        StatusMeaning::Active => (Status::OnHold, None),
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

/// Why it won't renew, as Samsung's documentation puts it.
fn reason(word: &str) -> Option<&'static str> {
    match word {
        "02" => Some("cancelled by buyer"),
        "03" => Some("cancelled for payment failure"),
        "04" => Some("cancelled by content provider"),
        "05" => Some("cancelled by administrator"),
        _ => None,
    }
}

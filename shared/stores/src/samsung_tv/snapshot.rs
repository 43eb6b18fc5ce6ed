//! Samsung's purchase list as a snapshot of one purchase.

use domain::{Reading, Status, Store, StoreSnapshot, StoreState, Timestamp};

use super::Config;
use super::config::StatusMeaning;
use super::submission::SUBSCRIPTION_ID;
use super::wire::{Invoice, Subscription};
use crate::Locator;
use crate::fields::shortened;

/// Why a list gives no snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unclear {
    #[error("it does not list the purchase")]
    NotListed,
    #[error("the invoice continues the purchase of an earlier one")]
    Continues,
    #[error("the purchase is not a subscription")]
    NoSubscription,
    #[error("the purchase has no product")]
    NoProduct,
}

/// The invoices of one subscription in a customer's list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// The one that the subscription runs by now.
    pub(super) invoice: &'a Invoice,
    pub(super) subscription: &'a Subscription,
    started_at: Option<Timestamp>,
}

/// Finds the purchase: its own invoice, and all others of the same subscription.
///
/// A renewal may move the end of an invoice or add another one, and the first one may disappear: the
/// one that ends last is what holds now. The first one names the purchase: under another one it would
/// be a second purchase, which somebody else could hold.
pub(super) fn find<'a>(
    invoices: &'a [Invoice],
    locator: &'a Locator,
) -> Result<Found<'a>, Unclear> {
    let own = invoices.iter().find(|i| i.id == locator.key.as_str());
    let known = locator.details.get(SUBSCRIPTION_ID);
    let named = own.and_then(|i| i.subscription.as_ref()?.id.as_ref());
    let id = named.or(known);
    let belongs = |invoice: &Invoice| {
        let same = |s: &Subscription| id.is_some() && s.id.as_ref() == id;
        invoice.id == locator.key.as_str() || invoice.subscription.as_ref().is_some_and(same)
    };
    let mut group = invoices
        .iter()
        .filter(|invoice| belongs(invoice))
        .peekable();
    group.peek().ok_or(Unclear::NotListed)?;
    let group: Vec<_> = group
        .filter_map(|invoice| Some((invoice, invoice.subscription.as_ref()?)))
        .collect();
    let first = group.iter().min_by_key(|(invoice, _)| invoice.ordered_at);
    let later = |first: &Invoice| own.is_some_and(|own| own.ordered_at > first.ordered_at);
    if known.is_none() && first.is_some_and(|(first, _)| later(first)) {
        return Err(Unclear::Continues);
    }
    let started_at = group
        .iter()
        .filter_map(|(invoice, subscription)| subscription.starts_at.or(invoice.ordered_at))
        .min();
    let latest = group
        .into_iter()
        .max_by_key(|(invoice, subscription)| (subscription.ends_at, invoice.ordered_at));
    let (invoice, subscription) = latest.ok_or(Unclear::NoSubscription)?;
    Ok(Found {
        invoice,
        subscription,
        started_at,
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
    if let Some(id) = &found.subscription.id {
        details.insert(SUBSCRIPTION_ID.to_owned(), id.clone());
    }
    Ok(StoreState {
        status,
        product_id,
        pending_product_id: None,
        started_at: found.started_at,
        period_start: None,
        period_end: found.subscription.ends_at,
        trial_end: None,
        grace_end: None,
        auto_renew: matches!(status, Status::Active | Status::OnHold),
        cancelled_at: None,
        cancel_reason: reason.map(str::to_owned),
        resumes_at: None,
        revoked_at: None,
        test: false,
        details,
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

//! Snapshot of a purchase from Amazon's answer.

pub(in crate::connectors::amazon) mod billing_period;
pub(in crate::connectors::amazon) mod details;
pub(in crate::connectors::amazon) mod expiry;
pub(in crate::connectors::amazon) mod memory;
pub(in crate::connectors::amazon) mod no_longer_valid;
pub(in crate::connectors::amazon) mod period;

use domain::{Locator, PurchaseKey, Reading, Status, Store, StoreSnapshot, StoreState, Timestamp};
use serde_json::Value;

use super::Config;
use super::wire::{Answer, malformed};
use crate::LookUpError;
use crate::fields::shortened;
use details::Details;
use memory::Known;
use period::End;

const SUBSCRIPTION: &str = "SUBSCRIPTION";
pub(super) const ONE_TIME: [&str; 2] = ["CONSUMABLE", "ENTITLED"];

/// Builds the snapshot of a purchase from Amazon's answer about its receipt at `observed_at`. Sends
/// no request.
///
/// # Errors
/// [`LookUpError::Rejected`] for a test purchase where none are accepted;
/// [`LookUpError::Malformed`] names the field that can't be read.
pub fn snapshot(
    config: &Config,
    locator: &Locator,
    answer: &Value,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let said = Answer::read(answer)?;
    let other = |id: &str| id != locator.key.as_str();
    // An answer about another receipt would be stored under the wrong key.
    if said.receipt_id.as_deref().is_some_and(other) {
        return Err(malformed("it is about another receipt"));
    }
    // Test purchases cost nothing, so a production stack refuses them by default.
    if said.is_test() && !config.test_purchases {
        return Err(LookUpError::Rejected("it is a test purchase".to_owned()));
    }
    if said.is_beta() && !config.beta_purchases {
        let why = "it is a purchase of a live app test";
        return Err(LookUpError::Rejected(why.to_owned()));
    }
    let mut known = Known::of(locator, observed_at).and(&said);
    let reading = reading(&said, locator, &mut known)?;
    let unknown_reason = said
        .cancel_reason
        .filter(|reason| expiry::word(*reason).is_none())
        .map(|reason| shortened(&format!("cancelReason {reason}")));
    Ok(StoreSnapshot {
        replaces: replaces(locator, &reading)?,
        unknown_status: unknown_reason.filter(|_| matches!(reading, Reading::Known(_))),
        memory: known.memory.written(),
        ..StoreSnapshot::new(Store::Amazon, locator.key.clone(), reading, observed_at)
    })
}

/// Reads the answer, and remembers the end of the period that follows from it.
fn reading(said: &Answer, locator: &Locator, known: &mut Known) -> Result<Reading, LookUpError> {
    // A date in the future is the coming end of a subscription that won't renew.
    let over = said.cancel_date.filter(|at| known.is_over(*at));
    let (state, end) = match said.product_type.as_str() {
        word if ONE_TIME.contains(&word) => {
            let product = said.product_id.as_deref().or(said.term_sku.as_deref());
            let product = product.ok_or_else(|| malformed("it has no productId"))?;
            let bought_at = said
                .purchase_date
                .ok_or_else(|| malformed("it has no purchaseDate"))?;
            let bought = StoreState::one_time(product.to_owned(), bought_at);
            let word = said.cancel_reason.and_then(expiry::word);
            let state = match over {
                None => bought,
                Some(at) => StoreState {
                    cancel_reason: word.map(str::to_owned),
                    ..expiry::revoked(bought, at)
                },
            };
            (state, None)
        }
        // The new plan has a receipt of its own, which continues the subscription.
        SUBSCRIPTION if said.cancel_reason == Some(expiry::REPLACED) => {
            return Ok(Reading::Replaced);
        }
        SUBSCRIPTION => {
            let (state, end) = subscription(said, over, known)?;
            (state, Some(end))
        }
        word => {
            let word = format!("productType {word}");
            return Ok(Reading::UnknownStatus(shortened(&word)));
        }
    };
    let memory = &mut known.memory;
    (memory.period_end, memory.counted_end) = match end {
        Some(End::Named(at)) => (Some(at), None),
        Some(End::Counted(at)) => (None, Some(at)),
        None => (None, None),
    };
    // A receipt that is answered again has not ended, so the next 410 fixes an end of its own.
    memory.ended_at = None;
    Ok(Reading::Known(StoreState {
        test: said.is_test() || said.is_beta(),
        details: Details::answered(said, locator, known).written(),
        ..state
    }))
}

/// Builds the state, and the end of what was paid.
fn subscription(
    said: &Answer,
    over: Option<Timestamp>,
    known: &Known,
) -> Result<(StoreState, End), LookUpError> {
    let product = said.sku()?.to_owned();
    let started_at = said.purchase_date;
    if let Some(at) = over {
        let before = StoreState {
            started_at,
            ..StoreState::new(Status::Expired, product, at)
        };
        let state = expiry::state(before, (at, said.cancel_reason), known);
        // The paid end stays remembered beside the actual one: later answers are again read as a
        // refund or as an expiry by it.
        return Ok((state, End::Named(known.memory.period_end.unwrap_or(at))));
    }
    let renews = said.renews()?;
    // A grace period that is over stays in force, without access, until Amazon shows how the
    // subscription continued.
    let grace_end = period::grace_end(said, renews, known);
    let status = match (grace_end, renews) {
        (Some(_), _) => Status::Grace,
        (None, true) => Status::Active,
        (None, false) => Status::Cancelled,
    };
    let end = match grace_end {
        Some(grace_end) => End::Named(period::unpaid_since(said, known).unwrap_or(grace_end)),
        None => period::end(said, renews, known)?,
    };
    let trial_end = said.free_trial_end_date;
    let pending = said.deferred_sku.as_deref();
    // A scheduled change lapses if the subscription does not renew.
    let pending = pending.filter(|sku| renews && *sku != product);
    let state = StoreState {
        pending_product_id: pending.map(str::to_owned),
        started_at,
        // A failed first payment moves the trial into grace, and a trial that is over is none.
        trial_end: trial_end.filter(|end| grace_end.is_none() && !known.is_over(*end)),
        grace_end,
        auto_renew: renews,
        ..StoreState::new(status, product, end.at())
    };
    Ok((state, end))
}

/// Returns the receipt that this one replaced, according to a notification. An answer that is not
/// understood replaces nothing.
fn replaces(locator: &Locator, reading: &Reading) -> Result<Option<PurchaseKey>, LookUpError> {
    let old = Details::of(locator).cancelled_receipt_id;
    let old = old.filter(|old| *old != locator.key.as_str());
    if matches!(reading, Reading::UnknownStatus(_)) {
        return Ok(None);
    }
    old.map(PurchaseKey::new)
        .transpose()
        .map_err(|error| malformed(&format!("the receipt that it replaces {error}")))
}

//! Amazon's word as a snapshot.

use domain::{PurchaseKey, Reading, Status, Store, StoreSnapshot, StoreState, Timestamp};
use serde_json::Value;

use super::details::{
    self, CANCELLED_RECEIPT_ID, Known, NOTIFICATION_TYPE, PERIOD_END, PRODUCT_ID, PRODUCT_TYPE,
    PURCHASE_DATE, TERM_SKU,
};
use super::wire::Answer;
use super::{Config, ended, term};
use crate::fields::shortened;
use crate::{Locator, LookUpError};

const SUBSCRIPTION: &str = "SUBSCRIPTION";
const ONE_TIME: [&str; 2] = ["CONSUMABLE", "ENTITLED"];

/// What Amazon's answer about a receipt says of the purchase at `observed_at`. Asks nobody.
///
/// # Errors
/// [`LookUpError::Rejected`] for a test purchase where none are wanted; [`LookUpError::Malformed`] names
/// the field that can't be read.
pub fn snapshot(
    config: &Config,
    locator: &Locator,
    answer: &Value,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, LookUpError> {
    let said = Answer::read(answer).map_err(|error| malformed(&error.to_string()))?;
    let other = |id: &str| id != locator.key.as_str();
    if said.receipt_id.as_deref().is_some_and(other) {
        return Err(malformed("it is about another receipt"));
    }
    if said.is_test() && !config.test_purchases {
        return Err(LookUpError::Rejected("it is a test purchase".to_owned()));
    }
    if said.is_beta() && !config.beta_purchases {
        let why = "it is a purchase of a live app test";
        return Err(LookUpError::Rejected(why.to_owned()));
    }
    let known = Known::of(locator, observed_at);
    let reading = reading(&said, locator, &known)?;
    let unknown_reason = said
        .cancel_reason
        .filter(|reason| ended::word(*reason).is_none())
        .map(|reason| shortened(&format!("cancelReason {reason}")));
    Ok(StoreSnapshot {
        store: Store::Amazon,
        purchase_key: locator.key.clone(),
        account: None,
        replaces: replaces(locator, &reading)?,
        alias: None,
        unknown_status: unknown_reason.filter(|_| matches!(reading, Reading::Known(_))),
        reading,
        observed_at,
    })
}

/// What Amazon's "no longer valid" means for a receipt of which earlier looks have kept the product: it
/// has ended, at the end of what was paid or now. `None` if nothing is known of it.
pub(super) fn no_longer_valid(locator: &Locator, observed_at: Timestamp) -> Option<StoreSnapshot> {
    let detail = |name: &str| locator.details.get(name);
    let one_time = detail(PRODUCT_TYPE).is_some_and(|word| ONE_TIME.contains(&word.as_str()));
    let plan = detail(TERM_SKU).filter(|_| !one_time);
    let product = plan.or_else(|| detail(PRODUCT_ID))?.clone();
    let known = Known::of(locator, observed_at);
    let ended_at = known.period_end.unwrap_or(observed_at).min(observed_at);
    let started_at = detail(PURCHASE_DATE).and_then(|text| text.parse().ok());
    let mut details = locator.details.clone();
    details.remove(NOTIFICATION_TYPE);
    details.insert(PERIOD_END.to_owned(), ended_at.to_string());
    let state = if one_time {
        revoked(
            StoreState::one_time(product, started_at.unwrap_or(ended_at)),
            ended_at,
        )
    } else {
        StoreState {
            started_at,
            ..StoreState::new(Status::Expired, product, ended_at)
        }
    };
    Some(StoreSnapshot {
        store: Store::Amazon,
        purchase_key: locator.key.clone(),
        account: None,
        replaces: None,
        alias: None,
        reading: Reading::Known(StoreState { details, ..state }),
        unknown_status: None,
        observed_at,
    })
}

fn reading(said: &Answer, locator: &Locator, known: &Known) -> Result<Reading, LookUpError> {
    let over = said
        .cancel_date
        .map(|at| at.0)
        .filter(|at| known.is_over(*at));
    let state = match said.product_type.as_str() {
        word if ONE_TIME.contains(&word) => {
            let bought = StoreState::one_time(said.product_id.clone(), said.purchase_date.0);
            let word = said.cancel_reason.and_then(ended::word);
            match over {
                None => bought,
                Some(at) => StoreState {
                    cancel_reason: word.map(str::to_owned),
                    ..revoked(bought, at)
                },
            }
        }
        SUBSCRIPTION if said.cancel_reason == Some(ended::REPLACED) => {
            return Ok(Reading::Replaced);
        }
        SUBSCRIPTION => subscription(said, over, known)?,
        word => {
            let word = format!("productType {word}");
            return Ok(Reading::UnknownStatus(shortened(&word)));
        }
    };
    let paid_until = match over {
        Some(_) => known.period_end.unwrap_or(state.period_end),
        None => state.period_end,
    };
    Ok(Reading::Known(StoreState {
        test: said.is_test() || said.is_beta(),
        details: details::of(said, locator, (!state.one_time).then_some(paid_until)),
        ..state
    }))
}

fn revoked(state: StoreState, at: Timestamp) -> StoreState {
    StoreState {
        status: Status::Revoked,
        revoked_at: Some(at),
        ..state
    }
}

fn subscription(
    said: &Answer,
    over: Option<Timestamp>,
    known: &Known,
) -> Result<StoreState, LookUpError> {
    let product = said.sku().to_owned();
    let started_at = Some(said.purchase_date.0);
    if let Some(at) = over {
        let before = StoreState {
            started_at,
            ..StoreState::new(Status::Expired, product, at)
        };
        return Ok(ended::state(before, (at, said.cancel_reason), known));
    }
    let renews = said
        .auto_renewing
        .ok_or_else(|| malformed("it has no autoRenewing"))?;
    let grace_end = said.grace_period_end_date.map(|at| at.0);
    let status = match (grace_end, renews) {
        (Some(_), _) => Status::Grace,
        (None, true) => Status::Active,
        (None, false) => Status::Cancelled,
    };
    let period_end = match grace_end {
        Some(grace_end) => unpaid_since(said, known).unwrap_or(grace_end),
        None => end(said, renews, known)?,
    };
    let trial_end = said.free_trial_end_date.map(|at| at.0);
    let pending = said.deferred_sku.as_deref();
    let pending = pending.filter(|sku| renews && !sku.is_empty() && *sku != said.sku());
    Ok(StoreState {
        pending_product_id: pending.map(str::to_owned),
        started_at,
        trial_end: trial_end.filter(|end| grace_end.is_none() && !known.is_over(*end)),
        grace_end,
        auto_renew: renews,
        ..StoreState::new(status, product, period_end)
    })
}

/// The end of the period that is over, in the grace period after it.
fn unpaid_since(said: &Answer, known: &Known) -> Option<Timestamp> {
    let renewal = said.renewal_date.map(|at| at.0);
    let candidates = [renewal, known.period_end];
    let mut over = candidates.into_iter().flatten();
    over.find(|at| known.is_over(*at))
}

/// The end of the running period. Amazon names it only while it renews, and once it won't perhaps as the
/// date of the end to come; else it is what was last known, or is counted from the purchase.
fn end(said: &Answer, renews: bool, known: &Known) -> Result<Timestamp, LookUpError> {
    let named = if renews {
        said.renewal_date
    } else {
        said.cancel_date
    };
    if let Some(at) = named {
        return Ok(at.0);
    }
    if renews {
        return Err(malformed("it renews and has no renewalDate"));
    }
    let counted = |from| term::end_after(from, said.term.as_deref()?, known.observed_at);
    let last = known.period_end;
    let trial_end = said.free_trial_end_date.map(|at| at.0);
    let ahead = |at: &Timestamp| !known.is_over(*at);
    last.filter(ahead)
        .or(trial_end.filter(ahead))
        .or_else(|| counted(last.unwrap_or(said.purchase_date.0)))
        .ok_or_else(|| malformed("nothing tells the end of its period"))
}

/// The receipt that this one replaced, as a notification told. One that says nothing has not taken over.
fn replaces(locator: &Locator, reading: &Reading) -> Result<Option<PurchaseKey>, LookUpError> {
    let old = locator.details.get(CANCELLED_RECEIPT_ID);
    let old = old.filter(|old| old.as_str() != locator.key.as_str());
    if matches!(reading, Reading::UnknownStatus(_)) {
        return Ok(None);
    }
    old.map(PurchaseKey::new)
        .transpose()
        .map_err(|error| malformed(&format!("the receipt that it replaces {error}")))
}

fn malformed(what: &str) -> LookUpError {
    LookUpError::Malformed(what.to_owned())
}

//! Snapshot of a subscription from a message.

pub(in crate::connectors::vizio) mod details;

use domain::{PurchaseKey, Reading, Status, Store, StoreSnapshot, StoreState, Timestamp};

use super::Config;
use super::wire::Subscription;
use crate::fields::shortened;
use details::Details;

/// Reason for which a message gives no snapshot.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unclear {
    #[error("it has neither a status nor an active flag")]
    NoStatus,
    #[error("it has no plan")]
    NoPlan,
    #[error("it has no period end and no next billing date")]
    NoPeriodEnd,
    #[error("its account id is not written like accountIdPattern")]
    Account,
}

/// Builds the snapshot of `key` at `observed_at`.
pub(super) fn of(
    config: &Config,
    key: &PurchaseKey,
    said: &Subscription,
    observed_at: Timestamp,
) -> Result<StoreSnapshot, Unclear> {
    // Not read as "no account": a mistake in the pattern would go unnoticed.
    let account = match (&config.account, &said.account) {
        (Some(pattern), Some(account)) => Some(pattern.customer(account).ok_or(Unclear::Account)?),
        _ => None,
    };
    Ok(StoreSnapshot {
        account,
        ..StoreSnapshot::new(
            Store::Vizio,
            key.clone(),
            reading(key, said, observed_at)?,
            observed_at,
        )
    })
}

/// Determines the status. An unknown status decides nothing, whatever the active flag says: the two
/// may be about different things. Without a status the flag and the dates decide.
fn reading(
    key: &PurchaseKey,
    said: &Subscription,
    observed_at: Timestamp,
) -> Result<Reading, Unclear> {
    // The spelling of the words is assumed, so at least their case does not matter.
    let word = said.status.as_deref().map(str::to_ascii_uppercase);
    let status = match word.as_deref() {
        // VIZIO reports an opt-out in a field of its own, beside an active status.
        Some("TRIAL" | "ACTIVE") if said.auto_renew == Some(false) => Status::Cancelled,
        Some("TRIAL" | "ACTIVE") => Status::Active,
        Some("CANCELED" | "CANCELLED") => Status::Cancelled,
        Some("PAST_DUE") => past_due(said, observed_at),
        Some("EXPIRED") => Status::Expired,
        Some("REFUNDED") => Status::Revoked,
        Some(word) => return Ok(Reading::UnknownStatus(shortened(word))),
        None => by_flag(said, observed_at).ok_or(Unclear::NoStatus)?,
    };
    let trial = word.as_deref() == Some("TRIAL") || said.in_trial == Some(true);
    let state = state(key, said, status, trial, observed_at)?;
    Ok(Reading::Known(state))
}

fn state(
    key: &PurchaseKey,
    said: &Subscription,
    status: Status,
    trial: bool,
    observed_at: Timestamp,
) -> Result<StoreState, Unclear> {
    // An ended subscription needs no date to be ended; a running one without a date would never
    // end.
    let period_end = match said.period_end.or(said.next_billing) {
        Some(end) => end,
        None if status.is_ended() => observed_at,
        None => return Err(Unclear::NoPeriodEnd),
    };
    let auto_renew = match status {
        Status::Cancelled | Status::Expired | Status::Revoked => false,
        _ => said.auto_renew.unwrap_or(true),
    };
    let plan = said.plan.clone().ok_or(Unclear::NoPlan)?;
    let pending_plan = said.pending_plan.clone().filter(|pending| *pending != plan);
    Ok(StoreState {
        pending_product_id: pending_plan.filter(|_| !status.is_ended()),
        started_at: said.started_at,
        period_start: said.period_start,
        trial_end: (trial && status.is_running()).then_some(period_end),
        grace_end: said.grace_end.filter(|_| status == Status::Grace),
        auto_renew,
        cancelled_at: said.cancelled_at.filter(|_| !auto_renew),
        revoked_at: said.refunded_at.filter(|_| status == Status::Revoked),
        details: Details {
            subscription_id: key.as_str().to_owned(),
            invoice_number: said.invoice.clone(),
        }
        .written(),
        ..StoreState::new(status, plan, period_end)
    })
}

/// Status after a failed charge: access until the end of the period or of grace, whichever is
/// later.
fn past_due(said: &Subscription, observed_at: Timestamp) -> Status {
    let ends = [said.grace_end, said.period_end.or(said.next_billing)];
    if ends.into_iter().flatten().any(|end| end > observed_at) {
        Status::Grace
    } else {
        Status::OnHold
    }
}

/// Returns the status by the active flag, where the message has no status; `None` without a flag
/// and a date.
///
/// Without access it may be anything from a pause to the end. It is taken as ended only if it won't
/// renew and is past its end; otherwise it is checked further.
fn by_flag(said: &Subscription, observed_at: Timestamp) -> Option<Status> {
    let period_end = said.period_end.or(said.next_billing)?;
    let renews = said.auto_renew.unwrap_or(true);
    Some(match (said.active?, renews) {
        (true, true) => Status::Active,
        (true, false) => Status::Cancelled,
        (false, false) if period_end <= observed_at => Status::Expired,
        (false, _) => Status::OnHold,
    })
}

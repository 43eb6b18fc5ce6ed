//! How a subscription ended: it ran out, or it was taken back.

use domain::{Status, StoreState, Timestamp};
use jiff::SignedDuration;

use super::details::Known;

/// Why it ended, in Amazon's numbers. 3 is Amazon's own and never shown, as it says.
pub(super) const NOT_KNOWN_YET: i64 = 0;
pub(super) const BY_CUSTOMER: i64 = 1;
pub(super) const BY_AMAZON: i64 = 2;
pub(super) const REPLACED: i64 = 4;

/// How far an end may be from the end of the period and still be that one.
const MARGIN: SignedDuration = SignedDuration::from_mins(1);

/// The word for a reason; `None` for one that we don't know.
pub(super) fn word(reason: i64) -> Option<&'static str> {
    match reason {
        NOT_KNOWN_YET => Some("unknown"),
        BY_CUSTOMER => Some("customer"),
        BY_AMAZON => Some("amazon"),
        REPLACED => Some("replaced"),
        _ => None,
    }
}

pub(super) fn revoked(state: StoreState, at: Timestamp) -> StoreState {
    StoreState {
        status: Status::Revoked,
        revoked_at: Some(at),
        ..state
    }
}

/// A subscription that ended at `ended_at`.
///
/// Amazon gives the same reasons for what ran out and for what was paid back. It was paid back if it ended
/// before the period that was known to be paid, or if Amazon told of a cancelled order. That the reason is
/// not known yet changes nothing about the end.
pub(super) fn state(
    before: StoreState,
    (ended_at, reason): (Timestamp, Option<i64>),
    known: &Known,
) -> StoreState {
    let early = known
        .period_end
        .and_then(|end| end.checked_sub(MARGIN).ok())
        .is_some_and(|end| ended_at < end);
    let order_cancelled = known.told_of_cancellation && reason == Some(BY_CUSTOMER);
    let status = if early || order_cancelled {
        Status::Revoked
    } else {
        Status::Expired
    };
    StoreState {
        status,
        period_end: ended_at,
        auto_renew: false,
        cancel_reason: reason.and_then(word).map(str::to_owned),
        revoked_at: (status == Status::Revoked).then_some(ended_at),
        ..before
    }
}

//! End of a subscription: it expired, or was refunded.

use domain::{Status, StoreState, Timestamp};
use jiff::SignedDuration;

use super::memory::Known;

/// Amazon's reasons for an end. 3 is reserved for Amazon's own use.
pub(in crate::connectors::amazon) const NOT_KNOWN_YET: i64 = 0;
pub(in crate::connectors::amazon) const BY_CUSTOMER: i64 = 1;
pub(in crate::connectors::amazon) const BY_AMAZON: i64 = 2;
pub(in crate::connectors::amazon) const REPLACED: i64 = 4;

/// Tolerance between an end and the end of the period.
const MARGIN: SignedDuration = SignedDuration::from_mins(1);

/// Returns the word for a reason; `None` if it is not documented.
pub(in crate::connectors::amazon) fn word(reason: i64) -> Option<&'static str> {
    match reason {
        NOT_KNOWN_YET => Some("unknown"),
        BY_CUSTOMER => Some("customer"),
        BY_AMAZON => Some("amazon"),
        REPLACED => Some("replaced"),
        _ => None,
    }
}

pub(in crate::connectors::amazon) fn revoked(state: StoreState, at: Timestamp) -> StoreState {
    StoreState {
        status: Status::Revoked,
        revoked_at: Some(at),
        ..state
    }
}

/// Builds the state of a subscription that ended at `ended_at`.
///
/// Amazon gives the same reasons for an expiry and for a refund. It was refunded if it ended before
/// the period that was known to be paid, or if Amazon reported a cancelled order. A reason that is
/// not known yet does not affect the end.
pub(in crate::connectors::amazon) fn state(
    before: StoreState,
    (ended_at, reason): (Timestamp, Option<i64>),
    known: &Known,
) -> StoreState {
    let early = known
        .memory
        .period_end
        .and_then(|end| end.checked_sub(MARGIN).ok())
        .is_some_and(|end| ended_at < end);
    // Amazon sends this notification for a refunded order as well as for an unpaid subscription;
    // the reason tells the two apart.
    let order_cancelled = known.is_cancellation_notified() && reason == Some(BY_CUSTOMER);
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

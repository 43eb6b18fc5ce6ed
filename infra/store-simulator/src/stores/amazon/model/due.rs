//! Changes that the store makes by itself when they are due.

use std::time::Duration;

use jiff::Timestamp;

use super::{Action, Receipt};

/// Time within which the app must report a purchase that was made in the store's own pages.
const FULFILMENT: Duration = Duration::from_secs(14 * 86_400);

/// Returns the next action that is due for a receipt, if any.
pub(super) fn due(receipt: &Receipt, now: Timestamp) -> Option<Action> {
    if receipt.cancelled_at.is_some() || receipt.invalid {
        return None;
    }
    let past = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
    let unreported = receipt.quick_subscribe && receipt.fulfilled_at.is_none();
    let report_by = receipt.purchased_at.checked_add(FULFILMENT).ok();
    if past(receipt.grace_ends) || (unreported && past(report_by)) {
        return Some(Action::CancelByAmazon);
    }
    if receipt.grace_ends.is_some() || !past(receipt.period_end) {
        return None;
    }
    Some(if receipt.auto_renewing {
        Action::Renew
    } else {
        Action::Expire
    })
}

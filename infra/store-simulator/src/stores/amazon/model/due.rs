//! What the store does by itself once its time has come.

use std::time::Duration;

use jiff::Timestamp;

use super::{Action, Receipt};

/// How long the app may take to report a purchase that was made in the store's own pages.
const FULFILMENT: Duration = Duration::from_secs(14 * 86_400);

/// The next thing that is due for a receipt.
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

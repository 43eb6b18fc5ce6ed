//! Changes that the store makes by itself when they are due.

use jiff::Timestamp;

use super::{Action, Ownership, Purchase, State, periods::RETRY};

/// Returns the next action that is due for a purchase, if any. Family members follow the purchaser.
pub(super) fn due(purchase: &Purchase, now: Timestamp) -> Option<Action> {
    if !purchase.renews() || purchase.ownership == Ownership::FamilyShared {
        return None;
    }
    let passed = |time: Timestamp| time <= now;
    let end = purchase.expires_date()?;
    let over = passed(end);
    match purchase.state {
        State::Active if purchase.auto_renew => over.then_some(Action::Renew),
        State::Active => over.then_some(Action::Expire),
        State::Revoked if purchase.auto_renew => over.then_some(Action::Renew),
        State::Grace => {
            let end = purchase.grace_period_expires_date?;
            passed(end).then_some(Action::ExpireGrace)
        }
        State::BillingRetry => {
            let end = end.checked_add(RETRY).ok()?;
            passed(end).then_some(Action::Expire)
        }
        State::Revoked | State::Expired => None,
    }
}

//! Changes that the store makes by itself when they are due.

use jiff::Timestamp;

use super::{Action, Options, Purchase, State};

/// The API's numbers of a void by the store for lack of an acknowledgement: source and reason.
const BY_GOOGLE: u32 = 2;
const UNACKNOWLEDGED: u32 = 8;

/// Returns the next action that is due for a purchase, if any.
pub(super) fn due(purchase: &Purchase, now: Timestamp) -> Option<(Action, Options)> {
    let passed = |time: Option<Timestamp>| time.is_some_and(|time| time <= now);
    let lives = !matches!(
        purchase.state,
        State::Pending | State::Expired | State::PendingPurchaseCanceled
    );
    if lives && !purchase.acknowledged && passed(purchase.acknowledge_by) {
        let options = Options {
            voided_source: BY_GOOGLE,
            voided_reason: UNACKNOWLEDGED,
            ..Options::default()
        };
        let paid = purchase.orders.iter().any(|order| !order.voided);
        let action = if paid { Action::Void } else { Action::Revoke };
        return Some((action, options));
    }
    let over = passed(purchase.expiry());
    let action = match purchase.state {
        State::Active if purchase.is_prepaid() => over.then_some(Action::Expire),
        State::Active if purchase.pause_seconds.is_some() => over.then_some(Action::Pause),
        State::Active => over.then_some(Action::Renew),
        State::Canceled => over.then_some(Action::Expire),
        State::InGracePeriod => over.then_some(Action::Hold),
        State::OnHold => passed(purchase.hold_ends).then_some(Action::Expire),
        State::Paused => passed(purchase.resumes_at).then_some(Action::Resume),
        State::Pending | State::Expired | State::PendingPurchaseCanceled => None,
    };
    action.map(|action| (action, Options::default()))
}

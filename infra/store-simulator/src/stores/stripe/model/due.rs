//! Changes that the store makes by itself when they are due.

use std::time::Duration;

use jiff::Timestamp;

use super::{Action, Purchase, Status, buying::TIME_TO_PAY, periods::DRAFT_SECONDS};

/// Returns the next action that is due for a purchase, if any.
pub(super) fn due(purchase: &Purchase, now: Timestamp) -> Option<Action> {
    let known = purchase.subscription.as_ref()?;
    let passed = |time: Timestamp| time <= now;
    let since = |time: Timestamp, seconds: u64| {
        let due = time.checked_add(Duration::from_secs(seconds));
        due.is_ok_and(passed)
    };
    let paused = known.pause_collection.and_then(|paused| paused.resumes_at);
    if known.status.is_live() && paused.is_some_and(passed) {
        return Some(Action::ResumeCollection);
    }
    let draft = DRAFT_SECONDS.min(known.period_seconds() / 10);
    let draft = purchase.has_draft() && {
        let latest = purchase.latest_invoice();
        latest.is_some_and(|latest| since(latest.created, draft))
    };
    match known.status {
        Status::Incomplete => since(known.created, TIME_TO_PAY).then_some(Action::ExpireIncomplete),
        Status::Active if draft => Some(Action::Collect),
        Status::Trialing | Status::Active => match known.set_to_end_at() {
            Some(end) if passed(end) => Some(Action::Expire),
            Some(end) if end <= known.period_end() => None,
            _ => passed(known.period_end()).then_some(Action::BeginPeriod),
        },
        Status::PastDue => {
            let end = known.set_to_end_at();
            end.is_some_and(passed).then_some(Action::Expire)
        }
        Status::IncompleteExpired | Status::Unpaid | Status::Paused | Status::Canceled => None,
    }
}

//! Answers that lag behind (ADR 27): a store's look-up may be served by a replica that does not
//! show yet what was bought or announced a moment ago.

use cloud::clock;
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::PurchaseRecord;
use domain::{StoreSnapshot, Subscription};
use jiff::SignedDuration;
use stores::StoreConfig;

use crate::notice::{happened_at, parked};
use crate::task::Task;

/// Time for which a store's answer may lag behind its notification.
const REPLICA_LAG: SignedDuration = SignedDuration::from_mins(5);

/// Whether the store's answer may be too old to count; `answer` is `None` if the store does not
/// know the purchase. It may be if, at most some minutes ago, the purchase was submitted with a
/// proof that only a buyer has, or was announced by the store itself.
pub(crate) fn may_catch_up(
    task: &Task<'_>,
    config: &StoreConfig,
    stored: Option<&PurchaseRecord>,
    answer: Option<&StoreSnapshot>,
) -> bool {
    let verification = task.verification;
    let (since, within) = match (&task.submission, &verification.cause) {
        (Some(submission), _) => {
            let proof = submission.proof.as_ref();
            let within = config.catches_up_within(&submission.locator, proof, answer);
            (submission.submitted_at, within)
        }
        // Not if it was deferred: the store has had that time already.
        (None, VerificationCause::Notification { .. })
            if answer.is_none() && stored.is_none() && !verification.deferred =>
        {
            (verification.received_at, REPLICA_LAG.unsigned_abs())
        }
        _ => return false,
    };
    clock::now().duration_since(since).unsigned_abs() < within
}

/// Whether the store was asked after this notification was received, so that no look-up is needed.
/// `false` if the notification says something that the answer may not have shown, or if the answer
/// came so soon after it that it may have lagged behind.
pub(crate) fn seen_since(stored: Option<&PurchaseRecord>, verification: &Verification) -> bool {
    let voids = matches!(
        verification.cause,
        VerificationCause::Notification {
            voided: Some(_),
            ..
        }
    );
    let said = &verification.locator.details;
    let covers = |stored: &PurchaseRecord| {
        let known = &stored.locator.details;
        stored.subscription.watermark > verification.received_at
            && !may_lag(&stored.subscription, verification)
            && said
                .iter()
                .all(|(name, value)| known.get(name) == Some(value))
    };
    // A voided payment is reported by its notification only, so no answer covers it (ADR 19).
    !voids && stored.is_some_and(covers)
}

/// Whether the last answer, although it is newer than the notification, may have lagged behind it:
/// it showed no change since the event, and no follow-up is pending.
fn may_lag(subscription: &Subscription, verification: &Verification) -> bool {
    let (Some(as_of), Some(happened_at)) = (subscription.state_as_of, happened_at(verification))
    else {
        return false;
    };
    // A follow-up looks the purchase up anyway. Only a signed state is worth another look-up now,
    // because it may count in place of a stale answer.
    let followed_up = subscription.follow_up.is_some() && parked(verification).is_none();
    let settled = subscription
        .watermark
        .duration_since(verification.received_at)
        > REPLICA_LAG;
    as_of < happened_at && !followed_up && !settled
}

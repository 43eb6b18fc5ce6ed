//! Answers that lag behind: a store's look-up may be served by a replica that does not show yet what was bought
//! or announced a moment ago.

use cloud::clock;
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::PurchaseRecord;
use domain::{StoreSnapshot, Subscription};
use jiff::SignedDuration;
use stores::StoreConfig;

use crate::notice::{happened_at, parked};
use crate::task::Task;

/// The time within which a store's answer may lag behind its notification.
const REPLICA_LAG: SignedDuration = SignedDuration::from_mins(5);

/// Whether the store's answer, `None` if it denies knowing the purchase, may only be too old: the purchase was
/// submitted with what only a buyer has, or announced by the store itself, some minutes ago at most.
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
        // One that was deferred has been waited for.
        (None, VerificationCause::Notification { .. })
            if answer.is_none() && stored.is_none() && !verification.deferred =>
        {
            (verification.received_at, REPLICA_LAG.unsigned_abs())
        }
        _ => return false,
    };
    clock::now().duration_since(since).unsigned_abs() < within
}

/// Whether the store was asked after this notification was received: then its answer is known
/// already. Not so if the notification says what the answer may not have shown, or if the answer came
/// so early that it may have lagged behind.
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
    !voids && stored.is_some_and(covers)
}

/// Whether the last answer may not have shown yet what this notification announces, although it is
/// newer: it showed nothing new since the event, and nothing follows it up.
fn may_lag(subscription: &Subscription, verification: &Verification) -> bool {
    let (Some(as_of), Some(happened_at)) = (subscription.state_as_of, happened_at(verification))
    else {
        return false;
    };
    let followed_up = subscription.follow_up.is_some() && parked(verification).is_none();
    let settled = subscription
        .watermark
        .duration_since(verification.received_at)
        > REPLICA_LAG;
    as_of < happened_at && !followed_up && !settled
}

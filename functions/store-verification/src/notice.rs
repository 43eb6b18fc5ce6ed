//! States that a store signed in a notification, and when they may stand in for its answer.

use std::time::Duration;

use cloud::clock;
use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::{ParkedNotice, PurchaseRecord};
use domain::{NoticePolicy, StoreSnapshot, Timestamp};
use stores::StoreConfig;

use crate::claim_rule::lacks_second_factor;
use crate::store_client::StoreSession;
use crate::task::{Target, Task};

/// Returns the signed state that may replace the store's answer. An end may do so at once, any
/// other state after the store has given no answer for as long as the broadcaster configured. A
/// state that is older than the stored one never may.
pub(crate) fn usable_notice(
    verification: &Verification,
    stored: Option<&PurchaseRecord>,
    config: &StoreConfig,
    now: Timestamp,
) -> Option<StoreSnapshot> {
    let newer = |snapshot: &StoreSnapshot| {
        stored.is_none_or(|stored| snapshot.observed_at >= stored.subscription.watermark)
    };
    waited_for(verification, stored, config, now).filter(newer)
}

fn waited_for(
    verification: &Verification,
    stored: Option<&PurchaseRecord>,
    config: &StoreConfig,
    now: Timestamp,
) -> Option<StoreSnapshot> {
    let waited = |since: Timestamp| {
        let waited = now.duration_since(since);
        Duration::try_from(waited).is_ok_and(|waited| waited >= config.give_up_after())
    };
    let fresh = parked(verification);
    if let Some(parked) = &fresh
        && parked.notice.alone == NoticePolicy::AtOnce
    {
        return Some(parked.notice.snapshot.clone());
    }
    fresh
        .or_else(|| stored.and_then(|stored| stored.notice.clone()))
        .filter(|parked| waited(parked.received_at))
        .map(|parked| parked.notice.snapshot)
}

/// Returns a state of the claimed purchase that the store has signed, in the submission or in a
/// notification that waits for the store's answer. It decides the claim while the store can't be
/// asked, and the next check confirms it.
pub(crate) fn signed_claim(
    task: &Task<'_>,
    session: &StoreSession,
    target: &Target,
) -> Option<StoreSnapshot> {
    let submission = task.submission.as_ref()?;
    let (config, stored) = (session.config(), target.stored.as_ref());
    let proof = submission.proof.as_ref();
    let submitted =
        proof.and_then(|proof| config.signed_state(&submission.locator, proof, clock::now()));
    let parked = stored.and_then(|stored| stored.notice.as_ref());
    let signed = submitted.or_else(|| parked.map(|parked| parked.notice.snapshot.clone()))?;
    let is_newer = stored.is_none_or(|stored| signed.observed_at >= stored.subscription.watermark);
    // What is stored under another key would have to be read first.
    let is_it = signed.purchase_key == target.locator.key;
    let is_allowed = !lacks_second_factor(task, &config, &signed, stored);
    (is_newer && is_it && is_allowed).then_some(signed)
}

/// Returns the complete state that the notification carried, if it carried one. Its date is at most
/// the time of receipt, because the store's clock may be ahead.
pub(crate) fn parked(verification: &Verification) -> Option<ParkedNotice> {
    let received_at = verification.received_at;
    match &verification.cause {
        VerificationCause::Notification {
            notice: Some(notice),
            ..
        } => {
            let mut notice = notice.as_ref().clone();
            notice.snapshot.observed_at = notice.snapshot.observed_at.min(received_at);
            Some(ParkedNotice {
                notice,
                received_at,
            })
        }
        _ => None,
    }
}

/// Returns when the event of a notification happened: at most the time of receipt, because the
/// store's clock may be ahead.
pub(crate) fn happened_at(verification: &Verification) -> Option<Timestamp> {
    let received_at = verification.received_at;
    match &verification.cause {
        VerificationCause::Notification { sent_at, .. } => {
            Some(sent_at.map_or(received_at, |at| at.min(received_at)))
        }
        _ => None,
    }
}

//! States that a store signed in a notification, and when they may stand in for its answer.

use std::time::Duration;

use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::{ParkedNotice, PurchaseRecord};
use domain::{NoticePolicy, StoreSnapshot, Timestamp};
use stores::StoreConfig;

/// The state that the store signed, where it may stand in for the store's answer: an end may at
/// once, anything else when the store could not be asked for too long. One that is older than what
/// is known never may.
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

/// The state that this notification carried, if it carried a whole one. A store's clock that is
/// ahead dates it at the time of receipt.
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

/// When the event of a notification happened: not after the notification was received, whatever the
/// store's clock says.
pub(crate) fn happened_at(verification: &Verification) -> Option<Timestamp> {
    let received_at = verification.received_at;
    match &verification.cause {
        VerificationCause::Notification { sent_at, .. } => {
            Some(sent_at.map_or(received_at, |at| at.min(received_at)))
        }
        _ => None,
    }
}

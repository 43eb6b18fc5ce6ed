//! States that a store signed in a notification, and when they may stand in for its answer.

use std::time::Duration;

use cloud::queue::{Verification, VerificationCause};
use cloud::subscriptions::{ParkedNotice, PurchaseRecord};
use domain::{NoticePolicy, StoreSnapshot, Timestamp};
use stores::StoreConfig;

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

//! Notifications: the signature over the raw bytes, then the envelope. Only the nine values of
//! `eventType` are known; header, signature and body are assumptions.

use aws_lc_rs::digest;
use domain::{Locator, Notice, NoticePolicy, Reading, StoreNotification, Timestamp};
use serde_json::Value;

use super::wire::{Message, Source};
use super::{Config, snapshot, submission};
use crate::fields::shortened;
use crate::{Accepted, NotificationError, Received};

/// Known kinds, and when their state may count without a look-up. Any other kind causes a look-up.
const KINDS: [(&str, NoticePolicy); 9] = [
    ("SUBSCRIPTION.CREATED", NoticePolicy::AfterGivingUp),
    (
        "SUBSCRIPTION.PAYMENT.SUCCESSFUL",
        NoticePolicy::AfterGivingUp,
    ),
    ("SUBSCRIPTION.PAYMENT.FAILED", NoticePolicy::AfterGivingUp),
    // A refund and an expiry end access. They count at once if the look-up fails, because nobody
    // should watch for free while the store is down.
    ("SUBSCRIPTION.PAYMENT.REFUND", NoticePolicy::AtOnce),
    ("SUBSCRIPTION.CANCELED", NoticePolicy::AfterGivingUp),
    ("SUBSCRIPTION.REACTIVATED", NoticePolicy::AfterGivingUp),
    (
        "SUBSCRIPTION.DOWNGRADE.PENDING",
        NoticePolicy::AfterGivingUp,
    ),
    ("SUBSCRIPTION.UPDATED", NoticePolicy::AfterGivingUp),
    ("SUBSCRIPTION.EXPIRED", NoticePolicy::AtOnce),
];

/// Longest id that is taken over; a longer one is replaced by the body's SHA-256.
const LONGEST_ID: usize = 255;

/// Proves the origin of a notification, then parses it.
pub(crate) fn read_notification(
    config: &Config,
    headers: &[(String, String)],
    body: &[u8],
    now: Timestamp,
) -> Result<Accepted, NotificationError> {
    // Nothing is parsed before the signature over the bytes is verified.
    if !config.proof.holds(&config.signing_keys, headers, body, now) {
        return Err(NotificationError::Forged);
    }
    read(config, body, now).map(|about| Received::About(about).into())
}

/// Parses a notification.
pub(super) fn read(
    config: &Config,
    body: &[u8],
    now: Timestamp,
) -> Result<StoreNotification, NotificationError> {
    let json: Value = serde_json::from_slice(body).map_err(|_| unreadable("it is not JSON"))?;
    let message = Message {
        json: &json,
        pointers: &config.pointers,
        source: Source::Notification,
    };
    // Only after the proof, so that the answer says nothing to strangers.
    if !is_ours(config, &message)? {
        return Err(NotificationError::OtherApplication);
    }
    let subscription_id =
        text(&message, "subscription")?.ok_or_else(|| unreadable("it names no subscription"))?;
    let locator = submission::locator(&subscription_id, None)
        .map_err(|error| unreadable(&format!("its subscription id {error}")))?;
    // A field that only describes the event must not stop the look-up that it causes.
    let kind = message.text("type").ok().flatten().unwrap_or_default();
    let sent_at = message.instant("time").ok().flatten();
    let id = message.text("id").ok().flatten();
    Ok(StoreNotification {
        // Without an id, the body's hash recognises a repetition.
        id: id
            .filter(|id| id.len() <= LONGEST_ID)
            .unwrap_or_else(|| hex::encode(digest::digest(&digest::SHA256, body))),
        // A notification is never dated later than it was received: it would outdate later
        // look-ups.
        notice: sent_at.and_then(|at| notice(config, &message, &locator, &kind, at.min(now))),
        kind: shortened(&kind),
        locator,
        sent_at,
        voided: None,
    })
}

/// Whether the notification is for the configured partner, or names none; the signing key proves
/// the rest.
fn is_ours(config: &Config, message: &Message<'_>) -> Result<bool, NotificationError> {
    if !message.can_have("partner") {
        return Ok(true);
    }
    let partner = text(message, "partner")?;
    Ok(partner.is_none_or(|partner| partner == config.partner_id))
}

fn text(message: &Message<'_>, field: &'static str) -> Result<Option<String>, NotificationError> {
    message
        .text(field)
        .map_err(|error| unreadable(&error.to_string()))
}

fn unreadable(what: &str) -> NotificationError {
    NotificationError::Unreadable(what.to_owned())
}

/// Returns the state that the body carries, if it is complete and the kind is known.
///
/// A kind that ends access must carry an ended state: a refund of an older invoice leaves the
/// subscription running.
fn notice(
    config: &Config,
    message: &Message<'_>,
    locator: &Locator,
    kind: &str,
    observed_at: Timestamp,
) -> Option<Notice> {
    let (_, alone) = KINDS.into_iter().find(|(known, _)| *known == kind)?;
    let said = message.subscription().ok()?;
    let snapshot = snapshot::of(config, &locator.key, &said, observed_at).ok()?;
    let Reading::Known(state) = &snapshot.reading else {
        return None;
    };
    let shown = alone == NoticePolicy::AfterGivingUp || state.status.is_ended();
    shown.then_some(Notice { snapshot, alone })
}

//! Notifications: the topic and Amazon SNS's proof first, then the Appstore's content. None carries
//! a state.
//!
//! Amazon repeats what is answered with 503, and drops what is answered with 4xx. A 503 is for
//! messages of a pinned topic that can't be verified now; a message that names another topic gets
//! the same answer everywhere.

use aws_lc_rs::digest;
use domain::{Confirmation, PurchaseKey, StoreNotification, Timestamp};
use serde_json::Value;

use super::snapshot::memory;
use super::submission::LONGEST_USER_ID;
use super::{Config, submission};
use crate::fields::shortened;
use crate::sns::{self, Certificates, Kind, Proven, Refusal};
use crate::{Accepted, ConnectorContext, Ignored, NotificationError, Received, lenient};

/// Longest id that is taken over; a longer one is replaced by the message's SHA-256.
const LONGEST_ID: usize = 255;

/// Proves the origin of a notification, then parses it.
pub(crate) async fn read_notification(
    context: &ConnectorContext,
    config: &Config,
    headers: &[(String, String)],
    body: &[u8],
    now: Timestamp,
) -> Result<Accepted, NotificationError> {
    let (trust, pinned) = (&config.trust, &config.topics);
    let message = sns::verify(
        &context.http,
        &context.cache::<Certificates>(),
        trust,
        pinned,
        (headers, body),
        now,
    )
    .await
    .map_err(refused)?;
    let is_pinned = pinned.contains(&message.topic);
    let received = match message.kind {
        Kind::Notification => read(config, &message).map(Received::About),
        // Only for a pinned topic: visiting the URL of any other one would subscribe us to a
        // stranger's topic.
        Kind::SubscriptionConfirmation if is_pinned && config.confirm_by_url => {
            let visit = sns::confirm(&context.http, trust, &message).await;
            visit.map_err(refused)?;
            Ok(Received::Ignored(Ignored::Confirmed))
        }
        Kind::SubscriptionConfirmation => {
            let (token, url) = sns::address_of_confirmation(&message).map_err(refused)?;
            Ok(Received::Confirmation(Confirmation {
                topic: message.topic.as_str().to_owned(),
                token: token.to_owned(),
                url: url.to_owned(),
            }))
        }
        // Visiting its URL would subscribe again.
        Kind::UnsubscribeConfirmation => Ok(Received::Ignored(Ignored::Unsubscribed)),
    };
    received.map(Accepted::from)
}

fn refused(refusal: Refusal) -> NotificationError {
    match refusal {
        Refusal::Forged(reason) => {
            tracing::info!(
                store = "amazon",
                reason,
                "a message was not sent by Amazon SNS"
            );
            NotificationError::Forged
        }
        Refusal::Doubt(reason) => NotificationError::Unproven(reason),
    }
}

/// Parses the Appstore's content of a proven message.
pub(super) fn read(
    config: &Config,
    message: &Proven,
) -> Result<StoreNotification, NotificationError> {
    let json: Value = serde_json::from_str(&message.message)
        .map_err(|_| unreadable("its Message is not JSON"))?;
    // Its topic is pinned, so one that names no application is not another's.
    let package_name = lenient::text(lenient::field(&json, "appPackageName"));
    let package_name = package_name.map_err(|_| unreadable("its appPackageName is no text"))?;
    if package_name.is_some_and(|name| !config.package_names.contains(&name)) {
        return Err(NotificationError::OtherApplication);
    }
    let kind = text(&json, "notificationType").unwrap_or("UNKNOWN");
    let key = PurchaseKey::new(text(&json, "receiptId")?)
        .map_err(|error| unreadable(&format!("its receiptId {error}")))?;
    let user_id = text(&json, "appUserId")?;
    if user_id.chars().count() > LONGEST_USER_ID {
        return Err(unreadable("its appUserId is too long"));
    }
    let mut locator = submission::locator(key, user_id);
    let related = lenient::field(&json, "relatedReceipts");
    let replaced = lenient::field(related, "cancelledReceiptId").as_str();
    let replaced = replaced.and_then(|replaced| PurchaseKey::new(replaced).ok());
    locator.details.extend(memory::notified(kind, replaced));
    let sent_at = lenient::instant(lenient::field(&json, "timestamp"));
    Ok(StoreNotification {
        id: id(message),
        kind: shortened(kind),
        locator,
        sent_at: sent_at.ok().flatten(),
        notice: None,
        voided: None,
    })
}

fn id(message: &Proven) -> String {
    let id = &message.message_id;
    if (1..=LONGEST_ID).contains(&id.len()) {
        return id.clone();
    }
    hex::encode(digest::digest(&digest::SHA256, message.message.as_bytes()))
}

fn text<'a>(json: &'a Value, name: &str) -> Result<&'a str, NotificationError> {
    let text = lenient::field(json, name).as_str();
    text.filter(|text| !text.is_empty())
        .ok_or_else(|| unreadable(&format!("it has no {name}")))
}

fn unreadable(what: &str) -> NotificationError {
    NotificationError::Unreadable(what.to_owned())
}

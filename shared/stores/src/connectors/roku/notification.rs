//! Notifications: the signature first, then the message in it. None carries a state.

pub(in crate::connectors::roku) mod jws;
pub(in crate::connectors::roku) mod message;

use aws_lc_rs::digest;
use domain::{Locator, StoreNotification, Timestamp};
use serde_json::Value;

use super::{Config, submission};
use crate::{Accepted, ConnectorContext, Ignored, NotificationError, Received};
use message::{Content, Message};

/// Longest id that is taken over; a longer one is replaced by its SHA-256.
const LONGEST_ID: usize = 255;

/// Longest `responseKey` that is returned, in bytes.
const LONGEST_REPLY: usize = 1024;

/// Proves the origin of a notification, then parses it.
pub(crate) async fn read_notification(
    context: &ConnectorContext,
    config: &Config,
    body: &[u8],
    now: Timestamp,
) -> Result<Accepted, NotificationError> {
    let claims = jws::claims(context, config, body, now).await?;
    read(config, &claims, now)
}

/// Parses the claims of a proven notification.
pub(super) fn read(
    config: &Config,
    claims: &Value,
    now: Timestamp,
) -> Result<Accepted, NotificationError> {
    match message::of_claims(claims).map_err(unreadable)? {
        Content::Ignored(what) => Ok(Received::Ignored(what).into()),
        Content::Message(json) => Ok(Accepted {
            received: received(config, claims, &json, now)?,
            reply: reply(&json),
        }),
    }
}

/// Returns what a message is about.
fn received(
    config: &Config,
    claims: &Value,
    json: &Value,
    now: Timestamp,
) -> Result<Received, NotificationError> {
    let message = Message::read(json).map_err(unreadable)?;
    // A message without a channel is not another channel's: the look-up with our own key decides.
    let channel_id = message.channel_id.as_ref();
    if channel_id.is_some_and(|id| !config.channel_ids.contains(id)) {
        // All channels of an account send to one URL, and Roku stops sending to an address that
        // refuses too much.
        return Ok(Received::Ignored(Ignored::OtherChannel));
    }
    // A credit is about the customer's account and has a transaction that can't be looked up.
    if message.kind == "Credit" {
        return Ok(Received::Ignored(Ignored::ServiceCredit));
    }
    let own = message.transaction_id.as_deref();
    if own.is_some_and(|id| submission::key(id).is_none()) {
        return Err(unreadable("its transactionId has an unknown form"));
    }
    let named = message.original_id.as_deref().or(own);
    let named = named.ok_or_else(|| unreadable("it has no originalTransactionId"))?;
    let key = submission::key(named);
    let key = key.ok_or_else(|| unreadable("its originalTransactionId has an unknown form"))?;
    Ok(Received::About(StoreNotification {
        id: id(claims, json),
        kind: message.kind.clone(),
        locator: Locator {
            details: message.hints(&key, now),
            key,
        },
        sent_at: message.happened_at,
        notice: None,
        voided: None,
    }))
}

/// Returns Roku's key of the message, or a hash of what distinguishes messages.
fn id(claims: &Value, message: &Value) -> String {
    let given = claims.get("x-Roku-message-key").and_then(Value::as_str);
    match given.filter(|id| !id.is_empty()) {
        Some(id) if id.chars().count() <= LONGEST_ID && !id.chars().any(char::is_control) => {
            id.to_owned()
        }
        Some(id) => hash([id]),
        // `responseKey` alone is not unique: it often equals the transaction id.
        None => hash(
            [
                "transactionType",
                "transactionId",
                "eventDate",
                "responseKey",
            ]
            .map(|name| {
                message
                    .get(name)
                    .and_then(Value::as_str)
                    .unwrap_or_default()
            }),
        ),
    }
}

fn hash<const N: usize>(parts: [&str; N]) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part.as_bytes());
        context.update(b"\n");
    }
    hex::encode(context.finish())
}

fn unreadable(what: &str) -> NotificationError {
    NotificationError::Unreadable(what.to_owned())
}

/// Returns the `responseKey`, which Roku expects as the body of the answer; empty if there is none.
fn reply(message: &Value) -> String {
    let key = message.get("responseKey").and_then(Value::as_str);
    let fits = |key: &&str| key.len() <= LONGEST_REPLY && key.bytes().all(|b| b.is_ascii_graphic());
    key.filter(fits).unwrap_or_default().to_owned()
}

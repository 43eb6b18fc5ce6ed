//! Notifications: the signature over the raw bytes, then the event. An event holds a state of the
//! object as it was when the event was made; what it is now, the look tells.

use aws_lc_rs::digest;
use domain::Timestamp;
use serde_json::Value;

use super::{Config, event, signature};
use crate::{NotificationError, Received};

/// Proves where a notification comes from, then reads it.
pub(crate) fn read_notification(
    config: &Config,
    headers: &[(String, String)],
    body: &[u8],
    now: Timestamp,
) -> Result<Received, NotificationError> {
    let (secrets, tolerance) = (&config.signing_secrets, config.signature_tolerance);
    if let Err(reason) = signature::check(secrets, tolerance, headers, body, now) {
        tracing::debug!(store = "stripe", %reason, "a notification is not proven");
        return Err(NotificationError::Forged);
    }
    let json: Value = serde_json::from_slice(body)
        .map_err(|_| NotificationError::Unreadable("it is not JSON".to_owned()))?;
    event::read(config, &json, || {
        hex::encode(digest::digest(&digest::SHA256, body))
    })
}

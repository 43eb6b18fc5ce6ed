//! Notifications: the signature over the raw bytes, then the event. An event holds the object as it
//! was when the event was made; the look-up returns it as it is.

pub(in crate::connectors::stripe) mod event;
pub(in crate::connectors::stripe) mod signature;

use aws_lc_rs::digest;
use domain::Timestamp;

use super::Config;
use super::wire::Event;
use crate::{Accepted, NotificationError};

/// Proves the origin of a notification, then parses it.
pub(crate) fn read_notification(
    config: &Config,
    headers: &[(String, String)],
    body: &[u8],
    now: Timestamp,
) -> Result<Accepted, NotificationError> {
    let (secrets, tolerance) = (&config.signing_secrets, config.signature_tolerance);
    if let Err(reason) = signature::check(secrets, tolerance, headers, body, now) {
        // Debug level: anybody can send such requests, and the outcome `forged` counts them.
        tracing::debug!(store = "stripe", %reason, "a notification is not proven");
        return Err(NotificationError::Forged);
    }
    let event: Event<'_> = serde_json::from_slice(body).map_err(|error| {
        let what = if error.is_data() {
            "it is no event"
        } else {
            "it is not JSON"
        };
        NotificationError::Unreadable(what.to_owned())
    })?;
    event::read(config, &event, || {
        hex::encode(digest::digest(&digest::SHA256, body))
    })
    .map(Accepted::from)
}

//! Endpoint to which events are delivered.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use super::{Configuration, SignWith, signature};
use crate::{
    outbox::{Addressed, Addressing, Verdict},
    settings::Settings,
};

/// Number of pending endpoints that a new event states.
pub(super) const PENDING_WEBHOOKS: u32 = 2;
pub(super) const SIGNATURE: &str = "stripe-signature";

/// Delivery rules of events: each attempt is signed when it is made.
pub(super) struct Endpoint(pub(super) Arc<Settings<Configuration>>);

impl Endpoint {
    /// Returns the signature of a body as if it were sent `seconds_ago` (real time); negative is
    /// ahead.
    pub(super) fn signature(
        &self,
        sign_with: &SignWith,
        seconds_ago: i64,
        body: &[u8],
    ) -> Option<String> {
        let configuration = self.0.get();
        let secrets = configuration.signing_secrets.iter().map(|secret| &**secret);
        let timestamp = Timestamp::now().as_second().saturating_sub(seconds_ago);
        signature::header(sign_with, secrets, timestamp, body)
    }
}

impl Addressing for Endpoint {
    fn address(&self, body: &[u8]) -> Option<Addressed> {
        let configuration = self.0.get();
        let url = configuration.notification_url.clone()?;
        let mut headers = vec![(
            "content-type".to_owned(),
            "application/json; charset=utf-8".to_owned(),
        )];
        if let Some(value) = self.signature(&SignWith::Secrets, 0, body) {
            headers.push((SIGNATURE.to_owned(), value));
        }
        if let Some(host) = &configuration.notification_host {
            headers.push(("host".to_owned(), host.clone()));
        }
        Some(Addressed { url, headers })
    }

    fn attempts(&self) -> u32 {
        self.0.get().delivery_attempts
    }

    fn first_backoff(&self) -> Duration {
        Duration::from_millis(self.0.get().first_backoff_millis)
    }

    /// Never refuses finally: after anything but a 2xx the event is sent again.
    fn judge(&self, status: u16) -> Verdict {
        match status {
            200..300 => Verdict::Accepted,
            _ => Verdict::Again,
        }
    }

    /// Returns a copy that states fewer pending deliveries.
    fn copy(&self, body: &[u8], copy: u32) -> Option<Vec<u8>> {
        let mut event: Value = serde_json::from_slice(body).ok()?;
        let pending = event.get_mut("pending_webhooks")?;
        let fewer = pending.as_u64()?.saturating_sub(copy.into());
        *pending = fewer.into();
        serde_json::to_vec_pretty(&event).ok()
    }
}

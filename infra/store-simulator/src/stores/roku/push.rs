//! Delivery rules of notifications.

use std::{sync::Arc, time::Duration};

use super::{Configuration, Stream, jws};
use crate::{
    outbox::{Addressed, Addressing, Verdict},
    settings::Settings,
};

/// Delivery rules of one of an account's two addresses.
pub(super) struct DeliveryRules {
    pub(super) settings: Arc<Settings<Configuration>>,
    pub(super) stream: Stream,
}

impl Addressing for DeliveryRules {
    fn address(&self, _body: &[u8]) -> Option<Addressed> {
        let configuration = self.settings.get();
        let url = match self.stream {
            Stream::Production => configuration.notification_url.clone()?,
            Stream::Test => configuration.test_notification_url.clone()?,
        };
        let mut headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
        if let Some(host) = &configuration.notification_host {
            headers.push(("host".to_owned(), host.clone()));
        }
        Some(Addressed { url, headers })
    }

    fn attempts(&self) -> u32 {
        self.settings.get().delivery_attempts
    }

    fn first_backoff(&self) -> Duration {
        Duration::from_millis(self.settings.get().first_backoff_millis)
    }

    /// Accepts only 200. It never refuses finally: a notification that is not acknowledged is sent
    /// again.
    fn judge(&self, status: u16) -> Verdict {
        match status {
            200 => Verdict::Accepted,
            _ => Verdict::Again,
        }
    }

    fn expected_answer(&self, body: &[u8]) -> Option<String> {
        let required = self.settings.get().require_response_key;
        jws::response_key(body).filter(|_| required)
    }
}

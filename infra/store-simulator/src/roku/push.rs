//! Where notifications go, and what counts as an acknowledgement.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{Configuration, Stream, jws};
use crate::outbox::{Addressed, Addressing, Verdict};

/// The configuration in force, shared with the deliveries.
pub(super) struct Settings(Mutex<Arc<Configuration>>);

impl Settings {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new(Arc::new(Configuration::default()))))
    }

    pub(super) fn configuration(&self) -> Arc<Configuration> {
        Arc::clone(&self.lock())
    }

    pub(super) fn set(&self, configuration: Configuration) {
        *self.lock() = Arc::new(configuration);
    }

    pub(super) fn stop_notifications(&self) {
        Arc::make_mut(&mut self.lock()).stop_notifications = true;
    }

    fn lock(&self) -> MutexGuard<'_, Arc<Configuration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way to one of an account's two addresses.
pub(super) struct Way {
    pub(super) settings: Arc<Settings>,
    pub(super) stream: Stream,
}

impl Addressing for Way {
    fn address(&self, _body: &[u8]) -> Option<Addressed> {
        let configuration = self.settings.configuration();
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
        self.settings.configuration().delivery_attempts
    }

    fn first_backoff(&self) -> Duration {
        Duration::from_millis(self.settings.configuration().first_backoff_millis)
    }

    /// Only 200 will do. There is no final refusal: what is not acknowledged comes again.
    fn judge(&self, status: u16) -> Verdict {
        match status {
            200 => Verdict::Accepted,
            _ => Verdict::Again,
        }
    }

    fn expected_answer(&self, body: &[u8]) -> Option<String> {
        let required = self.settings.configuration().require_response_key;
        jws::response_key(body).filter(|_| required)
    }
}

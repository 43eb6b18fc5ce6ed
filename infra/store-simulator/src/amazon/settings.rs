//! The configuration in force, and where messages go: shared with the deliveries.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;

use super::Configuration;
use crate::outbox::{Addressed, Addressing};

/// The configuration in force, and which address was confirmed.
#[derive(Default)]
pub(super) struct Settings(Mutex<Current>);

#[derive(Default)]
struct Current {
    configuration: Arc<Configuration>,
    confirmed_url: Option<String>,
    unsubscribed: bool,
}

impl Settings {
    pub(super) fn configuration(&self) -> Arc<Configuration> {
        Arc::clone(&self.lock().configuration)
    }

    pub(super) fn set_configuration(&self, configuration: Configuration) {
        self.lock().configuration = Arc::new(configuration);
    }

    /// The present address is confirmed.
    pub(super) fn confirm(&self) {
        let mut current = self.lock();
        current.confirmed_url = current.configuration.notification_url.clone();
        current.unsubscribed = false;
    }

    pub(super) fn unsubscribe(&self) {
        self.lock().unsubscribed = true;
    }

    pub(super) fn confirmed_url(&self) -> Option<String> {
        self.lock().confirmed_url.clone()
    }

    /// The present address is confirmed, and not unsubscribed since.
    pub(super) fn is_confirmed(&self) -> bool {
        let current = self.lock();
        let wanted = &current.configuration.notification_url;
        !current.unsubscribed && wanted.is_some() && *wanted == current.confirmed_url
    }

    fn lock(&self) -> MutexGuard<'_, Current> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Addressing for Settings {
    fn address(&self, body: &[u8]) -> Option<Addressed> {
        let current = self.lock();
        let configuration = &current.configuration;
        let url = if is_confirmation(body) {
            configuration.notification_url.clone()
        } else if current.unsubscribed {
            None
        } else if configuration.require_confirmation {
            current.confirmed_url.clone()
        } else {
            configuration.notification_url.clone()
        };
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut headers = vec![
            header("content-type", "text/plain; charset=UTF-8"),
            header("user-agent", "Amazon Simple Notification Service Agent"),
        ];
        if let Some(host) = &configuration.notification_host {
            headers.push(header("host", host));
        }
        Some(Addressed { url: url?, headers })
    }

    fn attempts(&self) -> u32 {
        self.configuration().delivery_attempts
    }

    fn first_backoff(&self) -> Duration {
        Duration::from_millis(self.configuration().backoff_millis)
    }

    /// The service waits as long before each further attempt.
    fn backoff_growth(&self) -> u32 {
        1
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(self.configuration().answer_millis)
    }
}

fn is_confirmation(body: &[u8]) -> bool {
    let envelope: Value = serde_json::from_slice(body).unwrap_or_default();
    let kind = envelope.get("Type").and_then(Value::as_str);
    kind.is_some_and(|kind| kind.ends_with("Confirmation"))
}

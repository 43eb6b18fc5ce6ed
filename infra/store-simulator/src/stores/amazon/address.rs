//! Address of messages and its confirmation, shared with the deliveries.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;

use super::Configuration;
use crate::{
    outbox::{Addressed, Addressing},
    settings::Settings,
};

/// Time after which an attempt counts as unanswered.
const PATIENCE: Duration = Duration::from_secs(15);

/// Address of notifications, and the one that was confirmed.
pub(super) struct Address {
    settings: Arc<Settings<Configuration>>,
    confirmation: Mutex<Confirmation>,
}

#[derive(Default)]
struct Confirmation {
    url: Option<String>,
    unsubscribed: bool,
}

impl Address {
    pub(super) fn new(settings: Arc<Settings<Configuration>>) -> Self {
        Self {
            settings,
            confirmation: Mutex::default(),
        }
    }

    /// Confirms the current address.
    pub(super) fn confirm(&self) {
        *self.lock() = Confirmation {
            url: self.settings.get().notification_url.clone(),
            unsubscribed: false,
        };
    }

    pub(super) fn unsubscribe(&self) {
        self.lock().unsubscribed = true;
    }

    pub(super) fn confirmed_url(&self) -> Option<String> {
        self.lock().url.clone()
    }

    /// Returns whether the current address is confirmed, and not unsubscribed since.
    pub(super) fn is_confirmed(&self) -> bool {
        let confirmation = self.lock();
        let wanted = &self.settings.get().notification_url;
        !confirmation.unsubscribed && wanted.is_some() && *wanted == confirmation.url
    }

    fn lock(&self) -> MutexGuard<'_, Confirmation> {
        self.confirmation
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Addressing for Address {
    fn address(&self, body: &[u8]) -> Option<Addressed> {
        let confirmation = self.lock();
        let configuration = self.settings.get();
        let url = if is_confirmation(body) {
            configuration.notification_url.clone()
        } else if confirmation.unsubscribed {
            None
        } else if configuration.require_confirmation {
            confirmation.url.clone()
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
        self.settings.get().delivery_attempts
    }

    fn first_backoff(&self) -> Duration {
        Duration::from_millis(self.settings.get().backoff_millis)
    }

    /// The service waits the same time before each further attempt.
    fn backoff_growth(&self) -> u32 {
        1
    }

    fn time_limit(&self) -> Duration {
        PATIENCE
    }
}

fn is_confirmation(body: &[u8]) -> bool {
    let envelope: Value = serde_json::from_slice(body).unwrap_or_default();
    let kind = envelope.get("Type").and_then(Value::as_str);
    kind.is_some_and(|kind| kind.ends_with("Confirmation"))
}

//! Delivery rules of one environment's notifications.

use std::{sync::Arc, time::Duration};

use super::{Configuration, model::Environment};
use crate::{
    outbox::{Addressed, Addressing, Verdict},
    settings::Settings,
};

/// Delivery rules of one environment.
pub(super) struct Outlet {
    pub(super) settings: Arc<Settings<Configuration>>,
    pub(super) environment: Environment,
}

/// Returns the address of an environment's notifications.
pub(super) fn address(configuration: &Configuration, environment: Environment) -> Option<String> {
    let production = configuration.notification_url.clone();
    match environment {
        Environment::Production => production,
        Environment::Sandbox => configuration
            .sandbox_notification_url
            .clone()
            .or(production),
    }
}

/// Returns whether a response with this status means that the notification was received.
pub(super) fn is_success(status: u16) -> bool {
    (200..=206).contains(&status)
}

impl Addressing for Outlet {
    fn address(&self, _body: &[u8]) -> Option<Addressed> {
        let configuration = self.settings.get();
        let url = address(&configuration, self.environment)?;
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        if let Some(host) = &configuration.notification_host {
            headers.push(("host".to_owned(), host.clone()));
        }
        Some(Addressed { url, headers })
    }

    fn attempts(&self) -> u32 {
        match self.environment {
            Environment::Production => self.settings.get().delivery_attempts,
            Environment::Sandbox => 1,
        }
    }

    fn first_backoff(&self) -> Duration {
        Duration::from_millis(self.settings.get().first_backoff_millis)
    }

    /// Never refuses finally: a notification that is not received is sent again.
    fn judge(&self, status: u16) -> Verdict {
        if is_success(status) {
            Verdict::Accepted
        } else {
            Verdict::Again
        }
    }
}

//! How an app is registered with the store, and how its notifications are pushed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::BasePlan;
use crate::tenant::Registration;

/// An app's registration, and a few switches of the stand-in itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// What is for sale.
    pub plans: Vec<BasePlan>,
    /// Where notifications are pushed; without it they are made, but not sent.
    pub notification_url: Option<String>,
    /// A `Host` header for them, where the address alone does not say which API is meant.
    pub notification_host: Option<String>,
    /// `aud` of the push tokens.
    pub push_audience: String,
    /// `email` of the push tokens.
    pub push_email: String,
    /// How often a push is tried at most.
    pub delivery_attempts: u32,
    /// How long the second attempt waits, in milliseconds; each further one twice as long.
    pub first_backoff_millis: u64,
    /// `token_uri` of the service account; without it `/token` at the address by which the
    /// simulator is called.
    pub token_uri: Option<String>,
    /// `max-age` of the push tokens' keys, in seconds.
    pub certs_max_age_seconds: u64,
    /// Calls that are answered with a fixed status.
    pub refusals: Refusals,
    /// Sets the clock. Without it the clock of a new app shows the real time, that of a known one
    /// is left alone.
    pub clock_start: Option<Timestamp>,
    /// The clock moves only when it is told to.
    pub clock_frozen: bool,
}

/// Statuses that calls are answered with, whatever they ask for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Refusals {
    /// Of `/token`.
    pub token: Option<u16>,
    /// Of `/oauth2/v3/certs`.
    pub certs: Option<u16>,
    /// Of acknowledgements.
    pub acknowledge: Option<u16>,
    /// Of the list of voided purchases.
    pub voided: Option<u16>,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            plans: Vec::new(),
            notification_url: None,
            notification_host: None,
            push_audience: "https://api.example.com/webhooks/google-play".to_owned(),
            push_email: "play-push@example-prod.iam.gserviceaccount.com".to_owned(),
            delivery_attempts: 5,
            first_backoff_millis: 100,
            token_uri: None,
            certs_max_age_seconds: 3_600,
            refusals: Refusals::default(),
            clock_start: None,
            clock_frozen: false,
        }
    }
}

impl Registration for Configuration {
    fn check(&self) -> Result<(), String> {
        if let Some(address) = &self.notification_url {
            url::Url::parse(address).map_err(|error| format!("notificationUrl: {error}"))?;
        }
        for plan in &self.plans {
            plan.check().map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn take_clock(&mut self) -> (Option<Timestamp>, bool) {
        (self.clock_start.take(), self.clock_frozen)
    }
}

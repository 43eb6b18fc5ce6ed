//! Registration of an app with the store, and the form of its pushes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::model::BasePlan;
use crate::tenant::Registration;

/// Registration of an app, and switches of the simulator itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// Base plans for sale.
    pub plans: Vec<BasePlan>,
    /// Address of pushes. Without it notifications are created, but not sent.
    pub notification_url: Option<String>,
    /// `Host` header of pushes, where the address alone does not identify the API.
    pub notification_host: Option<String>,
    /// `aud` of the push tokens.
    pub push_audience: String,
    /// `email` of the push tokens.
    pub push_email: String,
    /// Maximum number of attempts per push.
    pub delivery_attempts: u32,
    /// Delay before the second attempt, in milliseconds; it doubles with each further attempt.
    pub first_backoff_millis: u64,
    /// `token_uri` of the service account. Defaults to `/token` at the address by which the
    /// simulator is called.
    pub token_uri: Option<String>,
    /// `max-age` of the push tokens' keys, in seconds.
    pub certs_max_age_seconds: u64,
    /// Calls that are answered with a fixed status.
    pub refusals: Refusals,
    /// Time to set the clock to. Without it the clock of a new app shows the real time, and that of
    /// a known one is unchanged.
    pub clock_start: Option<Timestamp>,
    /// Whether the clock moves only on request.
    pub clock_frozen: bool,
}

/// Fixed statuses of calls, whatever the request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Refusals {
    /// Status of `/token`.
    pub token: Option<u16>,
    /// Status of `/oauth2/v3/certs`.
    pub certs: Option<u16>,
    /// Status of acknowledgements.
    pub acknowledge: Option<u16>,
    /// Status of the list of voided purchases.
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

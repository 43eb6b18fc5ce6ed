//! How an account is registered with the store, and how it gets its notifications.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Alphabet,
    model::{AnswerForm, Catalogue, Channel, Plan},
};
use crate::tenant::Registration;

/// An account's registration, and a few switches of the stand-in itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// The API keys that are good: one, or two while it changes. No two accounts have the same.
    pub api_keys: Vec<String>,
    /// The account's channels.
    pub channels: Vec<Channel>,
    /// What they sell.
    pub plans: Vec<Plan>,
    /// Where notifications go; without it they are made, but not sent.
    pub notification_url: Option<String>,
    /// A `Host` header for them, where the address alone does not say which API is meant.
    pub notification_host: Option<String>,
    /// Where all of them go too, signed with the test key; and where test messages go.
    pub test_notification_url: Option<String>,
    /// How the message inside of a notification is written.
    pub message_alphabet: Alphabet,
    /// Only an answer that brings the `responseKey` back, with its length, acknowledges.
    pub require_response_key: bool,
    /// How often a notification is tried at most.
    pub delivery_attempts: u32,
    /// How long the second attempt waits, in milliseconds; each further one twice as long.
    pub first_backoff_millis: u64,
    /// How long both key sets may be kept, as their answers say; without it they say nothing.
    pub jwks_max_age_seconds: Option<u64>,
    /// What look-ups look like.
    pub answers: AnswerForm,
    /// Sets the clock. Without it the clock of a new account shows the real time, that of a known
    /// one is left alone.
    pub clock_start: Option<Timestamp>,
    /// The clock moves only when it is told to.
    pub clock_frozen: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            api_keys: Vec::new(),
            channels: Vec::new(),
            plans: Vec::new(),
            notification_url: None,
            notification_host: None,
            test_notification_url: None,
            message_alphabet: Alphabet::UrlUnpadded,
            require_response_key: false,
            delivery_attempts: 5,
            first_backoff_millis: 100,
            jwks_max_age_seconds: None,
            answers: AnswerForm::default(),
            clock_start: None,
            clock_frozen: false,
        }
    }
}

// By hand, so that the keys do not end up in a log.
impl std::fmt::Debug for Configuration {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Configuration")
            .field("channels", &self.channels)
            .field("plans", &self.plans)
            .field("answers", &self.answers)
            .finish_non_exhaustive()
    }
}

impl Configuration {
    pub(super) fn catalogue(&self) -> Catalogue {
        Catalogue {
            channels: self.channels.clone(),
            plans: self.plans.clone(),
        }
    }

    pub(super) fn knows_key(&self, api_key: &str) -> bool {
        self.api_keys.iter().any(|known| known == api_key)
    }
}

impl Registration for Configuration {
    fn check(&self) -> Result<(), String> {
        for address in [&self.notification_url, &self.test_notification_url] {
            let Some(address) = address else { continue };
            url::Url::parse(address).map_err(|error| format!("notificationUrl: {error}"))?;
        }
        if self.api_keys.iter().any(String::is_empty) {
            return Err("apiKeys: none may be empty".to_owned());
        }
        for plan in &self.plans {
            plan.check()?;
        }
        Ok(())
    }

    fn take_clock(&mut self) -> (Option<Timestamp>, bool) {
        (self.clock_start.take(), self.clock_frozen)
    }
}

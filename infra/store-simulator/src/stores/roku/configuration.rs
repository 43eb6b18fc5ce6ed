//! Registration of an account with the store, and the form of its notifications.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Alphabet,
    model::{AnswerForm, Catalogue, Channel, Plan},
};
use crate::tenant::Registration;

/// Registration of an account, and switches of the simulator itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    /// Valid API keys: one, or two during a change. No two accounts share a key.
    pub api_keys: Vec<String>,
    /// Channels of the account.
    pub channels: Vec<Channel>,
    /// Plans that the channels sell.
    pub plans: Vec<Plan>,
    /// Address of notifications. Without it they are created, but not sent.
    pub notification_url: Option<String>,
    /// `Host` header of notifications, where the address alone does not identify the API.
    pub notification_host: Option<String>,
    /// Address that receives all notifications too, signed with the test key, and that receives
    /// test messages.
    pub test_notification_url: Option<String>,
    /// Encoding of the message inside a notification.
    pub message_alphabet: Alphabet,
    /// Whether only a response that contains the `responseKey`, with its length, acknowledges.
    pub require_response_key: bool,
    /// Maximum number of attempts per notification.
    pub delivery_attempts: u32,
    /// Delay before the second attempt, in milliseconds; it doubles with each further attempt.
    pub first_backoff_millis: u64,
    /// `max-age` of both key sets, in seconds; without it the responses have none.
    pub jwks_max_age_seconds: Option<u64>,
    /// Form of the responses to look-ups.
    pub answers: AnswerForm,
    /// Time to set the clock to. Without it the clock of a new account shows the real time, and
    /// that of a known one is unchanged.
    pub clock_start: Option<Timestamp>,
    /// Whether the clock moves only on request.
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

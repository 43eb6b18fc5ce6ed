//! VIZIO Account: subscriptions bought on VIZIO televisions.
//!
//! VIZIO's partner documentation is not public. Hosts, the header of the API key, the three
//! credentials and the nine names of notifications are known; **every other spelling here is an
//! assumption** that a broadcaster can override. `docs/stores/vizio.md` distinguishes the two and
//! lists the switches.

mod client;
mod config;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod notification;
mod snapshot;
mod submission;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError, Locator, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::connector::{Connector, ConnectorContext};
use crate::{LookUpError, LookedUp, NotificationError, Received, Submission};

pub use config::Config;

/// Connector of the store.
pub(crate) struct Vizio;

impl Connector for Vizio {
    type Config = Config;
    type Cache = ();

    const ABSENT: &'static [&'static str] = &[
        "appears-late",
        "later-name",
        "one-time-purchase",
        "pause-and-resume",
        "pending-purchase",
        "prepaid",
        "switch-new-key",
        "test-purchase",
        "voided-payment",
    ];

    const SECOND_FACTOR: Option<&'static str> = Some(submission::INVOICE_NUMBER);

    fn parse_config(
        json: &Value,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Config, FieldError> {
        Config::parse(json, environment, rules)
    }

    fn set_fields(config: &Config) -> BTreeMap<String, bool> {
        config.set_fields()
    }

    fn secret_lengths(config: &Config) -> Vec<(&'static str, usize)> {
        let keys = config.signing_keys.iter().map(|key| ("signingKeys", key));
        [("apiKey", &config.api_key)]
            .into_iter()
            .chain(keys)
            .map(|(name, secret)| (name, secret.expose_secret().chars().count()))
            .collect()
    }

    fn give_up_after(config: &Config) -> Duration {
        // Until then a signed state waits: the format is assumed, so the store's answer is
        // preferred.
        config.fetch_give_up_after
    }

    fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
        submission::parse_submission(body)
    }

    async fn look_up(
        context: ConnectorContext<'_, ()>,
        config: &Config,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Result<LookedUp, LookUpError> {
        client::look_up(context.http, config, locator, observed_at).await
    }

    async fn read_notification(
        _context: ConnectorContext<'_, ()>,
        config: &Config,
        headers: &[(String, String)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Received, NotificationError> {
        notification::read_notification(config, headers, body, now).map(Received::About)
    }

    fn probe(_config: &Config) -> Value {
        json!({"subscriptionId": "no-such-subscription"})
    }
}

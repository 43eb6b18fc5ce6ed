//! Roku Pay: subscriptions and one-time purchases on Roku players and televisions.
//!
//! A notification is a signed hint; the look-up of a transaction returns the state. Answers never
//! show that a period is a free trial or that money was returned: this is remembered from
//! notifications, in the details of the purchase. A change of plan makes a new subscription.
//! `docs/stores/roku.md` has the details.

mod amount;
mod client;
mod config;
mod credential_check;
mod date;
mod details;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod jws;
mod message;
mod notification;
mod notification_memory;
mod refunds;
mod snapshot;
mod state;
mod status;
mod submission;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError, Locator, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::connector::{Connector, ConnectorContext};
use crate::credential_check::Finding;
use crate::jwk_set::JwkSets;
use crate::{LookUpError, LookedUp, NotificationError, Received, Submission};

pub use config::Config;
pub use snapshot::snapshot;

/// Transaction id that can't exist.
const MADE_UP: &str = "00000000000000000000000000000000";

/// Address for a local stack on which the store is not configured: nothing answers there.
const NOWHERE: &str = "http://localhost:1";

/// Connector of the store.
pub(crate) struct Roku;

impl Connector for Roku {
    type Config = Config;
    type Cache = Cache;

    const ABSENT: &'static [&'static str] = &[
        "account-binding",
        "appears-late",
        "end-believed-alone",
        "later-name",
        "pause-and-resume",
        "payment-by-another",
        "pending-purchase",
        "prepaid",
        "test-purchase",
        "voided-payment",
    ];
    const LEGACY_ROUTE: Option<&'static str> = Some("/roku/push-notification/{publisherId}");

    fn parse_config(
        json: &Value,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Config, FieldError> {
        Config::parse(json, environment, rules)
    }

    fn unconfigured(environment: Environment, rules: &ConfigRules) -> Option<Config> {
        // No channel is ours, so a genuine notification is read as another channel's.
        let json = json!({"apiKeys": [MADE_UP], "channelIds": ["none"],
            "keysUrl": rules.local_stack.then_some(NOWHERE)});
        Config::parse(&json, environment, rules).ok()
    }

    fn set_fields(config: &Config) -> BTreeMap<String, bool> {
        config.set_fields()
    }

    fn secret_lengths(config: &Config) -> Vec<(&'static str, usize)> {
        let keys = config.api_keys.iter();
        keys.map(|key| ("apiKeys", key.expose_secret().len()))
            .collect()
    }

    /// Returns the least interval between requests: Roku answers 20 a second for each key.
    fn pace(_config: &Config) -> Option<Duration> {
        Some(Duration::from_millis(50))
    }

    fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
        submission::parse_submission(body)
    }

    async fn look_up(
        context: ConnectorContext<'_, Cache>,
        config: &Config,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Result<LookedUp, LookUpError> {
        client::look_up(context.http, config, locator, observed_at).await
    }

    async fn read_notification(
        context: ConnectorContext<'_, Cache>,
        config: &Config,
        _headers: &[(String, String)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Received, NotificationError> {
        notification::read_notification(context.http, context.cache, config, body, now).await
    }

    fn answer(body: &[u8]) -> String {
        notification::answer(body)
    }

    fn probe(_config: &Config) -> Value {
        json!({ "transactionId": MADE_UP })
    }

    async fn check(
        context: ConnectorContext<'_, Cache>,
        config: &Config,
        _now: Timestamp,
    ) -> Vec<Finding> {
        credential_check::check(context.http, config).await
    }
}

/// Cache of the keys that sign notifications. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    keys: JwkSets,
}

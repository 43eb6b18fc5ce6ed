//! Amazon Appstore: subscriptions and one-time purchases on Fire TV and Fire tablets.
//!
//! A notification comes from Amazon SNS and names a receipt; the Receipt Verification Service
//! returns its state. A receipt lasts through renewals; an immediate change of plan makes a new
//! one. `docs/stores/amazon.md` has the details.

mod billing_period;
mod client;
mod config;
mod credential_check;
mod details;
mod expiry;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod invalid;
mod notification;
mod period;
mod snapshot;
mod submission;
mod wire;

use std::collections::BTreeMap;

use domain::{ConfigRules, Environment, FieldError, Locator, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::connector::{Connector, ConnectorContext};
use crate::sns::Certificates;
use crate::{Finding, LookUpError, LookedUp, NotificationError, Received, Submission};

pub use config::Config;
pub use snapshot::snapshot;

/// Address for a local stack on which the store is not configured: nothing answers there.
const NOWHERE: &str = "http://localhost:1";

/// Connector of the store.
pub(crate) struct Amazon;

impl Connector for Amazon {
    type Config = Config;
    /// Cache of the certificates that sign notifications.
    type Cache = Certificates;

    const ABSENT: &'static [&'static str] = &[
        "account-binding",
        "appears-late",
        "end-believed-alone",
        "hold",
        "later-name",
        "pause-and-resume",
        "payment-by-another",
        "pending-purchase",
        "period-start-after-hold",
        "prepaid",
        "voided-payment",
    ];

    fn parse_config(
        json: &Value,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Config, FieldError> {
        Config::parse(json, environment, rules)
    }

    fn unconfigured(environment: Environment, rules: &ConfigRules) -> Option<Config> {
        let json = json!({"sharedSecret": "none", "packageNames": ["not.configured"],
            "snsHost": rules.local_stack.then_some(NOWHERE)});
        Config::parse(&json, environment, rules).ok()
    }

    fn pins(config: &Config, topic: &str) -> bool {
        config.topics.iter().any(|pinned| pinned.as_str() == topic)
    }

    fn set_fields(config: &Config) -> BTreeMap<String, bool> {
        config.set_fields()
    }

    fn secret_lengths(config: &Config) -> Vec<(&'static str, usize)> {
        // The sandbox accepts any secret.
        let secret = Some(&config.shared_secret).filter(|_| !config.sandbox);
        secret
            .into_iter()
            .map(|secret| ("sharedSecret", secret.expose_secret().chars().count()))
            .collect()
    }

    fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
        submission::parse_submission(body)
    }

    async fn look_up(
        context: ConnectorContext<'_, Certificates>,
        config: &Config,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Result<LookedUp, LookUpError> {
        client::look_up(context.http, config, locator, observed_at).await
    }

    async fn read_notification(
        context: ConnectorContext<'_, Certificates>,
        config: &Config,
        headers: &[(String, String)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Received, NotificationError> {
        notification::read_notification(context, config, headers, body, now).await
    }

    fn probe(_config: &Config) -> Value {
        json!({"receiptId": "no-such-receipt", "userId": "no-such-user"})
    }

    async fn check(
        context: ConnectorContext<'_, Certificates>,
        config: &Config,
        now: Timestamp,
    ) -> Vec<Finding> {
        credential_check::findings(context.http, config, now).await
    }
}

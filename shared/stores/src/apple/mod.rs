//! App Store: subscriptions and one-time purchases in apps for iPhone, iPad, Apple TV and Mac.
//!
//! Apple signs notifications and answers, and each part counts only if its certificates lead to
//! Apple's root. `docs/stores/apple.md` has the details.

mod acceptance;
mod api_key;
mod bare;
mod bearer;
mod client;
mod config;
mod credential_check;
mod details;
mod jws;
mod look_up;
mod notice;
mod notification;
mod notification_history;
mod possession;
mod proof;
mod renewal;
mod roots;
mod snapshot;
mod submission;
mod wire;

#[cfg(feature = "fuzzing")]
pub mod fuzzing;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{
    ConfigRules, Environment, FieldError, Locator, Proof, StoreSnapshot, StoreState, Timestamp,
};
use serde_json::{Value, json};

use crate::connector::{Connector, ConnectorContext};
use crate::credential_check::Finding;
use crate::{LookUpError, LookedUp, NotificationError, Received, Submission, Undelivered};

pub use config::Config;
pub use snapshot::snapshot;

/// Least interval between look-ups. Apple allows 50 requests a second, and a tenth of that in the
/// sandbox; an unknown purchase takes two.
const PACE: Duration = Duration::from_millis(40);
const SANDBOX_PACE: Duration = Duration::from_millis(400);

/// Connector of the store.
pub(crate) struct Apple;

impl Connector for Apple {
    type Config = Config;
    type Cache = Cache;

    const ABSENT: &'static [&'static str] = &[
        "later-name",
        "pause-and-resume",
        "pending-purchase",
        "prepaid",
        "switch-new-key",
        "voided-payment",
    ];
    const LISTS_UNDELIVERED: bool = true;
    const SECOND_FACTOR: Option<&'static str> = Some(submission::SIGNED_TRANSACTION);

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

    fn pace(config: &Config) -> Option<Duration> {
        // The slower environment limits both, because a look-up may ask both.
        let asks_the_sandbox = config.worlds().contains(&Environment::Sandbox);
        Some(if asks_the_sandbox { SANDBOX_PACE } else { PACE })
    }

    fn give_up_after(config: &Config) -> Duration {
        config.give_up_after
    }

    fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
        submission::parse_submission(body)
    }

    fn catches_up_within(
        config: &Config,
        locator: &Locator,
        proof: Option<&Proof>,
        answer: Option<&StoreSnapshot>,
    ) -> Duration {
        possession::catches_up_within(config, locator, proof, answer)
    }

    fn shows_second_factor(
        config: &Config,
        locator: &Locator,
        proof: Option<&Proof>,
        _state: &StoreState,
    ) -> bool {
        proof.is_some_and(|proof| possession::is_proven(config, locator, proof))
    }

    async fn look_up(
        context: ConnectorContext<'_, Cache>,
        config: &Config,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Result<LookedUp, LookUpError> {
        look_up::look_up(context.http, context.cache, config, locator, observed_at).await
    }

    async fn read_notification(
        _context: ConnectorContext<'_, Cache>,
        config: &Config,
        _headers: &[(String, String)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Received, NotificationError> {
        notification::read_notification(config, body, now)
    }

    async fn undelivered(
        context: ConnectorContext<'_, Cache>,
        config: &Config,
        since: Timestamp,
        until: Timestamp,
        page: Option<&str>,
    ) -> Result<Undelivered, LookUpError> {
        notification_history::undelivered(context.http, context.cache, config, since, until, page)
            .await
    }

    fn probe(_config: &Config) -> Value {
        json!({"transactionId": credential_check::NO_TRANSACTION})
    }

    async fn check(
        context: ConnectorContext<'_, Cache>,
        config: &Config,
        now: Timestamp,
    ) -> Vec<Finding> {
        credential_check::check(context.http, context.cache, config, now).await
    }
}

/// Cache of signed tokens. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    tokens: bearer::Tokens,
}

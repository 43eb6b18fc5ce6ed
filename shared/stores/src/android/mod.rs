//! Google Play: purchases on Android phones and televisions.
//!
//! A notification only says that something changed; the look-up returns the state. Each change of
//! plan gives the purchase a new token, and each new token must be acknowledged or Google refunds
//! it. `docs/stores/android.md` has the details.

mod access_token;
mod acknowledgement;
mod client;
mod config;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod items;
mod money;
mod notification;
mod one_time;
mod push_token;
mod receipt;
mod refusal;
mod service_account;
mod snapshot;
mod submission;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{
    ConfigRules, Environment, FieldError, Locator, Proof, StoreSnapshot, StoreState, Timestamp,
};
use serde_json::{Value, json};

use crate::connector::{Connector, ConnectorContext};
use crate::jwk_set::JwkSets;
use crate::{LookUpError, LookedUp, NotificationError, Received, Submission};

pub use config::Config;
pub use one_time::one_time_snapshot;
pub use snapshot::snapshot;

/// Connector of the store.
pub(crate) struct Android;

impl Connector for Android {
    type Config = Config;
    type Cache = Cache;

    const ABSENT: &'static [&'static str] = &["end-believed-alone", "later-name"];
    const LEGACY_ROUTE: Option<&'static str> =
        Some("/2.0/in_app/subscriptions/android/status_update_notification/{publisherId}");

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

    fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
        submission::parse_submission(body)
    }

    fn parse_payment(body: &Value) -> Option<Result<Submission, FieldError>> {
        Some(submission::parse_payment(body))
    }

    fn receipt_view(receipt: &Value, product_id: &str) -> Option<Value> {
        receipt::subscription_purchase(receipt, product_id)
    }

    // Only Google issues tokens, and they can't be guessed: a token is its own proof.
    fn catches_up_within(
        config: &Config,
        _locator: &Locator,
        _proof: Option<&Proof>,
        answer: Option<&StoreSnapshot>,
    ) -> Duration {
        match answer {
            None => config.propagation,
            Some(_) => Duration::ZERO,
        }
    }

    async fn look_up(
        context: ConnectorContext<'_, Cache>,
        config: &Config,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Result<LookedUp, LookUpError> {
        client::look_up(context.http, context.cache, config, locator, observed_at).await
    }

    async fn acknowledge(
        context: ConnectorContext<'_, Cache>,
        config: &Config,
        locator: &Locator,
        state: &StoreState,
    ) -> Result<(), LookUpError> {
        client::acknowledge(context.http, context.cache, config, locator, state).await
    }

    async fn read_notification(
        context: ConnectorContext<'_, Cache>,
        config: &Config,
        headers: &[(String, String)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Received, NotificationError> {
        notification::read_notification(context.http, context.cache, config, headers, body, now)
            .await
    }

    fn probe(config: &Config) -> Value {
        // Any configured application will do: the answer shows whether the account may ask about
        // it.
        let package = config.package_names.first();
        json!({"purchaseToken": "no-such-purchase", "packageName": package})
    }
}

/// Caches: access tokens and the keys that sign notifications. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    access_tokens: access_token::AccessTokens,
    push_keys: JwkSets,
}

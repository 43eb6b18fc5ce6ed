//! Interface of a store's folder.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use domain::{
    ConfigRules, Environment, FieldError, Locator, Proof, StoreSnapshot, StoreState, Timestamp,
};
use serde_json::Value;

use crate::credential_check::{self, Finding};
use crate::{LookUpError, LookedUp, NotificationError, Received, Submission, Undelivered};

/// Context of a call to a store: the shared HTTP client and the connector's cache.
pub(crate) struct ConnectorContext<'a, K> {
    pub(crate) http: &'a reqwest::Client,
    pub(crate) cache: &'a K,
}

// Derived implementations would require `K` to be `Clone` and `Copy`.
impl<K> Clone for ConnectorContext<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for ConnectorContext<'_, K> {}

/// One store. A method with a body is a feature that most stores lack;
/// [`Connectors`](crate::Connectors) and the functions of this crate document the meaning of each.
pub(crate) trait Connector {
    /// Credentials and switches of a broadcaster. `Debug` shows no secret.
    type Config: Debug + Clone + Send + Sync;

    /// Cache in memory: tokens, keys, certificates. Clones share it.
    type Cache: Debug + Clone + Default + Send + Sync;

    /// Behaviours that the store lacks, by their ids in the behaviour suite.
    const ABSENT: &'static [&'static str];

    /// Whether the store sends notifications.
    const SENDS_NOTIFICATIONS: bool = true;

    /// Whether the store lists notifications that were not accepted.
    const LISTS_UNDELIVERED: bool = false;

    /// Field of a submission, beside the purchase key, that shows more than knowledge of the key.
    const SECOND_FACTOR: Option<&'static str> = None;

    /// Path of notifications that does not name the store, as a route's pattern.
    const LEGACY_ROUTE: Option<&'static str> = None;

    fn parse_config(
        json: &Value,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Self::Config, FieldError>;

    /// Returns a configuration under which nothing belongs to a broadcaster, for a store that signs
    /// for all its customers with one key and requires that some of it is accepted. With it a
    /// stranger gets the same answers whether the store is configured or not.
    fn unconfigured(_environment: Environment, _rules: &ConfigRules) -> Option<Self::Config> {
        None
    }

    /// Whether the confirmation of this topic must not be displaced by others.
    fn pins(_config: &Self::Config, _topic: &str) -> bool {
        false
    }

    /// Returns every field that the configuration can have, and whether it is set. Never a value.
    fn set_fields(config: &Self::Config) -> BTreeMap<String, bool>;

    /// Returns the secrets that are texts: the field of each and the number of its secret
    /// characters. Keys in PEM are left out, because parsing the configuration loads them.
    fn secret_lengths(_config: &Self::Config) -> Vec<(&'static str, usize)> {
        Vec::new()
    }

    fn pace(_config: &Self::Config) -> Option<Duration> {
        None
    }

    fn give_up_after(_config: &Self::Config) -> Duration {
        Duration::MAX
    }

    fn parse_submission(body: &Value) -> Result<Submission, FieldError>;

    fn parse_payment(_body: &Value) -> Option<Result<Submission, FieldError>> {
        None
    }

    fn receipt_view(_receipt: &Value, _product_id: &str) -> Option<Value> {
        None
    }

    /// Returns the time after a submission for which the store's answer may lag behind the purchase
    /// that the submission proves. `answer` is `None` if the store does not know the purchase.
    fn catches_up_within(
        _config: &Self::Config,
        _locator: &Locator,
        _proof: Option<&Proof>,
        _answer: Option<&StoreSnapshot>,
    ) -> Duration {
        Duration::ZERO
    }

    /// Whether a submission shows the second factor of the purchase whose state the store has
    /// answered. By default the state's details have the field under the same name.
    fn shows_second_factor(
        _config: &Self::Config,
        locator: &Locator,
        _proof: Option<&Proof>,
        state: &StoreState,
    ) -> bool {
        Self::SECOND_FACTOR.is_some_and(|field| {
            let shown = locator.details.get(field);
            shown.is_some() && shown == state.details.get(field)
        })
    }

    async fn look_up(
        context: ConnectorContext<'_, Self::Cache>,
        config: &Self::Config,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Result<LookedUp, LookUpError>;

    async fn acknowledge(
        _context: ConnectorContext<'_, Self::Cache>,
        _config: &Self::Config,
        _locator: &Locator,
        _state: &StoreState,
    ) -> Result<(), LookUpError> {
        Ok(())
    }

    async fn read_notification(
        context: ConnectorContext<'_, Self::Cache>,
        config: &Self::Config,
        headers: &[(String, String)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Received, NotificationError>;

    fn answer(_body: &[u8]) -> String {
        String::new()
    }

    async fn undelivered(
        _context: ConnectorContext<'_, Self::Cache>,
        _config: &Self::Config,
        _since: Timestamp,
        _until: Timestamp,
        _page: Option<&str>,
    ) -> Result<Undelivered, LookUpError> {
        Ok(Undelivered::default())
    }

    /// Returns the submission of a purchase that can't exist, to try credentials with.
    fn probe(config: &Self::Config) -> Value;

    /// Tries the credentials. By default with the look-up of a purchase that can't exist, for which
    /// the store's "no" is the right answer.
    async fn check(
        context: ConnectorContext<'_, Self::Cache>,
        config: &Self::Config,
        now: Timestamp,
    ) -> Vec<Finding> {
        let answer = match Self::parse_submission(&Self::probe(config)) {
            Ok(probe) => Self::look_up(context, config, &probe.locator, now).await,
            Err(error) => Err(LookUpError::Malformed(error.to_string())),
        };
        vec![credential_check::credentials(answer.map(|_| ()))]
    }
}

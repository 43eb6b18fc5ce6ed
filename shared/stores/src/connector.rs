//! What a store's folder gives to the rest.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::Duration;

use domain::{Environment, StoreState, Timestamp};
use serde_json::Value;

use crate::check::{self, Finding};
use crate::{
    ConfigRules, FieldError, Locator, LookUpError, LookedUp, Missed, NotificationError, Received,
    Submission,
};

/// The way to one store: the HTTP client that all share, and what its connector keeps in memory.
pub(crate) struct Way<'a, K> {
    pub(crate) http: &'a reqwest::Client,
    pub(crate) kept: &'a K,
}

// Derived, they would ask the same of `K`.
impl<K> Clone for Way<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Way<'_, K> {}

/// One store. What has a body here is what most stores don't have; [`Connectors`](crate::Connectors)
/// and the functions of this crate say what each means.
pub(crate) trait Connector {
    /// A broadcaster's credentials and switches. `Debug` shows no secret.
    type Config: Debug + Clone + Send + Sync;

    /// What is kept in memory between calls: tokens, keys, certificates. Clones share it.
    type Kept: Debug + Clone + Default + Send + Sync;

    /// What the store can't do, by the ids of the behaviour suite.
    const ABSENT: &'static [&'static str];

    /// Whether the store tells by itself what happens.
    const SENDS_NOTIFICATIONS: bool = true;

    /// Whether the store keeps a list of what it told and nobody took.
    const KEEPS_MISSED: bool = false;

    /// The field of a submission, beside the purchase key, that only the buyer and the store know, under
    /// the name that it also has in the details of a state.
    const SECOND_FACTOR: Option<&'static str> = None;

    /// An address of notifications that does not name the store, as a route's pattern.
    const OTHER_ADDRESS: Option<&'static str> = None;

    fn parse_config(
        json: &Value,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Self::Config, FieldError>;

    /// A configuration under which nothing is a broadcaster's own, for a store that signs for all its customers
    /// by one key and has some of that accepted. It gives a stranger the same answers whether the store is
    /// configured or not.
    fn unconfigured(_environment: Environment, _rules: &ConfigRules) -> Option<Self::Config> {
        None
    }

    /// Whether what confirms this topic must not make way for anybody's confirmation of another one.
    fn pins(_config: &Self::Config, _topic: &str) -> bool {
        false
    }

    /// Every field that the configuration can have, and whether it was given. Never a value.
    fn set_fields(config: &Self::Config) -> BTreeMap<String, bool>;

    /// The secrets that are texts: the field of each and its characters that are secret. Keys in PEM
    /// are not among them: reading the configuration constructs those.
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

    /// How long after its submission the store may not know yet what this locator proves to have been
    /// bought.
    fn appears_within(_locator: &Locator) -> Duration {
        Duration::ZERO
    }

    async fn look_up(
        way: Way<'_, Self::Kept>,
        config: &Self::Config,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Result<LookedUp, LookUpError>;

    async fn acknowledge(
        _way: Way<'_, Self::Kept>,
        _config: &Self::Config,
        _locator: &Locator,
        _state: &StoreState,
    ) -> Result<(), LookUpError> {
        Ok(())
    }

    async fn read_notification(
        way: Way<'_, Self::Kept>,
        config: &Self::Config,
        headers: &[(String, String)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Received, NotificationError>;

    fn answer(_body: &[u8]) -> String {
        String::new()
    }

    async fn missed(
        _way: Way<'_, Self::Kept>,
        _config: &Self::Config,
        _since: Timestamp,
        _until: Timestamp,
        _page: Option<&str>,
    ) -> Result<Missed, LookUpError> {
        Ok(Missed::default())
    }

    /// The submission of a purchase that can't exist, to be asked for when only the credentials
    /// matter.
    fn made_up(config: &Self::Config) -> Value;

    /// Tries the credentials. Unless a store has a better way: by a question about a purchase that
    /// can't exist, to which the store's "no" is the right answer.
    async fn check(
        way: Way<'_, Self::Kept>,
        config: &Self::Config,
        now: Timestamp,
    ) -> Vec<Finding> {
        let answer = match Self::parse_submission(&Self::made_up(config)) {
            Ok(made_up) => Self::look_up(way, config, &made_up.locator, now).await,
            Err(error) => Err(LookUpError::Malformed(error.to_string())),
        };
        vec![check::credentials(answer.map(|_| ()))]
    }
}

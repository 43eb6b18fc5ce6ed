//! Amazon: being connected.

use std::collections::BTreeMap;

use domain::{Environment, Timestamp};
use serde_json::{Value, json};

use crate::connector::{Connector, Way};
use crate::{
    ConfigRules, FieldError, Locator, LookUpError, LookedUp, NotificationError, Received,
    Submission,
};

/// A broadcaster's credentials.
#[derive(Debug, Clone)]
pub struct Config;

/// The store.
pub(crate) struct Amazon;

impl Connector for Amazon {
    type Config = Config;
    type Kept = ();

    const ABSENT: &'static [&'static str] = &[];

    fn parse_config(
        _json: &Value,
        _environment: Environment,
        _rules: &ConfigRules,
    ) -> Result<Config, FieldError> {
        Err(FieldError::new("store", "is not connected yet"))
    }

    fn set_fields(_config: &Config) -> BTreeMap<String, bool> {
        BTreeMap::new()
    }

    fn parse_submission(_body: &Value) -> Result<Submission, FieldError> {
        Err(FieldError::new("store", "is not connected yet"))
    }

    async fn look_up(
        _way: Way<'_, ()>,
        _config: &Config,
        _locator: &Locator,
        _observed_at: Timestamp,
    ) -> Result<LookedUp, LookUpError> {
        Err(LookUpError::Unauthorized)
    }

    async fn read_notification(
        _way: Way<'_, ()>,
        _config: &Config,
        _headers: &[(String, String)],
        _body: &[u8],
        _now: Timestamp,
    ) -> Result<Received, NotificationError> {
        Err(NotificationError::Forged)
    }

    fn made_up(_config: &Config) -> Value {
        json!({})
    }
}

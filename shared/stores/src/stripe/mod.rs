//! Stripe: subscriptions and rentals sold on the web, also for television apps that show a code and
//! let a phone pay.
//!
//! An event only says that something changed; the look-up returns the state. One id lasts through
//! renewals, pauses and changes of plan. Stripe moves a period before it is paid, so the paid
//! period is read from invoices. `docs/stores/stripe.md` has the details.

mod api_version;
mod binding;
mod catalogue;
mod charges;
mod client;
mod config;
mod credential_check;
mod credentials;
mod event;
mod fetch;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod ids;
mod lists;
mod look_up;
mod notification;
mod notification_history;
mod one_time;
mod pauses;
mod periods;
mod price;
mod refunds;
mod signature;
mod snapshot;
mod state;
mod submission;
mod wire;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError, Locator, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::connector::{Connector, ConnectorContext};
use crate::{Finding, LookUpError, LookedUp, NotificationError, Received, Submission, Undelivered};

pub use config::Config;

/// Least interval between look-ups of a broadcaster. Stripe accepts 25 requests a second to one
/// endpoint, and a look-up makes one or two to each.
const PACE: Duration = Duration::from_millis(60);

/// Connector of the store.
pub(crate) struct Stripe;

impl Connector for Stripe {
    type Config = Config;
    type Cache = ();

    const ABSENT: &'static [&'static str] = &[
        "appears-late",
        "end-believed-alone",
        "later-name",
        "prepaid",
        "switch-new-key",
        "test-purchase",
        "voided-payment",
    ];
    const LISTS_UNDELIVERED: bool = true;

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
        let secrets = config.signing_secrets.iter();
        let secrets = secrets.map(|secret| ("signingSecrets", secret));
        [("apiKey", &config.api_key)]
            .into_iter()
            .chain(secrets)
            .map(|(name, secret)| {
                // The part up to the last `_` names the kind and is not random.
                let secret = secret.expose_secret();
                (name, secret.rsplit('_').next().map_or(0, str::len))
            })
            .collect()
    }

    fn pace(_config: &Config) -> Option<Duration> {
        Some(PACE)
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
        look_up::look_up(context.http, config, locator, observed_at).await
    }

    async fn read_notification(
        _context: ConnectorContext<'_, ()>,
        config: &Config,
        headers: &[(String, String)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Received, NotificationError> {
        notification::read_notification(config, headers, body, now)
    }

    async fn undelivered(
        context: ConnectorContext<'_, ()>,
        config: &Config,
        since: Timestamp,
        until: Timestamp,
        page: Option<&str>,
    ) -> Result<Undelivered, LookUpError> {
        notification_history::undelivered(context.http, config, since, until, page).await
    }

    fn probe(_config: &Config) -> Value {
        json!({"subscriptionId": "sub_purchasebeaconcheck"})
    }

    async fn check(
        context: ConnectorContext<'_, ()>,
        config: &Config,
        now: Timestamp,
    ) -> Vec<Finding> {
        credential_check::check(context.http, config, now).await
    }
}

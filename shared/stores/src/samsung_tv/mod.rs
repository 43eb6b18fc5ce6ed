//! Samsung Checkout: subscriptions bought on Samsung televisions.
//!
//! The store sends no notifications. All that it says is the purchase list of one customer, which
//! has to be requested again and again. The list call and its fields are published; the check value
//! of answers, all error codes and the effect of a status on access are not.
//! `docs/stores/samsung-tv.md` distinguishes the two and lists the switches.

mod check_value;
mod client;
mod config;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod invoice;
mod meanings;
mod notification;
mod others;
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

/// Connector of the store. It sends no notifications.
pub(crate) struct SamsungTv;

impl Connector for SamsungTv {
    type Config = Config;
    type Cache = ();

    const ABSENT: &'static [&'static str] = &[
        "account-binding",
        "appears-late",
        "end-believed-alone",
        "forged-notification",
        "grace",
        "late-notification",
        "lost-notification",
        "notice-before-claim",
        "one-time-purchase",
        "other-application",
        "paid-after-trial",
        "pause-and-resume",
        "payment-by-another",
        "pending-purchase",
        "prepaid",
        "replayed-notification",
        "switch-new-key",
        "switch-scheduled",
        "test-purchase",
        "trial",
        "trial-paid-late",
        "voided-payment",
    ];
    // Therefore scheduled checks lie close around the dates, and `renewalLagSeconds` bounds an
    // "active" past the end.
    const SENDS_NOTIFICATIONS: bool = false;

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
        let key = config.security_key.expose_secret();
        vec![("securityKey", key.chars().count())]
    }

    fn pace(config: &Config) -> Option<Duration> {
        Some(config.pace)
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
        _config: &Config,
        _headers: &[(String, String)],
        _body: &[u8],
        _now: Timestamp,
    ) -> Result<Received, NotificationError> {
        notification::read_notification().map(Received::About)
    }

    fn probe(_config: &Config) -> Value {
        // No invoice is "0". The answer about it shows whether application and key are accepted.
        json!({"invoiceId": "0", "samsungCustomerId": "nobody", "countryCode": "US"})
    }
}

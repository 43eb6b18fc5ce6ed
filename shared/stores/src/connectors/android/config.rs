//! Configuration: a broadcaster's account with Google Play.

pub(in crate::connectors::android) mod service_account;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError};
use serde_json::Value;

use crate::config::base_url;
use crate::customer_binding::AccountPattern;
use crate::fields::{Fields, email};
use service_account::ServiceAccount;

/// Names of all fields, as `set_fields` returns them.
const FIELDS: [&str; 12] = [
    "serviceAccount",
    "packageNames",
    "pushAudience",
    "pushServiceAccount",
    "acknowledge",
    "testPurchases",
    "accountIdPattern",
    "apiBaseUrl",
    "keysUrl",
    "propagationSeconds",
    "timeoutSeconds",
    "requestsPerSecond",
];

/// Default of `requestsPerSecond`. Google allows 3,000 requests a minute; a fifth is left for others
/// that use the same project.
const REQUESTS_PER_SECOND: u32 = 40;

/// Largest `requestsPerSecond`, for accounts whose quota Google has raised.
const MOST_REQUESTS_PER_SECOND: u32 = 1_000;

const API: &str = "https://androidpublisher.googleapis.com";
const KEYS: &str = "https://www.googleapis.com/oauth2/v3/certs";

/// Credentials and switches; `docs/stores/android.md` lists them with their defaults. `Debug` shows
/// no secret.
#[derive(Debug, Clone)]
pub struct Config {
    pub(super) service_account: ServiceAccount,
    pub(super) package_names: BTreeSet<String>,
    pub(super) push: Option<Push>,
    pub(super) acknowledge: bool,
    pub(super) test_purchases: bool,
    pub(super) account: Option<AccountPattern>,
    pub(super) api_base_url: String,
    pub(super) keys_url: String,
    /// Time for which a new token may be unknown to the API. Usually it is known at once.
    pub(super) propagation: Duration,
    pub(super) timeout: Duration,
    /// Least interval between two calls, acknowledgements included.
    pub(super) pace: Duration,
    pub(super) set: BTreeMap<String, bool>,
}

/// Expected audience and sender of a push token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Push {
    pub(super) audience: String,
    pub(super) service_account: String,
}

impl Config {
    pub(crate) fn parse(
        json: &Value,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Self, FieldError> {
        let mut fields = Fields::of(json, "body")?;
        let config = Self {
            service_account: ServiceAccount::parse(&mut fields, rules)?,
            package_names: package_names(&mut fields)?,
            push: push(&mut fields)?,
            acknowledge: fields.flag("acknowledge")?.unwrap_or(true),
            test_purchases: fields
                .flag("testPurchases")?
                // A production stack must not grant access for a licence tester's purchase, which
                // costs nothing.
                .unwrap_or(environment == Environment::Sandbox),
            account: AccountPattern::parse(&mut fields)?,
            api_base_url: address(&mut fields, "apiBaseUrl", API, rules)?,
            keys_url: address(&mut fields, "keysUrl", KEYS, rules)?,
            propagation: Duration::from_secs(
                fields
                    .seconds("propagationSeconds", 0, 3_600)?
                    .unwrap_or(180),
            ),
            timeout: Duration::from_secs(fields.seconds("timeoutSeconds", 1, 10)?.unwrap_or(10)),
            pace: fields.pace(REQUESTS_PER_SECOND, MOST_REQUESTS_PER_SECOND)?,
            set: FIELDS
                .into_iter()
                .map(|name| (name.to_owned(), fields.set(name)))
                .collect(),
        };
        fields.finish()?;
        Ok(config)
    }
}

/// Reads a base URL with a default.
fn address(
    fields: &mut Fields<'_>,
    name: &'static str,
    default: &str,
    rules: &ConfigRules,
) -> Result<String, FieldError> {
    match fields.text(name, 1, 1024)? {
        None => Ok(default.to_owned()),
        Some(text) => base_url(text, rules).map_err(|rule| FieldError::new(name, rule)),
    }
}

fn package_names(fields: &mut Fields<'_>) -> Result<BTreeSet<String>, FieldError> {
    let name = "packageNames";
    let value = fields
        .value(name)
        .ok_or_else(|| FieldError::new(name, "is required"))?;
    let names = value
        .as_array()
        .filter(|names| (1..=20).contains(&names.len()));
    let names = names.ok_or_else(|| FieldError::new(name, "must be a list of 1 to 20 names"))?;
    names
        .iter()
        .map(|one| {
            one.as_str()
                .filter(|text| is_package_name(text))
                .map(str::to_owned)
        })
        .collect::<Option<_>>()
        .ok_or_else(|| {
            let rule = "must be application ids, such as com.example.streaming";
            FieldError::new(name, rule)
        })
}

/// Whether a text is an application id: two parts or more, each a letter followed by letters,
/// digits and underscores.
fn is_package_name(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    text.len() <= 150 && text.contains('.') && text.split('.').all(part)
}

/// Reads audience and sender of push tokens, which must be set together: one alone proves nothing.
fn push(fields: &mut Fields<'_>) -> Result<Option<Push>, FieldError> {
    let (to, by) = ("pushAudience", "pushServiceAccount");
    let audience = fields.text(to, 1, 1024)?;
    match (audience, fields.text(by, 1, 1024)?) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(FieldError::new(by, format!("is required with {to}"))),
        (None, Some(_)) => Err(FieldError::new(to, format!("is required with {by}"))),
        // Google signs push tokens for everybody. Only audience and sender say that one is for this
        // address.
        (Some(audience), Some(service_account)) => Ok(Some(Push {
            audience: audience.to_owned(),
            service_account: email(service_account)
                .ok_or_else(|| FieldError::new(by, "must be an e-mail address"))?
                .to_owned(),
        })),
    }
}

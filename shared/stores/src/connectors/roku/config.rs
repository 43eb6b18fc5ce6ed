//! Configuration: a broadcaster's developer account with Roku.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError};
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::Value;

use crate::config::base_url;
use crate::fields::{Fields, text_within};

/// Names of all fields, as `set_fields` returns them.
const FIELDS: [&str; 11] = [
    "apiKeys",
    "channelIds",
    "oneTimeProductIds",
    "freshTransaction",
    "enhancedRecovery",
    "refundEndsAccess",
    "chargebackEndsAccess",
    "expiredAfterSeconds",
    "apiBaseUrl",
    "keysUrl",
    "timeoutSeconds",
];

const API: &str = "https://apipub.roku.com/listen/transaction-service.svc";
const KEYS: &str = "https://assets.cs.roku.com/keys/partner-jwks.json";
const TEST_KEYS: &str = "https://assets.cs.roku.com/keys/partner-jwks-test.json";

const DAY: u64 = 24 * 3600;

/// Transaction of a subscription that shows its current state. Roku does not document which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fresh {
    Latest,
    Original,
}

/// Credentials and switches; `docs/stores/roku.md` lists them with their defaults. `Debug` shows no
/// secret.
#[derive(Debug, Clone)]
pub struct Config {
    /// In the order in which they are tried; two during a rotation.
    pub(super) api_keys: Vec<SecretString>,
    pub(super) channel_ids: BTreeSet<String>,
    /// Products that are one-time purchases; `None` decides by the shape of the answer.
    pub(super) one_time_product_ids: Option<BTreeSet<String>>,
    pub(super) fresh: Fresh,
    pub(super) enhanced_recovery: bool,
    pub(super) refund_ends_access: bool,
    pub(super) chargeback_ends_access: bool,
    /// Time for which a notification still counts after its `exp`.
    pub(super) expired_after: SignedDuration,
    pub(super) api_base_url: String,
    pub(super) keys_url: String,
    pub(super) timeout: Duration,
    pub(super) set: BTreeMap<String, bool>,
}

impl Config {
    pub(crate) fn parse(
        json: &Value,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Self, FieldError> {
        let keys = match environment {
            Environment::Production => KEYS,
            Environment::Sandbox => TEST_KEYS,
        };
        let mut fields = Fields::of(json, "body")?;
        let freshest = [("latest", Fresh::Latest), ("original", Fresh::Original)];
        let expired_after = fields.seconds("expiredAfterSeconds", 0, 90 * DAY)?;
        let config = Self {
            api_keys: api_keys(&mut fields)?,
            channel_ids: channel_ids(&mut fields)?,
            one_time_product_ids: one_time_product_ids(&mut fields)?,
            fresh: fields
                .choice("freshTransaction", &freshest)?
                .unwrap_or(Fresh::Latest),
            enhanced_recovery: fields.flag("enhancedRecovery")?.unwrap_or(true),
            // For Roku a refund leaves the entitlement unchanged, so by default it does here.
            refund_ends_access: fields.flag("refundEndsAccess")?.unwrap_or(false),
            chargeback_ends_access: fields.flag("chargebackEndsAccess")?.unwrap_or(false),
            // Roku repeats a notification for 36 hours and more, but its signature expires after
            // 24.
            expired_after: SignedDuration::try_from(Duration::from_secs(
                expired_after.unwrap_or(4 * DAY),
            ))
            .unwrap_or(SignedDuration::ZERO),
            api_base_url: address(&mut fields, "apiBaseUrl", API, rules)?,
            keys_url: address(&mut fields, "keysUrl", keys, rules)?,
            timeout: Duration::from_secs(fields.seconds("timeoutSeconds", 1, 10)?.unwrap_or(10)),
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

/// Reads a list of `least` to `most` different texts, each of which `fits`.
fn list<'a>(
    fields: &mut Fields<'a>,
    name: &'static str,
    (least, most): (usize, usize),
    (fits, what): (fn(&str) -> bool, &str),
) -> Result<Option<Vec<&'a str>>, FieldError> {
    let Some(value) = fields.value(name) else {
        return Ok(None);
    };
    let rule = || format!("must be a list of {least} to {most} {what}, each once");
    let listed = value
        .as_array()
        .filter(|listed| (least..=most).contains(&listed.len()));
    let texts = listed.and_then(|listed| {
        let texts = listed.iter().map(|one| text_within(one, 1, 255));
        texts.collect::<Option<Vec<_>>>()
    });
    let texts = texts.filter(|texts| {
        let different: BTreeSet<_> = texts.iter().collect();
        different.len() == texts.len() && texts.iter().all(|text| fits(text))
    });
    texts.map(Some).ok_or_else(|| FieldError::new(name, rule()))
}

fn required<T>(given: Option<T>, name: &'static str) -> Result<T, FieldError> {
    given.ok_or_else(|| FieldError::new(name, "is required"))
}

/// Reads the API keys. They are a part of URLs, so they must not contain anything that a URL
/// escapes.
fn api_keys(fields: &mut Fields<'_>) -> Result<Vec<SecretString>, FieldError> {
    let name = "apiKeys";
    let fits = |text: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (8..=128).contains(&text.len()) && text.bytes().all(plain)
    };
    let keys = list(fields, name, (1, 2), (fits, "keys of Roku Pay"))?;
    let keys = required(keys, name)?;
    Ok(keys.into_iter().map(SecretString::from).collect())
}

fn channel_ids(fields: &mut Fields<'_>) -> Result<BTreeSet<String>, FieldError> {
    let name = "channelIds";
    let fits =
        |text: &str| text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let ids = list(fields, name, (1, 20), (fits, "channel ids, such as 712345"))?;
    Ok(required(ids, name)?
        .into_iter()
        .map(str::to_owned)
        .collect())
}

fn one_time_product_ids(fields: &mut Fields<'_>) -> Result<Option<BTreeSet<String>>, FieldError> {
    let ids = list(
        fields,
        "oneTimeProductIds",
        (0, 1000),
        (|_| true, "product ids"),
    )?;
    Ok(ids.map(|ids| ids.into_iter().map(str::to_owned).collect()))
}

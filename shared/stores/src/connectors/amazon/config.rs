//! Configuration: a broadcaster's account with the Amazon Appstore.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError};
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::Value;

use crate::config::base_url;
use crate::fields::Fields;
use crate::sns::{Issuer, Topic, Trust, Version};

/// Names of all fields, as `set_fields` returns them.
const FIELDS: [&str; 13] = [
    "sharedSecret",
    "packageNames",
    "topicArns",
    "confirmByUrl",
    "leastSignatureVersion",
    "maxAgeSeconds",
    "certificateIssuers",
    "testPurchases",
    "betaPurchases",
    "rawReceiptSegments",
    "apiBaseUrl",
    "snsHost",
    "timeoutSeconds",
];

const API: &str = "https://appstore-sdk.amazon.com";

/// Default age limit of a message; SNS gives up a delivery after an hour.
const TWO_HOURS: u64 = 2 * 3600;
const WEEK: u64 = 7 * 24 * 3600;

const VERSIONS: [(&str, Version); 2] = [("1", Version::Sha1), ("2", Version::Sha256)];

/// Credentials and switches; `docs/stores/amazon.md` lists them with their defaults. `Debug` shows
/// no secret.
#[derive(Debug, Clone)]
pub struct Config {
    pub(super) shared_secret: SecretString,
    pub(super) package_names: BTreeSet<String>,
    pub(super) topics: BTreeSet<Topic>,
    pub(super) confirm_by_url: bool,
    pub(super) trust: Trust,
    pub(super) test_purchases: bool,
    pub(super) beta_purchases: bool,
    pub(super) raw_receipt_segments: bool,
    pub(super) api_base_url: String,
    /// Whether the cloud sandbox is used, which knows the receipts of the App Tester.
    pub(super) sandbox: bool,
    pub(super) timeout: Duration,
    pub(super) set: BTreeMap<String, bool>,
}

impl Config {
    pub(crate) fn parse(
        json: &Value,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Self, FieldError> {
        let mut fields = Fields::of(json, "body")?;
        let sandbox = environment == Environment::Sandbox;
        let timeout = Duration::from_secs(fields.seconds("timeoutSeconds", 1, 10)?.unwrap_or(10));
        let shared_secret = fields
            .text("sharedSecret", 1, 1024)?
            .ok_or_else(|| FieldError::new("sharedSecret", "is required"))?;
        let config = Self {
            shared_secret: SecretString::from(shared_secret),
            package_names: package_names(&mut fields)?,
            topics: topics(&mut fields)?,
            confirm_by_url: fields.flag("confirmByUrl")?.unwrap_or(true),
            trust: trust(&mut fields, rules, timeout)?,
            test_purchases: fields.flag("testPurchases")?.unwrap_or(sandbox),
            beta_purchases: fields.flag("betaPurchases")?.unwrap_or(sandbox),
            raw_receipt_segments: fields.flag("rawReceiptSegments")?.unwrap_or(false),
            api_base_url: match fields.text("apiBaseUrl", 1, 1024)? {
                None => API.to_owned(),
                Some(text) => {
                    base_url(text, rules).map_err(|rule| FieldError::new("apiBaseUrl", rule))?
                }
            },
            sandbox,
            timeout,
            set: FIELDS
                .into_iter()
                .map(|name| (name.to_owned(), fields.set(name)))
                .collect(),
        };
        fields.finish()?;
        Ok(config)
    }
}

fn trust(
    fields: &mut Fields<'_>,
    rules: &ConfigRules,
    timeout: Duration,
) -> Result<Trust, FieldError> {
    let age = fields.seconds("maxAgeSeconds", 3600, WEEK)?;
    let age = i64::try_from(age.unwrap_or(TWO_HOURS)).unwrap_or(i64::MAX);
    Ok(Trust {
        least_version: fields
            // Amazon's messages may be of version 1, which is signed with SHA-1.
            .choice("leastSignatureVersion", &VERSIONS)?
            .unwrap_or(Version::Sha1),
        issuers: issuers(fields)?,
        longest_age: SignedDuration::from_secs(age),
        stand_in: stand_in(fields, rules)?,
        timeout,
    })
}

/// Reads the stand-in for SNS. Whoever controls it could pass as Amazon, so it is for local stacks
/// only.
fn stand_in(fields: &mut Fields<'_>, rules: &ConfigRules) -> Result<Option<String>, FieldError> {
    let name = "snsHost";
    match fields.text(name, 1, 1024)? {
        None => Ok(None),
        Some(_) if !rules.local_stack => Err(FieldError::new(name, "is for local stacks only")),
        Some(text) => base_url(text, rules)
            .map(Some)
            .map_err(|rule| FieldError::new(name, rule)),
    }
}

/// Reads a list of `least` to `most` texts of one format.
fn list<T>(
    fields: &mut Fields<'_>,
    (name, least, most): (&'static str, usize, usize),
    form: (&str, fn(&str) -> Option<T>),
) -> Result<Vec<T>, FieldError> {
    let (rule, read) = form;
    let Some(value) = fields.value(name) else {
        return if least == 0 {
            Ok(Vec::new())
        } else {
            Err(FieldError::new(name, "is required"))
        };
    };
    let items = value.as_array();
    let items = items.filter(|items| (least..=most).contains(&items.len()));
    let wrong = |rule: String| FieldError::new(name, rule);
    items
        .ok_or_else(|| wrong(format!("must be a list of {least} to {most} of them")))?
        .iter()
        .map(|item| item.as_str().and_then(read))
        .collect::<Option<_>>()
        .ok_or_else(|| wrong(format!("must be {rule}")))
}

fn package_names(fields: &mut Fields<'_>) -> Result<BTreeSet<String>, FieldError> {
    let form = "application ids, such as com.example.streaming";
    let names = list(fields, ("packageNames", 1, 20), (form, package_name))?;
    Ok(names.into_iter().collect())
}

/// Parses an application id: two parts or more, each a letter followed by letters, digits and
/// underscores.
fn package_name(text: &str) -> Option<String> {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let fits = text.len() <= 150 && text.contains('.') && text.split('.').all(part);
    fits.then(|| text.to_owned())
}

fn topics(fields: &mut Fields<'_>) -> Result<BTreeSet<Topic>, FieldError> {
    let form = "names of topics, such as arn:aws:sns:us-east-1:000011112222:AB12C";
    let topics = list(fields, ("topicArns", 0, 10), (form, Topic::parse))?;
    Ok(topics.into_iter().collect())
}

fn issuers(fields: &mut Fields<'_>) -> Result<Vec<Issuer>, FieldError> {
    let form = "certificates of certificate authorities in PEM";
    list(fields, ("certificateIssuers", 0, 10), (form, Issuer::parse))
}

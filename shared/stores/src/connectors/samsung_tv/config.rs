//! Configuration: a broadcaster's application at Samsung, and switches for what Samsung does not
//! publish.

pub(in crate::connectors::samsung_tv) mod meanings;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError};
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::Value;

use crate::config::base_url;
use crate::fields::Fields;
use meanings::{
    CODE_MEANINGS, CodeMeaning, STATUS_MEANINGS, STRICTNESS, StatusMeaning, Strictness,
};

/// Names of all fields, as `set_fields` returns them.
const FIELDS: [&str; 16] = [
    "appId",
    "securityKey",
    "apiBaseUrl",
    "listPath",
    "verifyPath",
    "applyPath",
    "responseCheckValue",
    "secondOpinion",
    "autoApply",
    "statusCodes",
    "subscriptionStatuses",
    "cancelledSaleEndsAccess",
    "renewalLagSeconds",
    "paymentRecoverySeconds",
    "timeoutSeconds",
    "requestsPerSecond",
];

/// Default number of look-ups per second: an estimate, because Samsung publishes no limit.
const REQUESTS_PER_SECOND: u32 = 5;

const WEEK: u64 = 7 * 24 * 3600;

/// Credentials and switches; `docs/stores/samsung-tv.md` lists them with their defaults. `Debug`
/// shows no secret.
#[derive(Debug, Clone)]
pub struct Config {
    pub(super) app_id: String,
    pub(super) security_key: SecretString,
    pub(super) api_base_url: String,
    pub(super) list_path: String,
    pub(super) verify_path: String,
    pub(super) apply_path: String,
    pub(super) response_check_value: Strictness,
    pub(super) second_opinion: Strictness,
    pub(super) auto_apply: bool,
    status_codes: BTreeMap<String, CodeMeaning>,
    subscription_statuses: BTreeMap<String, StatusMeaning>,
    pub(super) cancelled_sale_ends_access: bool,
    pub(super) renewal_lag: SignedDuration,
    pub(super) payment_recovery: SignedDuration,
    pub(super) timeout: Duration,
    pub(crate) pace: Duration,
    pub(super) set: BTreeMap<String, bool>,
}

impl Config {
    pub(crate) fn parse(
        json: &Value,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Self, FieldError> {
        let mut fields = Fields::of(json, "body")?;
        let config = Self {
            app_id: required(&mut fields, "appId", 3, 30)?.to_owned(),
            security_key: SecretString::from(required(&mut fields, "securityKey", 1, 1024)?),
            api_base_url: match fields.text("apiBaseUrl", 1, 1024)? {
                None => zone(environment).to_owned(),
                Some(text) => {
                    base_url(text, rules).map_err(|rule| FieldError::new("apiBaseUrl", rule))?
                }
            },
            list_path: path(&mut fields, "listPath", "/invoice/list")?,
            verify_path: path(&mut fields, "verifyPath", "/invoice/verify")?,
            apply_path: path(&mut fields, "applyPath", "/invoice/apply")?,
            response_check_value: fields
                .choice("responseCheckValue", &STRICTNESS)?
                .unwrap_or(Strictness::Warn),
            second_opinion: fields
                .choice("secondOpinion", &STRICTNESS)?
                .unwrap_or(Strictness::Warn),
            auto_apply: fields.flag("autoApply")?.unwrap_or(false),
            status_codes: meanings::read(&mut fields, "statusCodes", &CODE_MEANINGS)?,
            subscription_statuses: meanings::read(
                &mut fields,
                "subscriptionStatuses",
                &STATUS_MEANINGS,
            )?,
            cancelled_sale_ends_access: fields.flag("cancelledSaleEndsAccess")?.unwrap_or(true),
            renewal_lag: span(&mut fields, "renewalLagSeconds", 2 * 3600)?,
            payment_recovery: span(&mut fields, "paymentRecoverySeconds", WEEK)?,
            timeout: Duration::from_secs(fields.seconds("timeoutSeconds", 1, 10)?.unwrap_or(10)),
            pace: fields.pace(REQUESTS_PER_SECOND, 50)?,
            set: FIELDS
                .into_iter()
                .map(|name| (name.to_owned(), fields.set(name)))
                .collect(),
        };
        fields.finish()?;
        // Success with another meaning would turn every answer into a failure.
        if config.status_codes.contains_key(super::wire::SUCCESS) {
            return Err(FieldError::new(
                "statusCodes",
                "must not give the code of success another meaning",
            ));
        }
        Ok(config)
    }

    /// Returns the meaning of a `CPStatus` other than success. Unknown codes are tried again.
    pub(super) fn code(&self, code: &str) -> CodeMeaning {
        let given = self.status_codes.get(code).copied();
        // No code but success is published. Taking an unknown one for "not found" could end a paid
        // subscription.
        given.unwrap_or(CodeMeaning::Retry)
    }

    /// Returns the meaning of a `SubsStatus`.
    pub(super) fn status(&self, word: &str) -> StatusMeaning {
        let given = self.subscription_statuses.get(word).copied();
        given.unwrap_or_else(|| StatusMeaning::by_default(word))
    }
}

/// Returns the published base URL of a zone.
const fn zone(environment: Environment) -> &'static str {
    match environment {
        Environment::Sandbox => "https://sbox-checkoutapi.samsungcheckout.com/openapi",
        Environment::Production => "https://checkoutapi.samsungcheckout.com/openapi",
    }
}

/// Reads a required text without spaces around it.
fn required<'a>(
    fields: &mut Fields<'a>,
    name: &'static str,
    least: usize,
    most: usize,
) -> Result<&'a str, FieldError> {
    let text = fields
        .text(name, least, most)?
        .ok_or_else(|| FieldError::new(name, "is required"))?;
    // A space that came along with a pasted credential is not visible anywhere later.
    if text.trim() == text {
        Ok(text)
    } else {
        Err(FieldError::new(name, "must have no space around it"))
    }
}

/// Reads a path that a URL takes without changing it.
fn path(fields: &mut Fields<'_>, name: &'static str, default: &str) -> Result<String, FieldError> {
    let text = fields.text(name, 1, 255)?.unwrap_or(default);
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~".contains(c);
    let dots = text.split('/').any(|part| part == "." || part == "..");
    if text.starts_with('/') && !dots && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err(FieldError::new(
            name,
            "must be a path, such as /invoice/list",
        ))
    }
}

/// Reads a duration of up to 60 days.
fn span(
    fields: &mut Fields<'_>,
    name: &'static str,
    default: u64,
) -> Result<SignedDuration, FieldError> {
    let seconds = fields.seconds(name, 0, 60 * 24 * 3600)?.unwrap_or(default);
    Ok(SignedDuration::from_secs(
        i64::try_from(seconds).unwrap_or(i64::MAX),
    ))
}

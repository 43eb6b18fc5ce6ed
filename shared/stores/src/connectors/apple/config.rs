//! Configuration: a broadcaster's account with the App Store.

pub(in crate::connectors::apple) mod api_key;
pub(in crate::connectors::apple) mod trust_anchor;
pub(in crate::connectors::apple) mod trust_anchor_der;

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError};
use serde_json::Value;

use crate::config::base_url;
use crate::customer_binding::AccountPattern;
use crate::fields::Fields;
use api_key::ApiKey;
use trust_anchor::Roots;

/// Names of all fields, as `set_fields` returns them.
const FIELDS: [&str; 15] = [
    "issuerId",
    "keyId",
    "privateKey",
    "bundleId",
    "appAppleId",
    "rootFingerprints",
    "sandboxPurchases",
    "sandboxOn401",
    "familySharing",
    "accountIdPattern",
    "apiBaseUrl",
    "sandboxApiBaseUrl",
    "giveUpAfterSeconds",
    "propagationSeconds",
    "timeoutSeconds",
];

const API: &str = "https://api.storekit.apple.com";
const SANDBOX_API: &str = "https://api.storekit-sandbox.apple.com";

/// Credentials and switches; `docs/stores/apple.md` lists them with their defaults. `Debug` shows
/// no secret.
#[derive(Debug, Clone)]
pub struct Config {
    pub(super) stage: Environment,
    pub(super) api_key: ApiKey,
    pub(super) app_apple_id: Option<i64>,
    pub(super) roots: Roots,
    pub(super) sandbox_purchases: bool,
    pub(super) sandbox_on_401: bool,
    pub(super) family_sharing: bool,
    pub(super) account: Option<AccountPattern>,
    api_base_url: String,
    sandbox_api_base_url: String,
    pub(super) give_up_after: Duration,
    /// Time by which the API may lag behind a transaction that was signed for the device.
    pub(super) propagation: Duration,
    pub(super) timeout: Duration,
    pub(super) set: BTreeMap<String, bool>,
}

impl Config {
    pub(crate) fn parse(
        json: &Value,
        stage: Environment,
        rules: &ConfigRules,
    ) -> Result<Self, FieldError> {
        let mut fields = Fields::of(json, "body")?;
        let sandbox_purchases = fields
            .flag("sandboxPurchases")?
            .unwrap_or(stage == Environment::Sandbox);
        let config = Self {
            stage,
            api_key: ApiKey::parse(&mut fields)?,
            app_apple_id: app_apple_id(&mut fields, stage)?,
            roots: Roots::parse(&mut fields)?,
            sandbox_purchases,
            sandbox_on_401: sandbox_on_401(&mut fields, sandbox_purchases)?,
            family_sharing: fields.flag("familySharing")?.unwrap_or(true),
            account: AccountPattern::parse(&mut fields)?,
            api_base_url: address(&mut fields, "apiBaseUrl", API, rules)?,
            sandbox_api_base_url: address(&mut fields, "sandboxApiBaseUrl", SANDBOX_API, rules)?,
            give_up_after: Duration::from_secs(
                fields
                    .seconds("giveUpAfterSeconds", 60, 604_800)?
                    .unwrap_or(21_600),
            ),
            propagation: Duration::from_secs(
                fields
                    .seconds("propagationSeconds", 0, 3_600)?
                    .unwrap_or(600),
            ),
            timeout: Duration::from_secs(fields.seconds("timeoutSeconds", 1, 10)?.unwrap_or(10)),
            set: FIELDS
                .into_iter()
                .map(|name| (name.to_owned(), fields.set(name)))
                .collect(),
        };
        if stage == Environment::Sandbox && !sandbox_purchases {
            let rule = "must not be false on a stack of the sandbox, which takes nothing else";
            return Err(FieldError::new("sandboxPurchases", rule));
        }
        fields.finish()?;
        Ok(config)
    }

    /// Environments of Apple whose purchases are accepted, in the order in which they are asked.
    pub(super) const fn environments(&self) -> &'static [Environment] {
        match (self.stage, self.sandbox_purchases) {
            (Environment::Sandbox, _) => &[Environment::Sandbox],
            (Environment::Production, false) => &[Environment::Production],
            // Apple's reviewers buy in the sandbox with the production build, so production may
            // accept both. Apple recommends asking production first.
            (Environment::Production, true) => &[Environment::Production, Environment::Sandbox],
        }
    }

    /// Returns the environment with Apple's name, if its purchases are accepted. Those of Xcode
    /// never are, because everybody can sign them.
    pub(super) fn environment(&self, word: Option<&str>) -> Option<Environment> {
        let named = |environment: &&Environment| word == Some(environment_name(**environment));
        self.environments().iter().find(named).copied()
    }

    pub(super) fn base_url(&self, environment: Environment) -> &str {
        match environment {
            Environment::Production => &self.api_base_url,
            Environment::Sandbox => &self.sandbox_api_base_url,
        }
    }
}

/// Apple's name of an environment.
pub(super) const fn environment_name(environment: Environment) -> &'static str {
    match environment {
        Environment::Production => "Production",
        Environment::Sandbox => "Sandbox",
    }
}

/// Whether Apple documents this name of an environment, including those that are never accepted.
pub(super) fn is_environment(word: &str) -> bool {
    ["Production", "Sandbox", "Xcode", "LocalTesting"].contains(&word)
}

/// Reads the app's numeric id, by which production's notifications name the app.
fn app_apple_id(fields: &mut Fields<'_>, stage: Environment) -> Result<Option<i64>, FieldError> {
    let name = "appAppleId";
    match (fields.value(name), stage) {
        (None, Environment::Sandbox) => Ok(None),
        (None, Environment::Production) => Err(FieldError::new(name, "is required in production")),
        (Some(value), _) => value
            .as_i64()
            .filter(|id| *id > 0)
            .map(Some)
            .ok_or_else(|| FieldError::new(name, "must be a whole number above zero")),
    }
}

/// Reads whether a refusal by production leads to the sandbox: Apple refuses an app there until its
/// first release.
fn sandbox_on_401(fields: &mut Fields<'_>, sandbox_purchases: bool) -> Result<bool, FieldError> {
    let name = "sandboxOn401";
    let wanted = fields.flag(name)?.unwrap_or(false);
    if wanted && !sandbox_purchases {
        return Err(FieldError::new(name, "needs sandboxPurchases"));
    }
    Ok(wanted)
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

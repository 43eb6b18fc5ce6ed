//! Configuration: a broadcaster's account with Stripe.

pub(in crate::connectors::stripe) mod api_version;
pub(in crate::connectors::stripe) mod catalogue;
pub(in crate::connectors::stripe) mod credentials;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError};
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::Value;

use crate::config::base_url;
use crate::customer_binding::AccountPattern;
use crate::fields::{Fields, text_within};
use api_version::ApiVersion;
use catalogue::{Catalogue, ProductIdFrom};

/// Names of all fields, as `set_fields` returns them.
const FIELDS: [&str; 17] = [
    "apiKey",
    "signingSecrets",
    "signatureToleranceSeconds",
    "apiVersion",
    "account",
    "products",
    "productIdFrom",
    "accountMetadataKey",
    "accountIdPattern",
    "clientReferenceBinds",
    "pastDueAccess",
    "graceSeconds",
    "pauseCollectionAccess",
    "disputeEndsAccess",
    "partialRefundEndsAccess",
    "apiBaseUrl",
    "timeoutSeconds",
];

const API: &str = "https://api.stripe.com";
const WEEK: u64 = 7 * 24 * 3600;

/// Credentials and switches; `docs/stores/stripe.md` lists them with their defaults. `Debug` shows
/// no secret.
#[derive(Debug, Clone)]
pub struct Config {
    pub(super) api_key: SecretString,
    pub(super) signing_secrets: Vec<SecretString>,
    pub(super) signature_tolerance: SignedDuration,
    pub(super) api_version: ApiVersion,
    /// Connected account that the requests are about.
    pub(super) account: Option<String>,
    /// Whether the mode is live, with real money.
    pub(super) live: bool,
    pub(super) catalogue: Catalogue,
    pub(super) binding: Option<Binding>,
    pub(super) past_due_access: bool,
    pub(super) grace: SignedDuration,
    pub(super) pause_collection_access: bool,
    pub(super) dispute_ends_access: DisputeEnds,
    pub(super) partial_refund_ends_access: bool,
    pub(super) api_base_url: String,
    pub(super) timeout: Duration,
    pub(super) set: BTreeMap<String, bool>,
}

/// Field that names the customer, and its format.
#[derive(Debug, Clone)]
pub(super) struct Binding {
    pub(super) pattern: AccountPattern,
    pub(super) metadata_key: String,
    pub(super) client_reference: bool,
}

/// Event of a dispute that ends access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DisputeEnds {
    Created,
    Lost,
}

impl Config {
    pub(crate) fn parse(
        json: &Value,
        environment: Environment,
        rules: &ConfigRules,
    ) -> Result<Self, FieldError> {
        let mut fields = Fields::of(json, "body")?;
        let live = environment == Environment::Production;
        let tolerance = fields.seconds("signatureToleranceSeconds", 1, 900)?;
        let grace = fields.seconds("graceSeconds", 1, 60 * 24 * 3600)?;
        let config = Self {
            api_key: credentials::api_key(&mut fields, live)?,
            signing_secrets: credentials::signing_secrets(&mut fields)?,
            signature_tolerance: duration(tolerance.unwrap_or(300)),
            api_version: ApiVersion::parse(&mut fields)?,
            account: credentials::account(&mut fields)?,
            live,
            catalogue: catalogue(&mut fields)?,
            binding: binding(&mut fields)?,
            // Stripe retries a failed charge for days. By default the customer keeps access for as
            // long as `graceSeconds`.
            past_due_access: fields.flag("pastDueAccess")?.unwrap_or(true),
            grace: duration(grace.unwrap_or(WEEK)),
            pause_collection_access: fields.flag("pauseCollectionAccess")?.unwrap_or(true),
            // A dispute may be won, so by default only a lost one ends access.
            dispute_ends_access: fields
                .choice(
                    "disputeEndsAccess",
                    &[
                        ("created", DisputeEnds::Created),
                        ("lost", DisputeEnds::Lost),
                    ],
                )?
                .unwrap_or(DisputeEnds::Lost),
            partial_refund_ends_access: fields.flag("partialRefundEndsAccess")?.unwrap_or(false),
            api_base_url: match fields.text("apiBaseUrl", 1, 1024)? {
                None => API.to_owned(),
                Some(text) => {
                    base_url(text, rules).map_err(|rule| FieldError::new("apiBaseUrl", rule))?
                }
            },
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

fn duration(seconds: u64) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX))
}

fn catalogue(fields: &mut Fields<'_>) -> Result<Catalogue, FieldError> {
    let choices = [
        ("product", ProductIdFrom::Product),
        ("lookupKey", ProductIdFrom::LookupKey),
        ("price", ProductIdFrom::Price),
    ];
    Ok(Catalogue {
        named_by: fields
            .choice("productIdFrom", &choices)?
            .unwrap_or(ProductIdFrom::Product),
        ours: products(fields)?,
    })
}

fn products(fields: &mut Fields<'_>) -> Result<Option<BTreeSet<String>>, FieldError> {
    let name = "products";
    let Some(value) = fields.value(name) else {
        return Ok(None);
    };
    let rule = || {
        let rule = "must be a list of 1 to 500 ids of products or prices, or lookup keys";
        FieldError::new(name, rule)
    };
    let listed = value
        .as_array()
        .filter(|listed| (1..=500).contains(&listed.len()))
        .ok_or_else(rule)?;
    let ids = listed.iter();
    ids.map(|one| text_within(one, 1, 255).map(str::to_owned))
        .collect::<Option<_>>()
        .map(Some)
        .ok_or_else(rule)
}

fn binding(fields: &mut Fields<'_>) -> Result<Option<Binding>, FieldError> {
    let metadata_key = fields.text("accountMetadataKey", 1, 40)?;
    let client_reference = fields.flag("clientReferenceBinds")?;
    Ok(AccountPattern::parse(fields)?.map(|pattern| Binding {
        pattern,
        metadata_key: metadata_key.unwrap_or("app_user_id").to_owned(),
        client_reference: client_reference.unwrap_or(false),
    }))
}

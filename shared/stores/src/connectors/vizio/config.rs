//! Configuration: a broadcaster's account with VIZIO, and switches for what VIZIO does not publish.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError};
use jiff::SignedDuration;
use reqwest::header::HeaderValue;
use secrecy::SecretString;
use serde_json::Value;

use super::wire::Pointers;
use crate::config::base_url;
use crate::customer_binding::AccountPattern;
use crate::fields::{Fields, text_rule, text_within};
use crate::hmac::{Algorithm, Encoding, KeyForm, Proof};

/// Names of all fields, as `set_fields` returns them.
const FIELDS: [&str; 18] = [
    "apiKey",
    "partnerId",
    "signingKeys",
    "apiBaseUrl",
    "apiKeyHeader",
    "partnerIdHeader",
    "subscriptionPath",
    "signatureHeader",
    "signatureAlgorithm",
    "signatureEncoding",
    "signaturePrefix",
    "signingKeyForm",
    "timestampHeader",
    "maxSkewSeconds",
    "fieldPointers",
    "accountIdPattern",
    "fetchGiveUpAfterSeconds",
    "timeoutSeconds",
];

/// Default path of the look-up: an assumption in the style of the paths that are public.
const SUBSCRIPTION_PATH: &str =
    "/entitlements/v1/partners/{partnerId}/subscriptions/{subscriptionId}";

/// Credentials and switches; `docs/stores/vizio.md` lists them with their defaults. `Debug` shows
/// no secret.
#[derive(Debug, Clone)]
pub struct Config {
    pub(super) api_key: SecretString,
    pub(super) partner_id: String,
    pub(super) signing_keys: Vec<SecretString>,
    pub(super) api_base_url: String,
    pub(super) api_key_header: String,
    pub(super) partner_id_header: Option<String>,
    pub(super) subscription_path: String,
    pub(super) proof: Proof,
    pub(super) pointers: Pointers,
    pub(super) account: Option<AccountPattern>,
    pub(crate) fetch_give_up_after: Duration,
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
        let api_key = header_value(&mut fields, "apiKey")?;
        let partner_id = header_value(&mut fields, "partnerId")?;
        // The proof comes first, because it says how the text of a signing key becomes bytes.
        let proof = proof(&mut fields)?;
        let signing_keys = signing_keys(&mut fields, proof.key_form)?;
        let config = Self {
            api_key: SecretString::from(api_key),
            partner_id: partner_id.to_owned(),
            signing_keys,
            api_base_url: match fields.text("apiBaseUrl", 1, 1024)? {
                None => gateway(environment).to_owned(),
                Some(text) => {
                    base_url(text, rules).map_err(|rule| FieldError::new("apiBaseUrl", rule))?
                }
            },
            api_key_header: fields
                .header("apiKeyHeader")?
                .unwrap_or("x-tyk-key")
                .to_owned(),
            partner_id_header: fields
                .optional_header("partnerIdHeader")?
                .map(str::to_owned),
            subscription_path: subscription_path(&mut fields)?,
            proof,
            pointers: pointers(&mut fields)?,
            account: AccountPattern::parse(&mut fields)?,
            fetch_give_up_after: Duration::from_secs(
                fields
                    .seconds("fetchGiveUpAfterSeconds", 60, 604_800)?
                    .unwrap_or(21_600),
            ),
            timeout: Duration::from_secs(fields.seconds("timeoutSeconds", 1, 10)?.unwrap_or(10)),
            set: FIELDS
                .into_iter()
                .map(|name| (name.to_owned(), is_set(&fields, name)))
                .collect(),
        };
        fields.finish()?;
        Ok(config)
    }
}

fn is_set(fields: &Fields<'_>, name: &str) -> bool {
    // `signingKey` is another name of the same setting, so a client sees one name only.
    fields.set(name) || (name == "signingKeys" && fields.set("signingKey"))
}

/// Returns the public host of VIZIO's API gateway.
const fn gateway(environment: Environment) -> &'static str {
    match environment {
        Environment::Sandbox => "https://preprod.api.developer-vizio.external.plat.vizio.com",
        Environment::Production => "https://api.developer-vizio.external.plat.vizio.com",
    }
}

/// Reads a required text that is valid as the value of a header.
fn header_value<'a>(fields: &mut Fields<'a>, name: &'static str) -> Result<&'a str, FieldError> {
    let text = fields
        .text(name, 1, 1024)?
        .ok_or_else(|| FieldError::new(name, "is required"))?;
    // A line break here would become a header of its own; a space is a mistake of copying.
    let fits = text.trim() == text && HeaderValue::from_str(text).is_ok() && text.is_ascii();
    if fits {
        Ok(text)
    } else {
        Err(FieldError::new(
            name,
            "must consist of ASCII characters, with no space around them",
        ))
    }
}

/// Reads how notifications are signed. VIZIO does not publish it, so every part is a setting.
fn proof(fields: &mut Fields<'_>) -> Result<Proof, FieldError> {
    let algorithms = [
        ("hmac-sha256", Algorithm::HmacSha256),
        ("bearer", Algorithm::Bearer),
    ];
    let encodings = [("hex", Encoding::Hex), ("base64", Encoding::Base64)];
    let key_forms = [
        ("utf8", KeyForm::Utf8),
        ("base64", KeyForm::Encoded(Encoding::Base64)),
        ("hex", KeyForm::Encoded(Encoding::Hex)),
    ];
    let max_skew = fields.seconds("maxSkewSeconds", 1, 3600)?.unwrap_or(300);
    Ok(Proof {
        header: fields
            .header("signatureHeader")?
            .unwrap_or("x-vizio-signature")
            .to_owned(),
        algorithm: fields
            .choice("signatureAlgorithm", &algorithms)?
            .unwrap_or(Algorithm::HmacSha256),
        encoding: fields
            .choice("signatureEncoding", &encodings)?
            .unwrap_or(Encoding::Hex),
        prefix: fields
            .text("signaturePrefix", 0, 64)?
            .unwrap_or_default()
            .to_owned(),
        key_form: fields
            .choice("signingKeyForm", &key_forms)?
            .unwrap_or(KeyForm::Utf8),
        timestamp_header: fields
            .optional_header("timestampHeader")?
            .map(str::to_owned),
        max_skew: SignedDuration::from_secs(i64::try_from(max_skew).unwrap_or(i64::MAX)),
    })
}

/// Reads `signingKeys`, one or two while a new one takes over, or `signingKey`.
fn signing_keys(fields: &mut Fields<'_>, form: KeyForm) -> Result<Vec<SecretString>, FieldError> {
    let (name, given) = match (fields.value("signingKeys"), fields.value("signingKey")) {
        (None, None) => return Err(FieldError::new("signingKeys", "is required")),
        (Some(_), Some(_)) => {
            let rule = "must not be given together with signingKeys";
            return Err(FieldError::new("signingKey", rule));
        }
        (None, Some(one)) => ("signingKey", vec![one]),
        (Some(Value::Array(several)), None) if (1..=2).contains(&several.len()) => {
            ("signingKeys", several.iter().collect())
        }
        (Some(_), None) => {
            return Err(FieldError::new(
                "signingKeys",
                "must be a list of 1 or 2 keys",
            ));
        }
    };
    let key = |value: &Value| {
        let text = text_within(value, 1, 1024)
            .ok_or_else(|| FieldError::new(name, format!("{}, each", text_rule(1, 1024))))?;
        // A key that does not decode would refuse every notification, long after it was configured.
        if form.bytes(text).is_none() {
            return Err(FieldError::new(
                name,
                "must have the form that signingKeyForm names",
            ));
        }
        Ok(SecretString::from(text))
    };
    given.into_iter().map(key).collect()
}

/// Reads the path of the look-up, with its placeholders.
fn subscription_path(fields: &mut Fields<'_>) -> Result<String, FieldError> {
    let Some(path) = fields.text("subscriptionPath", 1, 1024)? else {
        return Ok(SUBSCRIPTION_PATH.to_owned());
    };
    let rest = path
        .replacen("{subscriptionId}", "", 1)
        .replace("{partnerId}", "");
    // Characters that a URL would escape or end at are refused: the request would go elsewhere.
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~?&=:,+@!*;".contains(c);
    let dots = rest.split('/').any(|part| part == "." || part == "..");
    if path.starts_with('/')
        && path.contains("{subscriptionId}")
        && !dots
        && rest.chars().all(plain)
    {
        return Ok(path.to_owned());
    }
    let rule =
        "must be a path with {subscriptionId} once and no placeholder but that and {partnerId}";
    Err(FieldError::new("subscriptionPath", rule))
}

/// Reads overrides of the fields' positions.
fn pointers(fields: &mut Fields<'_>) -> Result<Pointers, FieldError> {
    let mut pointers = Pointers::default();
    let Some(value) = fields.value("fieldPointers") else {
        return Ok(pointers);
    };
    let object = value
        .as_object()
        .ok_or_else(|| FieldError::new("fieldPointers", "must be a JSON object"))?;
    for (name, pointer) in object {
        let field = || format!("fieldPointers.{}", crate::fields::shortened(name));
        let pointer = text_within(pointer, 0, 255)
            .ok_or_else(|| FieldError::new(field(), text_rule(0, 255)))?;
        pointers
            .set(name, pointer)
            .map_err(|rule| FieldError::new(field(), rule))?;
    }
    Ok(pointers)
}

//! API key, signing secrets and account of the configuration.

use secrecy::SecretString;
use serde_json::Value;

use crate::fields::{Fields, text_within};
use domain::FieldError;

/// Reads a secret or restricted key of the mode that belongs to the stack.
pub(in crate::connectors::stripe) fn api_key(
    fields: &mut Fields<'_>,
    live: bool,
) -> Result<SecretString, FieldError> {
    let name = "apiKey";
    let key = fields
        .text(name, 1, 255)?
        .ok_or_else(|| FieldError::new(name, "is required"))?;
    // A key of the other mode would find no purchase, and each 404 would look like an unknown
    // purchase.
    let of_mode = |mode: &str| {
        ["sk_", "rk_"].iter().any(|kind| {
            key.strip_prefix(kind)
                .and_then(|rest| rest.strip_prefix(mode))
                .is_some_and(is_plain)
        })
    };
    let (wanted, rule) = if live {
        (
            "live_",
            "must be a live key, sk_live_ or rk_live_: this stack serves production",
        )
    } else {
        (
            "test_",
            "must be a test key, sk_test_ or rk_test_: this stack is a sandbox",
        )
    };
    if of_mode(wanted) {
        Ok(key.into())
    } else {
        Err(FieldError::new(name, rule))
    }
}

/// Reads the signing secrets. Several are valid while a secret is being replaced.
pub(in crate::connectors::stripe) fn signing_secrets(
    fields: &mut Fields<'_>,
) -> Result<Vec<SecretString>, FieldError> {
    let name = "signingSecrets";
    let value = fields
        .value(name)
        .ok_or_else(|| FieldError::new(name, "is required"))?;
    let rule = || {
        FieldError::new(
            name,
            "must be a list of 1 to 5 secrets that begin with whsec_",
        )
    };
    let secrets = value
        .as_array()
        .filter(|secrets| (1..=5).contains(&secrets.len()))
        .ok_or_else(rule)?;
    let secret = |one: &Value| {
        text_within(one, 1, 255)
            .filter(|text| text.strip_prefix("whsec_").is_some_and(is_printable))
            .map(SecretString::from)
    };
    secrets
        .iter()
        .map(secret)
        .collect::<Option<_>>()
        .ok_or_else(rule)
}

/// Reads the id of a connected account.
pub(in crate::connectors::stripe) fn account(
    fields: &mut Fields<'_>,
) -> Result<Option<String>, FieldError> {
    let name = "account";
    match fields.text(name, 1, 255)? {
        None => Ok(None),
        Some(text) if text.strip_prefix("acct_").is_some_and(is_plain) => Ok(Some(text.to_owned())),
        Some(_) => Err(FieldError::new(name, "must begin with acct_")),
    }
}

/// Whether a text consists of letters, digits and underscores, at least one.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_printable(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

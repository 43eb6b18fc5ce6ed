//! Submission: the id of a transaction, or the transaction as the App Store signed it for the
//! device.

pub(in crate::connectors::apple) mod possession;

use domain::{FieldError, Locator, Proof, PurchaseKey};
use serde_json::Value;

use super::signing::jws;
use super::snapshot::details::Details;
use super::wire::{self, Transaction};
use crate::fields::Fields;
use crate::{Submission, submission};

const TRANSACTION_ID: &str = "transactionId";

/// Documented name of the signed transaction.
pub(super) const SIGNED_TRANSACTION: &str = "signedTransaction";

/// Names by which apps know the signed transaction.
const SIGNED: [&str; 3] = [
    SIGNED_TRANSACTION,
    "jwsRepresentation",
    "signedTransactionInfo",
];

/// Longest signed transaction in bytes, several times a usual one.
const LONGEST_SIGNED: usize = 32 * 1024;

/// Largest number of digits of an id, several times a usual one.
const MOST_DIGITS: usize = 64;

/// Parses `{customerId?, transactionId}` or `{customerId?, signedTransaction}`, the latter also
/// under its names in StoreKit 2 and in the App Store Server API. With both, the signed one counts
/// if it can be read.
///
/// The signature is not verified here: the transaction only says what to look up, and Apple's
/// answer decides. It is kept as the proof of possession.
pub(crate) fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
    let mut fields = Fields::of(body, "body")?;
    let customer_id = fields.value("customerId").map(submission::customer_id);
    let signed = fields.first_of(&SIGNED, signed);
    let transaction_id = fields.value(TRANSACTION_ID).map(named);
    let absent = !SIGNED.iter().any(|name| fields.set(name));
    let (locator, proof) = match (signed, transaction_id) {
        (Ok((locator, proof)), _) => (locator, Some(proof)),
        (Err(_), Some(Ok(locator))) => (locator, None),
        (Err(_), Some(Err(error))) if absent => return Err(error),
        (Err(_), None) if absent => {
            let rule = format!("is required, unless {} is given", SIGNED[0]);
            return Err(FieldError::new(TRANSACTION_ID, rule));
        }
        (Err(error), _) => return Err(error),
    };
    Ok(Submission {
        customer_id: customer_id.transpose()?,
        locator,
        offer_id: None,
        coupon_code: None,
        proof,
    })
}

/// Builds the locator of a transaction id.
fn named(value: &Value) -> Result<Locator, FieldError> {
    let id = transaction_id(value)?;
    Ok(Locator {
        key: key(&id).map_err(|rule| FieldError::new(TRANSACTION_ID, rule))?,
        details: Details {
            transaction_id: Some(id),
            ..Details::default()
        }
        .written(),
    })
}

/// Reads the digits, also from a number.
fn transaction_id(value: &Value) -> Result<String, FieldError> {
    let text = match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        _ => None,
    };
    text.filter(|text| is_id(text))
        .ok_or_else(|| FieldError::new(TRANSACTION_ID, rule()))
}

fn rule() -> String {
    format!("must be 1 to {MOST_DIGITS} digits")
}

/// Whether a text is an id of Apple: digits only.
pub(super) fn is_id(text: &str) -> bool {
    (1..=MOST_DIGITS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Builds the key of the purchase with this id.
pub(super) fn key(id: &str) -> Result<PurchaseKey, String> {
    if is_id(id) {
        PurchaseKey::new(id).map_err(|error| error.to_string())
    } else {
        Err(rule())
    }
}

fn signed(name: &'static str, value: &Value) -> Result<(Locator, Proof), FieldError> {
    let text = value.as_str().filter(|text| text.len() <= LONGEST_SIGNED);
    let (text, transaction) = text
        .and_then(|text| Some((text, jws::claimed(text)?)))
        .and_then(|(text, payload)| Some((text, wire::read::<Transaction>(&payload).ok()?)))
        .ok_or_else(|| FieldError::new(name, "must be a transaction signed by the App Store"))?;
    let environment = transaction.environment.as_deref();
    let environment = environment
        // Purchases of Xcode's local testing are signed by the developer's machine.
        .filter(|word| ["Production", "Sandbox"].contains(word))
        .ok_or_else(|| FieldError::new(name, "must be of the environment Production or Sandbox"))?;
    let ids = [
        &transaction.original_transaction_id,
        &transaction.transaction_id,
    ];
    let [original, own] = ids.map(|id| id.as_deref().filter(|id| is_id(id)));
    let missing = || FieldError::new(name, "must have a transactionId");
    let own = own.ok_or_else(missing)?;
    let details = Details {
        transaction_id: Some(own.to_owned()),
        claimed_environment: Some(environment.to_owned()),
        kind: transaction
            .is_subscription()
            .then(|| wire::AUTO_RENEWABLE.to_owned()),
        ..Details::default()
    };
    let locator = Locator {
        key: key(original.unwrap_or(own)).map_err(|rule| FieldError::new(name, rule))?,
        details: details.written(),
    };
    Ok((locator, Proof::new(text.to_owned())))
}

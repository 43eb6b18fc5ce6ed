//! Submission: the id of a transaction, as the channel store gave it.

use std::collections::BTreeMap;

use domain::{FieldError, Locator, PurchaseKey};
use serde_json::Value;

use crate::fields::{Fields, required_text};

/// Transaction id that can't exist.
pub(super) const NO_TRANSACTION: &str = "00000000000000000000000000000000";
use crate::{Submission, submission};

/// Names by which apps know the transaction id; the first one is documented.
const NAMES: [&str; 3] = ["transactionId", "purchaseId", "transactionID"];

/// Longest transaction id, in bytes, as Roku documents it.
pub(super) const LONGEST_ID: usize = 1024;

/// Parses `{customerId?, transactionId, couponCode?}`.
///
/// Any transaction of a subscription is accepted: the answer names the first one.
pub(crate) fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
    let mut fields = Fields::of(body, "body")?;
    let customer_id = fields.value("customerId").map(submission::customer_id);
    Ok(Submission {
        customer_id: customer_id.transpose()?,
        locator: transaction(&mut fields)?,
        offer_id: None,
        coupon_code: fields.coupon_code(),
        proof: None,
    })
}

fn transaction(fields: &mut Fields<'_>) -> Result<Locator, FieldError> {
    let rule = "must consist of letters, digits and signs, without spaces";
    let key = fields.first_of(&NAMES, |name, value| {
        key(required_text(name, value, LONGEST_ID)?).ok_or_else(|| FieldError::new(name, rule))
    })?;
    Ok(Locator {
        key,
        details: BTreeMap::new(),
    })
}

/// Builds the key of a transaction id: visible ASCII.
pub(super) fn key(id: &str) -> Option<PurchaseKey> {
    let fits = (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
    PurchaseKey::new(id).ok().filter(|_| fits)
}

//! Submission: the receipt, and the user to whom the Appstore gave it.

use std::collections::BTreeMap;

use domain::{FieldError, Locator, PurchaseKey};
use serde_json::Value;

use crate::fields::Fields;
use crate::{Submission, submission};

pub(super) const RECEIPT_ID: &str = "receiptId";
pub(super) const USER_ID: &str = "userId";
/// Name of the user's id in the webhooks of the mirrored API. Items of earlier versions have only
/// [`USER_ID`], which therefore stays beside it.
pub(super) const RECEIPT_USER_ID: &str = "receiptUserId";

/// Longest user id in characters; Amazon documents at most 128.
pub(super) const LONGEST_USER_ID: usize = 255;

/// Parses `{customerId?, receiptId, userId, couponCode?}`.
pub(crate) fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
    let mut fields = Fields::of(body, "body")?;
    let customer_id = fields.value("customerId").map(submission::customer_id);
    let mut required = |name, most| {
        fields
            .text(name, 1, most)?
            .ok_or_else(|| FieldError::new(name, "is required"))
    };
    let receipt_id = required(RECEIPT_ID, PurchaseKey::LIMIT)?;
    let user_id = required(USER_ID, LONGEST_USER_ID)?;
    let key = PurchaseKey::new(receipt_id)
        .map_err(|error| FieldError::new(RECEIPT_ID, error.to_string()))?;
    Ok(Submission {
        customer_id: customer_id.transpose()?,
        locator: locator(key, user_id),
        offer_id: None,
        coupon_code: fields.coupon_code(),
        proof: None,
    })
}

/// Builds the locator of a receipt, with the fields that webhooks show.
pub(super) fn locator(key: PurchaseKey, user_id: &str) -> Locator {
    let details = BTreeMap::from([
        (RECEIPT_ID.to_owned(), key.as_str().to_owned()),
        (RECEIPT_USER_ID.to_owned(), user_id.to_owned()),
        (USER_ID.to_owned(), user_id.to_owned()),
    ]);
    Locator { key, details }
}

/// Returns the id of the user to whom the receipt was given.
pub(super) fn user_id(locator: &Locator) -> Option<&String> {
    let detail = |name| locator.details.get(name);
    detail(RECEIPT_USER_ID).or_else(|| detail(USER_ID))
}

//! Submission: the purchase token and the application in which it was issued.

use domain::{CustomerId, FieldError, Locator, OfferId, PurchaseKey};
use serde_json::Value;

use super::snapshot::details::Details;
use crate::fields::{Fields, email, object};
use crate::{Submission, submission};

pub(super) const PURCHASE_TOKEN: &str = "purchaseToken";
const PACKAGE_NAME: &str = "packageName";
const PRODUCT_ID: &str = "productId";
const PURCHASE_TYPE: &str = "purchaseType";
const ONE_TIME: &str = "oneTime";

/// Parses `{customerId?, purchaseToken, packageName, productId?, purchaseType?, couponCode?}`.
pub(crate) fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
    let mut fields = Fields::of(body, "body")?;
    let customer_id = fields.value("customerId").map(submission::customer_id);
    Ok(Submission {
        customer_id: customer_id.transpose()?,
        locator: purchase(&mut fields)?,
        offer_id: None,
        coupon_code: fields.coupon_code(),
        proof: None,
    })
}

/// Parses `{customerEmail?, customerId?, offerId, receipt: {purchaseToken, packageName, productId?,
/// purchaseType?}, couponCode?}`. The receipt may be JSON in a string. Without a `customerId` the
/// e-mail address, in lower case, is the customer's id; with one it is ignored.
pub(crate) fn parse_payment(body: &Value) -> Result<Submission, FieldError> {
    let mut fields = Fields::of(body, "body")?;
    let customer_id = match fields.value("customerId") {
        Some(value) => Some(submission::customer_id(value)?),
        None => customer_by_email(&mut fields)?,
    };
    let offer_id = fields
        .text("offerId", 1, OfferId::LIMIT)?
        .ok_or_else(|| FieldError::new("offerId", "is required"))?;
    Ok(Submission {
        customer_id,
        offer_id: Some(
            OfferId::new(offer_id)
                .map_err(|error| FieldError::new("offerId", error.to_string()))?,
        ),
        locator: receipt(&mut fields)?,
        coupon_code: fields.coupon_code(),
        proof: None,
    })
}

fn receipt(fields: &mut Fields<'_>) -> Result<Locator, FieldError> {
    let name = "receipt";
    let value = fields
        .value(name)
        .ok_or_else(|| FieldError::new(name, "is required"))?;
    let receipt = object(value, name)?;
    let mut fields = Fields::of(&receipt, name)?;
    purchase(&mut fields).map_err(|error| error.within(name))
}

fn purchase(fields: &mut Fields<'_>) -> Result<Locator, FieldError> {
    let mut required = |name, most| {
        fields
            .text(name, 1, most)?
            .ok_or_else(|| FieldError::new(name, "is required"))
    };
    let purchase_token = required(PURCHASE_TOKEN, PurchaseKey::LIMIT)?;
    let package_name = required(PACKAGE_NAME, 255)?;
    let product_id = fields.optional_text(PRODUCT_ID, 255);
    // The hint only saves a request: Google's answer decides.
    let said = fields.value(PURCHASE_TYPE).and_then(Value::as_str);
    let one_time = said.is_some_and(|word| word.eq_ignore_ascii_case(ONE_TIME));
    let key = PurchaseKey::new(purchase_token)
        .map_err(|error| FieldError::new(PURCHASE_TOKEN, error.to_string()))?;
    let details = Details {
        product_id,
        ..Details::new(&key, package_name)
    };
    let details = if one_time {
        details.one_time()
    } else {
        details
    };
    Ok(details.locator(key))
}

fn customer_by_email(fields: &mut Fields<'_>) -> Result<Option<CustomerId>, FieldError> {
    let name = "customerEmail";
    let value = fields.value(name);
    let Some(value) =
        value.filter(|value| value.as_str().is_none_or(|text| !text.trim().is_empty()))
    else {
        return Ok(None);
    };
    let customer = value
        .as_str()
        .and_then(email)
        // Systems spell the same address differently; a customer must not become two.
        .and_then(|email| CustomerId::new(email.to_lowercase()).ok());
    customer
        .map(Some)
        .ok_or_else(|| FieldError::new(name, "must be an e-mail address"))
}

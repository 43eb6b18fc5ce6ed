//! Submission: an id that an app or a web shop got from Stripe.

use serde_json::Value;

use super::wire::ids::{self, Kind, LONGEST, PAYMENT_INTENT_ID, SESSION_ID, SUBSCRIPTION_ID};
use crate::fields::{Fields, required_text};
use crate::{Submission, submission};
use domain::{FieldError, Locator};

/// Accepted fields. Of several, the first valid one counts.
const NAMES: [(&str, Kind, &str); 3] = [
    (SUBSCRIPTION_ID, Kind::Subscription, "sub_"),
    (PAYMENT_INTENT_ID, Kind::PaymentIntent, "pi_"),
    (SESSION_ID, Kind::Session, "cs_"),
];

/// Parses `{customerId?, subscriptionId | paymentIntentId | checkoutSessionId, couponCode?}`.
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

fn purchase(fields: &mut Fields<'_>) -> Result<Locator, FieldError> {
    let mut wrong = None;
    for (name, kind, prefix) in NAMES {
        let Some(value) = fields.value(name) else {
            continue;
        };
        match named(name, value, kind, prefix) {
            Ok(locator) => return Ok(locator),
            Err(error) => wrong = wrong.or(Some(error)),
        }
    }
    let rule = "is required, or paymentIntentId, or checkoutSessionId";
    Err(wrong.unwrap_or_else(|| FieldError::new(SUBSCRIPTION_ID, rule)))
}

fn named(name: &str, value: &Value, kind: Kind, prefix: &str) -> Result<Locator, FieldError> {
    let id = required_text(name, value, LONGEST)?;
    if Kind::of(id) != Some(kind) {
        return Err(FieldError::new(name, format!("must begin with {prefix}")));
    }
    ids::locator(id).map_err(|error| FieldError::new(name, error.to_string()))
}

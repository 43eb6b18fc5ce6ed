//! Submissions of apps.

use domain::{CustomerId, FieldError, IdError, Locator, OfferId, Proof};
use serde_json::Value;

/// Purchase that an app submits for a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Customer named in the body, if any. The token of a customer's app names one as well.
    pub customer_id: Option<CustomerId>,
    /// The purchase.
    pub locator: Locator,
    /// The offer that the app believes to have sold, if it says so.
    pub offer_id: Option<OfferId>,
    /// Coupon code, if any. It may be invalid and never blocks a purchase.
    pub coupon_code: Option<String>,
    /// Proof of possession that the app submitted.
    pub proof: Option<Proof>,
}

/// Parses `customerId`: a whole number or a text.
pub(crate) fn customer_id(value: &Value) -> Result<CustomerId, FieldError> {
    CustomerId::from_json(value).map_err(|error| {
        let rule =
            "must be a whole number, or a string of 1 to 255 characters without control characters";
        match error {
            IdError::Form(why) => FieldError::new("customerId", why),
            _ => FieldError::new("customerId", rule),
        }
    })
}

//! Submission: the subscription id, and the invoice number if the app has it.

use domain::{FieldError, Locator, PurchaseKey};
use serde_json::Value;

use super::snapshot::details::Details;
use crate::fields::Fields;
use crate::{Submission, submission};

/// Name of the optional invoice number, which can serve as a second factor of a claim.
pub(super) const INVOICE_NUMBER: &str = "invoiceNumber";

/// Parses `{customerId?, subscriptionId, invoiceNumber?}`. An invalid invoice number is left out.
pub(crate) fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
    let mut fields = Fields::of(body, "body")?;
    let customer_id = fields.value("customerId").map(submission::customer_id);
    let subscription_id = fields
        .text("subscriptionId", 1, PurchaseKey::LIMIT)?
        .ok_or_else(|| FieldError::new("subscriptionId", "is required"))?;
    let invoice_number = fields.optional_text(INVOICE_NUMBER, 255);
    Ok(Submission {
        customer_id: customer_id.transpose()?,
        locator: locator(subscription_id, invoice_number.as_deref())
            .map_err(|error| FieldError::new("subscriptionId", error.to_string()))?,
        offer_id: None,
        coupon_code: None,
        proof: None,
    })
}

/// Builds the locator of a subscription, with the fields that webhooks show.
pub(super) fn locator(
    subscription_id: &str,
    invoice_number: Option<&str>,
) -> Result<Locator, domain::IdError> {
    Ok(Locator {
        key: PurchaseKey::new(subscription_id)?,
        details: Details {
            subscription_id: subscription_id.to_owned(),
            invoice_number: invoice_number.map(str::to_owned),
        }
        .written(),
    })
}

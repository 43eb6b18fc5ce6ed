//! What an app submits: the subscription id, and the invoice number if it has it.

use std::collections::BTreeMap;

use domain::PurchaseKey;
use serde_json::Value;

use crate::fields::Fields;
use crate::{FieldError, Locator, Submission, locator};

pub(super) const INVOICE_NUMBER: &str = "invoiceNumber";

/// `{customerId?, subscriptionId, invoiceNumber?}`. An invoice number that can't be one is left out.
pub(crate) fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
    let mut fields = Fields::of(body, "body")?;
    let customer_id = fields.value("customerId").map(locator::customer_id);
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
    })
}

/// The locator of a subscription, with what webhooks show of it.
pub(super) fn locator(
    subscription_id: &str,
    invoice_number: Option<&str>,
) -> Result<Locator, domain::IdError> {
    Ok(Locator {
        key: PurchaseKey::new(subscription_id)?,
        details: details(subscription_id, invoice_number),
    })
}

/// What webhooks show as `inAppSpecificData`: exactly these two.
pub(super) fn details(
    subscription_id: &str,
    invoice_number: Option<&str>,
) -> BTreeMap<String, String> {
    let mut details = BTreeMap::new();
    details.insert("subscriptionId".to_owned(), subscription_id.to_owned());
    if let Some(invoice_number) = invoice_number {
        details.insert(INVOICE_NUMBER.to_owned(), invoice_number.to_owned());
    }
    details
}

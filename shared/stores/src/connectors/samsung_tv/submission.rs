//! Submission: the invoice, the customer of the television and the country.

use domain::{FieldError, IdError, Locator, PurchaseKey};
use serde_json::Value;

use super::snapshot::details::Details;
use crate::Submission;
use crate::fields::{Fields, required_text};

const INVOICE_ID: &str = "invoiceId";
pub(super) const CUSTOMER_ID: &str = "samsungCustomerId";
pub(super) const COUNTRY_CODE: &str = "countryCode";

/// Names by which apps know each field; the first one is documented.
const INVOICE: [&str; 4] = [INVOICE_ID, "InvoiceID", "InvoiceId", "invoiceID"];
const CUSTOMER: [&str; 4] = [CUSTOMER_ID, "customId", "CustomID", "customID"];
const COUNTRY: [&str; 2] = [COUNTRY_CODE, "CountryCode"];

/// Prefix of an alias made of a subscription's id.
const ALIAS: &str = "SubscriptionId=";

/// Parses `{customerId?, invoiceId, samsungCustomerId, countryCode}`.
pub(crate) fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
    let mut fields = Fields::of(body, "body")?;
    let customer_id = fields
        .value("customerId")
        .map(crate::submission::customer_id);
    let text = |most| move |name, value| required_text(name, value, most);
    let invoice_id = fields.first_of(&INVOICE, text(PurchaseKey::LIMIT))?;
    let samsung_customer_id = fields.first_of(&CUSTOMER, text(255))?;
    let country = fields.first_of(&COUNTRY, |name, value| {
        country(required_text(name, value, 2)?)
    })?;
    Ok(Submission {
        customer_id: customer_id.transpose()?,
        locator: locator(invoice_id, samsung_customer_id, &country)?,
        offer_id: None,
        coupon_code: None,
        proof: None,
    })
}

/// Normalises the country to the form over which the check value is computed.
fn country(text: &str) -> Result<String, FieldError> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(text.to_ascii_uppercase());
    }
    Err(FieldError::new(
        COUNTRY_CODE,
        "must be the two letters of a country, such as US",
    ))
}

/// Builds the locator of an invoice.
pub(super) fn locator(
    invoice_id: &str,
    samsung_customer_id: &str,
    country: &str,
) -> Result<Locator, FieldError> {
    // Whoever could submit an alias would take over a subscription without knowing any invoice of
    // it.
    if invoice_id.starts_with(ALIAS) {
        let rule = format!("must not begin with {ALIAS}");
        return Err(FieldError::new(INVOICE_ID, rule));
    }
    let details = Details {
        invoice_id: invoice_id.to_owned(),
        samsung_customer_id: Some(samsung_customer_id.to_owned()),
        country_code: Some(country.to_owned()),
        subscription_id: None,
    };
    Ok(Locator {
        key: PurchaseKey::new(invoice_id)
            .map_err(|error| FieldError::new(INVOICE_ID, error.to_string()))?,
        details: details.written(),
    })
}

/// Returns the key that all invoices of a subscription share. No submission can have it.
pub(super) fn alias(subscription_id: &str) -> Result<PurchaseKey, IdError> {
    PurchaseKey::new(format!("{ALIAS}{subscription_id}"))
}

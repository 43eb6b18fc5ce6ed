//! What an app submits: the invoice, and whose television in which country paid it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use domain::PurchaseKey;
use serde_json::Value;

use crate::fields::Fields;
use crate::{FieldError, Locator, Submission, locator};

/// The names under which apps know each field; the first one is ours.
const INVOICE: [&str; 4] = ["invoiceId", "InvoiceID", "InvoiceId", "invoiceID"];
const CUSTOMER: [&str; 4] = ["samsungCustomerId", "customId", "CustomID", "customID"];
const COUNTRY: [&str; 2] = ["countryCode", "CountryCode"];
const ADDRESS: [&str; 3] = ["customerIP", "customerIp", "ipAddress"];

/// What the list call wants besides the invoice.
pub(super) const CUSTOMER_ID: &str = "samsungCustomerId";
pub(super) const COUNTRY_CODE: &str = "countryCode";
/// Joins the invoices of one subscription; known once the store has named it.
pub(super) const SUBSCRIPTION_ID: &str = "subscriptionId";

/// `{customerId?, invoiceId, samsungCustomerId, countryCode, customerIP?}`. The customer's address
/// is checked and not kept.
pub(crate) fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
    let mut fields = Fields::of(body, "body")?;
    let customer_id = fields.value("customerId").map(locator::customer_id);
    let invoice_id = required(&mut fields, INVOICE, PurchaseKey::LIMIT)?;
    let samsung_customer_id = required(&mut fields, CUSTOMER, 255)?;
    let country = country(required(&mut fields, COUNTRY, 2)?)?;
    if let Some((name, address)) = ADDRESS.iter().find_map(|n| Some((*n, fields.value(n)?))) {
        let parsed = address
            .as_str()
            .and_then(|text| text.parse::<IpAddr>().ok());
        parsed.ok_or_else(|| FieldError::new(name, "must be an IP address"))?;
    }
    Ok(Submission {
        customer_id: customer_id.transpose()?,
        locator: Locator {
            key: PurchaseKey::new(invoice_id)
                .map_err(|error| FieldError::new("invoiceId", error.to_string()))?,
            details: details(invoice_id, samsung_customer_id, &country),
        },
    })
}

/// The field under the first of its names that is there.
fn required<'a, const N: usize>(
    fields: &mut Fields<'a>,
    names: [&'static str; N],
    most: usize,
) -> Result<&'a str, FieldError> {
    for name in names {
        if let Some(text) = fields.text(name, 1, most)? {
            return Ok(text);
        }
    }
    Err(FieldError::new(
        names.first().copied().unwrap_or_default(),
        "is required",
    ))
}

/// The country in the form that the check value is made over.
fn country(text: &str) -> Result<String, FieldError> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(text.to_ascii_uppercase());
    }
    Err(FieldError::new(
        "countryCode",
        "must be the two letters of a country, such as US",
    ))
}

/// What webhooks show as `inAppSpecificData`, and what the next look at the purchase needs.
fn details(invoice_id: &str, samsung_customer_id: &str, country: &str) -> BTreeMap<String, String> {
    [
        ("invoiceId", invoice_id),
        (CUSTOMER_ID, samsung_customer_id),
        (COUNTRY_CODE, country),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

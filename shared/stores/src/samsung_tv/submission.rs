//! What an app submits: the invoice, and whose television in which country paid it.

use domain::{IdError, PurchaseKey};
use serde_json::Value;

use crate::fields::{Fields, required_text};
use crate::{FieldError, Locator, Submission};

/// The names under which apps know each field; the first one is ours.
const INVOICE: [&str; 4] = [INVOICE_ID, "InvoiceID", "InvoiceId", "invoiceID"];
const CUSTOMER: [&str; 4] = [CUSTOMER_ID, "customId", "CustomID", "customID"];
const COUNTRY: [&str; 2] = [COUNTRY_CODE, "CountryCode"];

/// What the list call wants besides the invoice.
pub(super) const CUSTOMER_ID: &str = "samsungCustomerId";
pub(super) const COUNTRY_CODE: &str = "countryCode";
/// Joins the invoices of one subscription; known once the store has named it.
pub(super) const SUBSCRIPTION_ID: &str = "subscriptionId";
/// The key of the purchase.
pub(super) const INVOICE_ID: &str = "invoiceId";

/// Before a subscription's id, where that is a name of the purchase.
const ALIAS: &str = "SubscriptionId=";

/// `{customerId?, invoiceId, samsungCustomerId, countryCode}`.
pub(crate) fn parse_submission(body: &Value) -> Result<Submission, FieldError> {
    let mut fields = Fields::of(body, "body")?;
    let customer_id = fields.value("customerId").map(crate::locator::customer_id);
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
    })
}

/// The country in the form that the check value is made over.
fn country(text: &str) -> Result<String, FieldError> {
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(text.to_ascii_uppercase());
    }
    Err(FieldError::new(
        COUNTRY_CODE,
        "must be the two letters of a country, such as US",
    ))
}

/// What the next look at the purchase of an invoice needs, and webhooks show as `inAppSpecificData`.
pub(super) fn locator(
    invoice_id: &str,
    samsung_customer_id: &str,
    country: &str,
) -> Result<Locator, FieldError> {
    if invoice_id.starts_with(ALIAS) {
        let rule = format!("must not begin with {ALIAS}");
        return Err(FieldError::new(INVOICE_ID, rule));
    }
    let details = [
        (INVOICE_ID, invoice_id),
        (CUSTOMER_ID, samsung_customer_id),
        (COUNTRY_CODE, country),
    ];
    Ok(Locator {
        key: PurchaseKey::new(invoice_id)
            .map_err(|error| FieldError::new(INVOICE_ID, error.to_string()))?,
        details: details
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
    })
}

/// The name that all invoices of a subscription share. No invoice that is submitted can have it.
pub(super) fn alias(subscription_id: &str) -> Result<PurchaseKey, IdError> {
    PurchaseKey::new(format!("{ALIAS}{subscription_id}"))
}

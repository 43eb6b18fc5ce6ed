//! Bodies of the store's own API.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

use super::{Configuration, Invoice, Purchase, check_value};

/// Code for success, the only one that Samsung publishes.
const SUCCESS: &str = "100000";
/// Invented: the application's id is unknown.
pub const UNKNOWN_APPLICATION: &str = "400001";
/// Invented: the request's check value is wrong.
pub const WRONG_CHECK_VALUE: &str = "400002";
/// Invented: this customer has no such invoice in this country.
pub const UNKNOWN_INVOICE: &str = "400003";
/// Invented: not possible in the invoice's current state.
pub const WRONG_STATUS: &str = "400004";

/// Response: its code, and the whole body.
pub(super) struct Answer {
    pub(super) status: String,
    pub(super) body: Value,
}

impl Answer {
    pub(super) fn refused(status: &str, why: &str) -> Self {
        Self {
            status: status.to_owned(),
            body: json!({ "CPStatus": status, "CPResult": why }),
        }
    }

    /// Creates a successful response to a call about one invoice.
    pub(super) fn success(fields: Map<String, Value>) -> Self {
        let mut body = fields;
        body.insert("CPStatus".to_owned(), json!(SUCCESS));
        body.insert("CPResult".to_owned(), json!("SUCCESS"));
        Self {
            status: SUCCESS.to_owned(),
            body: Value::Object(body),
        }
    }
}

/// Returns a field of the request as text; a number is written in digits.
pub(super) fn field(body: &Value, name: &str) -> String {
    match body.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Returns a page of a customer's purchase list, counted from 1.
pub(super) fn page(configuration: &Configuration, purchases: &[Purchase], number: usize) -> Answer {
    let invoices = purchases.iter().flat_map(|purchase| {
        let invoices = purchase.invoices.iter();
        invoices.map(move |invoice| (purchase, invoice))
    });
    let all: Vec<_> = invoices.collect();
    let total = all.len();
    let size = configuration.page_size.max(1);
    let skipped = number.saturating_sub(1).saturating_mul(size);
    let shown: Vec<_> = all
        .into_iter()
        .enumerate()
        .skip(skipped)
        .take(size)
        .collect();
    let result = if total == 0 {
        "Your Invoice Not Found"
    } else if skipped.saturating_add(size) < total {
        "hasNext:TRUE"
    } else {
        "EOF"
    };
    let count = total.to_string();
    let mut signed = vec![SUCCESS, result, &count];
    signed.extend(
        shown
            .iter()
            .map(|(_, (_, invoice))| invoice.item_id.as_str()),
    );
    let mut value = check_value::of(&configuration.security_key, &signed);
    if configuration.wrong_check_values {
        value = check_value::of("not the key", &signed);
    }
    let details: Vec<Value> = shown
        .iter()
        .map(|(index, (purchase, invoice))| detail(index + 1, purchase, invoice))
        .collect();
    let mut body = json!({
        "CPStatus": SUCCESS, "CPResult": result, "TotalCount": total, "CheckValue": value,
    });
    if let (Some(body), true) = (body.as_object_mut(), total > 0) {
        body.insert("InvoiceDetails".to_owned(), Value::Array(details));
    }
    Answer {
        status: SUCCESS.to_owned(),
        body,
    }
}

fn detail(sequence: usize, purchase: &Purchase, invoice: &Invoice) -> Value {
    // A JSON number, as in the real API; nothing calculates with it.
    let price = invoice.price.parse::<f64>().unwrap_or_default();
    let mut detail = json!({
        "Seq": sequence,
        "InvoiceID": invoice.invoice_id,
        "ItemID": invoice.item_id,
        "ItemTitle": invoice.item_id,
        "ItemType": 4,
        "OrderTime": digits(invoice.order_time),
        "Price": price,
        "OrderCurrencyID": invoice.currency,
        "CancelStatus": invoice.cancelled,
        "AppliedStatus": invoice.applied_at.is_some(),
        "SubscriptionInfo": {
            "SubscriptionId": purchase.subscription_id,
            "SubsStartTime": digits(purchase.start),
            "SubsEndTime": digits(invoice.end),
            "SubsStatus": purchase.status,
        },
    });
    if let (Some(detail), Some(at)) = (detail.as_object_mut(), invoice.applied_at) {
        detail.insert("AppliedTime".to_owned(), json!(digits(at)));
    }
    detail
}

/// Formats a time as `YYYYMMDDHHmmss`, in UTC.
pub(super) fn digits(at: Timestamp) -> String {
    let civil = at.to_zoned(TimeZone::UTC);
    civil.strftime("%Y%m%d%H%M%S").to_string()
}

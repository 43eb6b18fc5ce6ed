//! Objects as the API shows them.

mod checkout;
mod invoice;
mod payment;
mod subscription;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{ApiVersion, Interval, Price};

pub(super) use checkout::{line_items, session};
pub(super) use invoice::{invoice, invoice_payment};
pub(super) use payment::{charge, dispute, payment_intent, refund};
pub(super) use subscription::{item, schedule, subscription};

/// Form in which objects are shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rendering<'a> {
    pub(super) version: &'a ApiVersion,
    /// Number of items that a subscription shows.
    pub(super) inline_items: usize,
}

/// Formats a time in Unix seconds, or as null.
fn seconds(time: Option<Timestamp>) -> Value {
    time.map_or(Value::Null, |time| json!(time.as_second()))
}

fn list(url: &str, data: &[Value]) -> Value {
    json!({"object": "list", "has_more": false, "url": url, "data": data})
}

pub(super) fn price(price: &Price, livemode: bool) -> Value {
    json!({
        "id": price.price_id,
        "object": "price",
        "active": true,
        "billing_scheme": "per_unit",
        "currency": price.currency,
        "livemode": livemode,
        "lookup_key": price.lookup_key,
        "metadata": {},
        "nickname": null,
        "product": price.product_id,
        "recurring": price.interval.map(|interval| recurring(price, interval)),
        "type": if price.is_recurring() { "recurring" } else { "one_time" },
        "unit_amount": price.unit_amount,
        "unit_amount_decimal": price.unit_amount.to_string(),
    })
}

fn recurring(price: &Price, interval: Interval) -> Value {
    json!({
        "interval": interval,
        "interval_count": price.interval_count,
        "trial_period_days": null,
        "usage_type": "licensed",
    })
}

/// Builds the plan, the older form of a recurring price.
fn plan(price: &Price, livemode: bool) -> Value {
    json!({
        "id": price.price_id,
        "object": "plan",
        "active": true,
        "amount": price.unit_amount,
        "currency": price.currency,
        "interval": price.interval,
        "interval_count": price.interval_count,
        "livemode": livemode,
        "metadata": {},
        "product": price.product_id,
        "usage_type": "licensed",
    })
}

pub(super) fn product(product_id: &str, livemode: bool) -> Value {
    json!({
        "id": product_id,
        "object": "product",
        "active": true,
        "livemode": livemode,
        "metadata": {},
        "name": product_id,
    })
}

pub(super) fn customer(customer_id: &str, livemode: bool) -> Value {
    json!({
        "id": customer_id,
        "object": "customer",
        "email": null,
        "livemode": livemode,
        "metadata": {},
        "name": null,
    })
}

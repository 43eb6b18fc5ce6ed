//! Lists: filters, and pages with the newest objects first.

use serde_json::{Value, json};

use super::{auth::Caller, error::ApiError, query::Query};
use crate::stripe::model::{ApiVersion, Listed};

const DEFAULT_LIMIT: i64 = 10;
const MAX_LIMIT: i64 = 100;

/// Returns a list's URL, and its filters with the path of their value in an object.
fn terms(listed: Listed) -> (&'static str, &'static [(&'static str, &'static str)]) {
    match listed {
        Listed::Subscriptions => ("/v1/subscriptions", &[("customer", "/customer")]),
        Listed::SubscriptionItems => (
            "/v1/subscription_items",
            &[("subscription", "/subscription")],
        ),
        Listed::Sessions => (
            "/v1/checkout/sessions",
            &[
                ("customer", "/customer"),
                ("payment_intent", "/payment_intent"),
                ("status", "/status"),
                ("subscription", "/subscription"),
            ],
        ),
        Listed::LineItems => ("/v1/checkout/sessions/line_items", &[]),
        Listed::Invoices => (
            "/v1/invoices",
            &[("customer", "/customer"), ("status", "/status")],
        ),
        Listed::InvoicePayments => (
            "/v1/invoice_payments",
            &[
                ("invoice", "/invoice"),
                ("payment[payment_intent]", "/payment/payment_intent"),
                ("payment[type]", "/payment/type"),
                ("status", "/status"),
            ],
        ),
        Listed::Charges => (
            "/v1/charges",
            &[
                ("customer", "/customer"),
                ("payment_intent", "/payment_intent"),
            ],
        ),
        Listed::Refunds => (
            "/v1/refunds",
            &[("charge", "/charge"), ("payment_intent", "/payment_intent")],
        ),
        Listed::Disputes => (
            "/v1/disputes",
            &[("charge", "/charge"), ("payment_intent", "/payment_intent")],
        ),
    }
}

pub(super) fn list(
    caller: &Caller,
    listed: Listed,
    of: Option<&str>,
    query: &mut Query,
    version: &ApiVersion,
) -> Result<Value, ApiError> {
    check(caller, listed, of, query)?;
    let (url, filters) = terms(listed);
    let narrow = |name: &&str| query.peek(name).is_some();
    let by_id = ["subscription", "payment_intent", "charge", "invoice"];
    let by_id = by_id.iter().chain(&["payment[payment_intent]"]);
    let by_id = by_id
        .copied()
        .find(narrow)
        .and_then(|name| query.peek(name));
    let about = of.or(by_id);
    let (account, livemode) = (&caller.account, caller.livemode);
    let mut objects = account.read(|billing| billing.list(listed, livemode, about, version));
    for (name, pointer) in filters {
        if let Some(wanted) = query.take(name) {
            objects.retain(|object| object.pointer(pointer) == Some(&json!(wanted)));
        }
    }
    match listed {
        Listed::Subscriptions => filter_subscriptions(&mut objects, query),
        // The list is already narrowed to the one purchase.
        Listed::Invoices => drop(query.take("subscription")),
        _ => {}
    }
    filter_created(&mut objects, query)?;
    page(url, objects, query)
}

/// Checks the filters that some lists require.
fn check(caller: &Caller, listed: Listed, of: Option<&str>, query: &Query) -> Result<(), ApiError> {
    let needs = |name: &str| match query.peek(name) {
        Some(_) => Ok(()),
        None => Err(ApiError::missing_parameter(name)),
    };
    match listed {
        Listed::SubscriptionItems => {
            needs("subscription")?;
            let id = query.peek("subscription").unwrap_or_default();
            exists(caller, "subscription", "subscription", id)
        }
        Listed::LineItems => exists(caller, "checkout.session", "id", of.unwrap_or_default()),
        Listed::InvoicePayments if query.peek("payment[payment_intent]").is_some() => {
            needs("payment[type]")
        }
        Listed::InvoicePayments if query.peek("payment[type]").is_some() => {
            needs("payment[payment_intent]")
        }
        _ => Ok(()),
    }
}

fn exists(caller: &Caller, noun: &str, param: &str, id: &str) -> Result<(), ApiError> {
    let livemode = caller.account.read(|billing| billing.livemode_of(id));
    match livemode {
        None => Err(ApiError::missing(noun, param, id)),
        Some(livemode) if livemode != caller.livemode => {
            Err(ApiError::of_other_mode(noun, param, id, caller.livemode))
        }
        Some(_) => Ok(()),
    }
}

/// Applies `status` and `price`. Without `status` only `canceled` subscriptions are removed.
fn filter_subscriptions(objects: &mut Vec<Value>, query: &mut Query) {
    let status = query.take("status");
    let is = |object: &Value, word: &str| object.get("status") == Some(&json!(word));
    let ended = |object: &Value| is(object, "canceled") || is(object, "incomplete_expired");
    objects.retain(|object| match status.as_deref() {
        None => !is(object, "canceled"),
        Some("all") => true,
        Some("ended") => ended(object),
        Some(word) => is(object, word),
    });
    if let Some(price) = query.take("price") {
        let has = |item: &Value| item.pointer("/price/id") == Some(&json!(price));
        objects.retain(|object| {
            let items = object.pointer("/items/data").and_then(Value::as_array);
            items.is_some_and(|items| items.iter().any(has))
        });
    }
}

pub(super) fn filter_created(objects: &mut Vec<Value>, query: &mut Query) -> Result<(), ApiError> {
    let created = |object: &Value| object.get("created").and_then(Value::as_i64);
    let created = |object: &Value| created(object).unwrap_or_default();
    if let Some(at) = query.take_number("created")? {
        objects.retain(|object| created(object) == at);
    }
    if let Some(after) = query.take_number("created[gt]")? {
        objects.retain(|object| created(object) > after);
    }
    if let Some(from) = query.take_number("created[gte]")? {
        objects.retain(|object| created(object) >= from);
    }
    if let Some(before) = query.take_number("created[lt]")? {
        objects.retain(|object| created(object) < before);
    }
    if let Some(until) = query.take_number("created[lte]")? {
        objects.retain(|object| created(object) <= until);
    }
    Ok(())
}

/// Returns one page. `starting_after` continues with older objects, `ending_before` returns the
/// newer ones next to it.
pub(super) fn page(url: &str, objects: Vec<Value>, query: &mut Query) -> Result<Value, ApiError> {
    let limit = query.take_number("limit")?.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(ApiError::invalid_parameter("limit", &limit.to_string()));
    }
    let limit = usize::try_from(limit).unwrap_or_default();
    let place = |name: &str, id: &str| {
        let mut places = objects.iter();
        let place = places.position(|object| object.get("id") == Some(&json!(id)));
        place.ok_or_else(|| ApiError::missing("object", name, id))
    };
    let after = query.take("starting_after");
    let before = query.take("ending_before");
    let (data, has_more): (Vec<Value>, bool) = if let Some(id) = before {
        let end = place("ending_before", &id)?;
        let start = end.saturating_sub(limit);
        let newer = objects.into_iter().take(end).skip(start);
        (newer.collect(), start > 0)
    } else {
        let start = match after {
            Some(id) => place("starting_after", &id)?.saturating_add(1),
            None => 0,
        };
        let end = start.saturating_add(limit);
        let more = objects.len() > end;
        (objects.into_iter().skip(start).take(limit).collect(), more)
    };
    Ok(json!({"object": "list", "url": url, "has_more": has_more, "data": data}))
}

//! Samsung Checkout: nothing is pushed, so what is not asked for is not known.

mod by_schedule;
mod outage;
mod purchase;
mod reconciliation;
mod routes;
mod submission;

use std::time::Duration;

use jiff::Timestamp;
use local_stack::broadcaster::{Broadcaster, MONTHLY_ITEM, PREMIUM_ITEM};
use local_stack::due::look_now;
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::samsung_tv::{Action, NewPurchase, Purchase};
use store_simulator::vizio::Plan;

use crate::story::{SOON, stack, time_limit};

/// A new broadcaster that sells on Samsung televisions besides.
async fn broadcaster() -> Broadcaster {
    let broadcaster = crate::story::broadcaster().await;
    broadcaster.sells_on_samsung_tv().await.unwrap();
    broadcaster
}

/// A new purchase of the monthly product by somebody whom Samsung knows by a name of their own.
pub async fn bought(broadcaster: &Broadcaster) -> Purchase {
    bought_by(broadcaster, &format!("u-{}", uuid::Uuid::new_v4())).await
}

/// The same by the customer whom Samsung knows by this name.
async fn bought_by(broadcaster: &Broadcaster, samsung_customer: &str) -> Purchase {
    let invoice = format!("UP-{}", uuid::Uuid::new_v4());
    let wanted = NewPurchase::of(MONTHLY_ITEM, samsung_customer).with_invoice(invoice);
    broadcaster
        .samsung_tv()
        .buy(&wanted)
        .await
        .unwrap()
        .purchase
}

/// How a customer's claim of a purchase's last invoice ends.
pub async fn claim(broadcaster: &Broadcaster, customer: &str, purchase: &Purchase) -> Value {
    let correlation = broadcaster
        .submit_samsung_tv(customer, purchase)
        .await
        .unwrap();
    outcome(broadcaster, customer, &correlation).await
}

/// How a submission ends.
async fn outcome(broadcaster: &Broadcaster, customer: &str, correlation: &str) -> Value {
    broadcaster
        .outcome_samsung_tv(customer, correlation, time_limit(SOON))
        .await
        .unwrap()
}

/// A new purchase that a customer has claimed.
async fn claimed(broadcaster: &Broadcaster, customer: &str) -> Purchase {
    let purchase = bought(broadcaster).await;
    let outcome = claim(broadcaster, customer, &purchase).await;
    assert_eq!(outcome["status"], "success", "{outcome}");
    purchase
}

/// The invoice by which a purchase is known: the one that was submitted first.
fn invoice(purchase: &Purchase) -> &str {
    &purchase.invoices[0].invoice_id
}

/// What an app submits of a purchase.
fn submission(purchase: &Purchase) -> Value {
    json!({
        "invoiceId": invoice(purchase),
        "samsungCustomerId": purchase.custom_id,
        "countryCode": purchase.country_code,
    })
}

/// Lets something happen at the store. Answers its record.
async fn happens(broadcaster: &Broadcaster, action: Action, purchase: &Purchase) -> Purchase {
    let store = &broadcaster.samsung_tv();
    let outcome = store.plainly(&purchase.subscription_id, action).await;
    outcome.unwrap().purchase
}

/// The time has come to look at a purchase: the schedule's function runs, and nobody does anything else.
async fn is_looked_at(broadcaster: &Broadcaster, purchase: &Purchase) {
    look_now(&stack(), &broadcaster.id, invoice(purchase))
        .await
        .unwrap();
}

/// Lets periods that begin from now on last so many seconds instead of a month.
async fn periods_last(broadcaster: &Broadcaster, seconds: u64) {
    let products = [
        Plan::monthly(MONTHLY_ITEM, "8.99", "USD").lasting_seconds(seconds),
        Plan::monthly(PREMIUM_ITEM, "14.99", "USD"),
    ];
    broadcaster
        .samsung_tv()
        .reconfigure(&json!({"products": products}))
        .await
        .unwrap();
}

/// The calls of one kind that the store has had: `list`, `verify`, `apply` or `cancel`.
async fn calls(broadcaster: &Broadcaster, kind: &str) -> u64 {
    let calls = broadcaster.samsung_tv().calls().await.unwrap();
    calls.by_call.get(kind).copied().unwrap_or_default()
}

/// Where a submission stands, without waiting.
async fn status(broadcaster: &Broadcaster, customer: &str, correlation: &str) -> Value {
    let path = format!("/samsung-tv/purchase-status?correlationId={correlation}");
    let answer = broadcaster
        .call_as(customer, Method::GET, &path, None)
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["status"].clone()
}

/// Waits until the period that was bought is over.
async fn is_over(purchase: &Purchase) {
    let left = purchase.end().duration_since(Timestamp::now());
    let left = Duration::try_from(left).unwrap_or_default();
    tokio::time::sleep(left + Duration::from_millis(100)).await;
}

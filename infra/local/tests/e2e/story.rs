//! What the tests are told in: a fresh broadcaster each, and waiting for what must happen.

use std::future::Future;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use local_stack::broadcaster::{Broadcaster, MONTHLY_PLAN};
use local_stack::customer_key::CustomerKey;
use local_stack::stack::Stack;
use serde_json::{Value, json};
use store_simulator::vizio::NewSubscription;

/// How long anything may take that the product promises within seconds.
pub const SOON: Duration = Duration::from_secs(30);

/// How long to wait where `limit` is allowed: less if `PATIENCE_SECONDS` says so. Who expects tests to
/// fail, as `cargo xtask grants` does, need not wait the whole time for it.
pub fn time_limit(limit: Duration) -> Duration {
    let set = std::env::var("PATIENCE_SECONDS").ok();
    let set = set.map(|seconds| Duration::from_secs(seconds.parse().expect("whole seconds")));
    set.map_or(limit, |set| set.min(limit))
}

/// The running stack.
pub fn stack() -> Stack {
    Stack::load().expect("a local stack must be up: cargo xtask test starts one")
}

/// A number that no other test uses.
pub fn unique() -> u64 {
    let (high, low) = uuid::Uuid::new_v4().as_u64_pair();
    100_000_000 + (high ^ low) % 899_999_999
}

/// A new broadcaster that nobody else uses.
pub async fn broadcaster() -> Broadcaster {
    broadcaster_with(&json!({})).await
}

/// A new broadcaster with these switches.
pub async fn broadcaster_with(settings: &Value) -> Broadcaster {
    let key = CustomerKey::generate().unwrap();
    Broadcaster::create_with(&stack(), &unique().to_string(), &key, settings)
        .await
        .unwrap()
}

/// The id of a new purchase of the monthly plan, made at the store without a notification.
pub async fn bought(broadcaster: &Broadcaster) -> String {
    let id = format!("vzs-{}", uuid::Uuid::new_v4());
    let wanted = NewSubscription::of_plan(MONTHLY_PLAN)
        .with_id(&id)
        .silently();
    broadcaster.vizio().buy(&wanted).await.unwrap();
    id
}

/// A new purchase that a customer has claimed.
pub async fn claimed(broadcaster: &Broadcaster, customer: &str) -> String {
    let id = bought(broadcaster).await;
    let outcome = claim(broadcaster, customer, &id).await;
    assert_eq!(outcome["status"], "success", "{outcome}");
    id
}

/// How a customer's claim of a purchase ends.
pub async fn claim(broadcaster: &Broadcaster, customer: &str, purchase: &str) -> Value {
    let correlation = broadcaster.submit(customer, purchase).await.unwrap();
    broadcaster
        .outcome(customer, &correlation, time_limit(SOON))
        .await
        .unwrap()
}

/// Waits until `look` finds something.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, look: impl Fn() -> F) -> T {
    within(SOON, what, look).await
}

/// Waits so long until `look` finds something.
pub async fn within<T, F: Future<Output = Option<T>>>(
    limit: Duration,
    what: &str,
    look: impl Fn() -> F,
) -> T {
    let limit = time_limit(limit);
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < limit, "{what}: not within {limit:?}");
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

/// The Beacon notifications of one purchase, in the order of their dates.
pub async fn beacon(broadcaster: &Broadcaster, purchase: &str) -> Vec<Value> {
    let received = broadcaster
        .endpoint
        .received(&broadcaster.beacon_feed())
        .await
        .unwrap();
    let mut notifications: Vec<Value> = received
        .into_iter()
        .map(|received| received.message)
        .filter(|message| message["transaction_id"] == purchase)
        .collect();
    notifications.sort_by_key(|notification| notification["notification_date"].as_i64());
    notifications.dedup();
    notifications
}

/// Waits for so many Beacon notifications of a purchase and answers their types.
pub async fn beacon_types(
    broadcaster: &Broadcaster,
    purchase: &str,
    expected: &[&str],
) -> Vec<Value> {
    let types = |all: &[Value]| -> Vec<String> {
        all.iter()
            .map(|one| {
                one["notification_type"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect()
    };
    let limit = time_limit(SOON);
    let began = Instant::now();
    loop {
        let all = beacon(broadcaster, purchase).await;
        if types(&all) == expected {
            return all;
        }
        assert!(
            began.elapsed() < limit && all.len() <= expected.len(),
            "expected {expected:?}, received {:?}",
            types(&all)
        );
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}

/// The webhook messages received so far.
pub async fn webhooks(broadcaster: &Broadcaster) -> Vec<Value> {
    let received = broadcaster
        .endpoint
        .received(&broadcaster.webhooks_feed())
        .await
        .unwrap();
    received
        .into_iter()
        .map(|received| received.message)
        .collect()
}

/// A subscription of a customer, as the broadcaster's API shows it.
pub async fn subscriptions(broadcaster: &Broadcaster, customer: &str) -> Vec<Value> {
    let path = format!("/v1/customers/{customer}/subscriptions");
    let answer = broadcaster
        .call(reqwest::Method::GET, &path, None)
        .await
        .unwrap();
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["subscriptions"].as_array().unwrap().clone()
}

/// Waits until a customer's only subscription has a status.
pub async fn has_status(broadcaster: &Broadcaster, customer: &str, status: &str) -> Value {
    eventually(&format!("{customer} is {status}"), async || {
        subscriptions(broadcaster, customer)
            .await
            .into_iter()
            .find(|subscription| subscription["status"] == status)
    })
    .await
}

/// Whether a customer may watch an offer.
pub async fn may_watch(broadcaster: &Broadcaster, customer: &str, offer: &str) -> bool {
    let entitlement = broadcaster.entitlement(customer, offer).await.unwrap();
    entitlement["accessGranted"].as_bool().unwrap()
}

/// Seconds of an RFC 3339 text.
pub fn seconds(text: &Value) -> i64 {
    text.as_str()
        .unwrap()
        .parse::<Timestamp>()
        .unwrap()
        .as_second()
}

//! What a broadcaster asks of subscriptions, and has told again.

use cloud::journal::Journal;
use cloud::subscriptions::{Change, PurchaseRecord, StoredReceipt, Subscriptions};
use domain::{Decision, Status, Timestamp};
use in_process_aws::{CUSTOMER, InProcessAws, OFFER, Purchase};
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{call, changed, play, started};

/// Writes a purchase as verification would, and its events as fan-out would.
async fn write(aws: &InProcessAws, purchase: &Purchase) {
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    let locator = purchase.locator();
    table
        .write(&purchase.change(&locator), Vec::new())
        .await
        .unwrap();
    let journal = Journal::from_environment(&aws.aws()).unwrap();
    let events: Vec<_> = purchase.decision.events.iter().collect();
    journal.append(&events).await.unwrap();
}

/// The events' purchase: claimed, and renewed for thirty days from now.
pub async fn bought(aws: &InProcessAws) -> Purchase {
    bought_by(aws, "vzs-88120044", CUSTOMER).await
}

async fn bought_by(aws: &InProcessAws, key: &str, customer: &str) -> Purchase {
    let mut purchase = Purchase::claimed(key, customer);
    write(aws, &purchase).await;
    let mut state = purchase.active();
    state.period_end = in_days(30);
    write(aws, purchase.notify(state)).await;
    aws.forget_calls();
    purchase
}

/// Writes the store's answer beside the purchase, as verification would.
pub async fn receive(aws: &InProcessAws, purchase: &Purchase, receipt: &Value) {
    let table = Subscriptions::from_environment(&aws.aws()).unwrap();
    let before = purchase.current.as_ref().unwrap();
    let (decision, locator) = (Decision::keep(before.clone()), purchase.locator());
    let stored = PurchaseRecord::new(before.clone(), locator.clone());
    let receipt = StoredReceipt::new(receipt, purchase.now);
    let change = Change {
        receipt: Some(&receipt),
        ..Change::answered(Some(&stored), &decision, &locator, purchase.now)
    };
    table.write(&change, Vec::new()).await.unwrap();
}

fn in_days(days: i64) -> Timestamp {
    let hours = SignedDuration::from_hours(24 * days);
    cloud::clock::now().checked_add(hours).unwrap()
}

#[tokio::test]
async fn a_subscription_is_shown_with_its_history() {
    let (aws, api) = started().await;
    bought(&aws).await;

    let (status, shown) = call(&api, "get-subscription").await;

    assert_eq!(status, 200);
    assert_eq!(shown["status"], "active");
    assert_eq!(shown["offerId"], OFFER);
    assert_eq!(shown["customerId"], CUSTOMER);
    assert_eq!(shown["accessGranted"], true);
    let history = shown["history"]["events"].as_array().unwrap();
    let kinds: Vec<_> = history.iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["purchased", "renewed"]);
    let sequences: Vec<_> = history.iter().map(|event| &event["sequence"]).collect();
    assert_eq!(sequences, [&json!(1), &json!(2)]);

    let (_, page) = changed(&api, "get-subscription", |event| {
        event["rawQueryString"] = json!("limit=1");
    })
    .await;
    assert_eq!(page["history"]["events"].as_array().unwrap().len(), 1);
    assert_eq!(page["history"]["next"], "1");
}

#[tokio::test]
async fn a_subscription_shows_its_prices_and_what_is_left_of_its_discount() {
    let (aws, api) = started().await;
    play::bought(&aws).await;

    let (_, listed) = call(&api, "get-customer-subscriptions").await;

    let shown = &listed["subscriptions"][0];
    let usd = |micros: i64| json!({"currency": "USD", "amountMicros": micros});
    assert_eq!(shown["store"], "android");
    assert_eq!(shown["transactionId"], play::TOKEN);
    assert_eq!(shown["billingCycle"], 1);
    let coupon = json!({"code": "INTRO2M", "percent": 50, "cycles": 2});
    assert_eq!(shown["coupon"], coupon);
    assert_eq!(shown["discountCyclesLeft"], 2);
    assert_eq!(shown["expectedPrice"], usd(4_495_000));
    assert_eq!(shown["price"], usd(8_990_000));
    assert_eq!(
        shown["priceChange"],
        json!({"newPrice": usd(9_990_000), "state": "OUTSTANDING", "chargedFrom": "2026-12-05T09:30:00Z"})
    );
    assert_eq!(shown["prepaid"], false);
    assert_eq!(shown["acknowledgeBy"], "2026-11-08T09:30:00Z");
}

#[tokio::test]
async fn what_a_store_does_not_tell_is_shown_as_null() {
    let (aws, api) = started().await;
    bought(&aws).await;
    let (_, shown) = call(&api, "get-subscription").await;
    for name in [
        "coupon",
        "expectedPrice",
        "price",
        "priceChange",
        "acknowledgeBy",
    ] {
        assert_eq!(shown.get(name), Some(&Value::Null), "{name}");
    }
    assert_eq!(shown["discountCyclesLeft"], 0);
    assert_eq!(shown["billingCycle"], 2, "renewed once");
}

#[tokio::test]
async fn after_a_transfer_the_old_id_still_shows_the_old_subscription() {
    let (aws, api) = started().await;
    let mut purchase = bought(&aws).await;
    write(&aws, purchase.claim("bob")).await;

    let (_, shown) = call(&api, "get-subscription").await;

    assert_eq!(shown["customerId"], CUSTOMER);
    assert_eq!(shown["accessGranted"], false);
    assert_eq!(shown["terminated"]["reason"], "transferred");
    let (_, listed) = call(&api, "get-customer-subscriptions").await;
    assert_eq!(listed["subscriptions"].as_array().unwrap().len(), 1);
}

/// The kinds of the events that wait to be announced, by purchase.
fn announced(aws: &InProcessAws) -> Vec<(String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let current = |item: &Value| item["sk"]["S"] == "current";
    let mut all: Vec<_> = aws
        .items("subscriptions")
        .iter()
        .filter(|item| current(item) && item["announce"]["BOOL"] == true)
        .map(|item| {
            let events = item["events"]["L"].as_array().unwrap().iter();
            let kinds = events.map(|event| text(&event["M"]["kind"]["S"])).collect();
            (text(&item["subscription"]["M"]["purchaseKey"]["S"]), kinds)
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn a_resend_announces_what_is_active_and_nothing_else() {
    let (aws, api) = started().await;
    bought(&aws).await;
    for (key, status, days) in [
        ("vzs-cancelled", Status::Cancelled, 20),
        ("vzs-expired", Status::Expired, -1),
        ("vzs-on-hold", Status::OnHold, 20),
    ] {
        let mut purchase = Purchase::claimed(key, CUSTOMER);
        write(&aws, &purchase).await;
        let mut state = purchase.active();
        state.status = status;
        state.auto_renew = status == Status::OnHold;
        state.period_end = in_days(days);
        write(&aws, purchase.notify(state)).await;
    }
    write(&aws, &Purchase::claimed("vzs-bob", "bob")).await;

    let (status, body) = call(&api, "post-resend").await;

    // A cancelled one is told with `new`, then `cancel`.
    assert_eq!((status, body), (202, json!({"queued": 3})));
    let resent: Vec<_> = announced(&aws)
        .into_iter()
        .filter(|(_, events)| events.contains(&"resent".to_owned()))
        .collect();
    let expected =
        ["vzs-88120044", "vzs-cancelled"].map(|key| (key.to_owned(), vec!["resent".to_owned()]));
    assert_eq!(resent, expected);
}

#[tokio::test]
async fn a_resend_for_nobody_queues_nothing() {
    let (_aws, api) = started().await;
    let nothing = call(&api, "post-resend").await;
    assert_eq!(nothing, (202, json!({"queued": 0})));
}

#[tokio::test]
async fn a_purchase_that_went_to_another_customer_is_not_told_again() {
    let (aws, api) = started().await;
    let mut purchase = bought(&aws).await;
    write(&aws, purchase.claim("bob")).await;
    let nothing = call(&api, "post-resend").await;
    assert_eq!(nothing, (202, json!({"queued": 0})));
}

#[tokio::test]
async fn a_resend_leaves_the_next_look_at_the_store_where_it_was() {
    let (aws, api) = started().await;
    bought(&aws).await;
    let current = |items: Vec<Value>| {
        let is_current = |item: &Value| item["sk"]["S"] == "current";
        items.into_iter().find(is_current).unwrap()
    };
    let mut item = current(aws.items("subscriptions"));
    item["due_at"] = json!({"S": "2026-01-01T00:05:00.000Z"});
    item["put_off"] = json!({"N": "3"});
    aws.put_item("subscriptions", &item);

    let (status, _) = call(&api, "post-resend").await;

    assert_eq!(status, 202);
    let after = current(aws.items("subscriptions"));
    assert_ne!(after["version"], item["version"]);
    assert_eq!(after["due_at"], item["due_at"]);
    assert_eq!(after["put_off"], item["put_off"]);
}

/// Ids that a path can't carry, as API Gateway hands on the query.
const UNFIT_FOR_A_PATH: [(&str, &str); 4] = [
    ("ada/50%?", "customerId=ada%2F50%25%3F"),
    ("a b+c&d", "customerId=a+b%2Bc%26d"),
    ("ada%2F50", "customerId=ada%252F50"),
    ("a,b", "customerId=a%2Cb"),
];

#[tokio::test]
async fn a_customer_that_no_path_can_name_is_named_by_the_query() {
    let (aws, api) = started().await;
    for (number, (customer, query)) in UNFIT_FOR_A_PATH.into_iter().enumerate() {
        bought_by(&aws, &format!("vzs-{number}"), customer).await;
        let named = |event: &mut Value| event["rawQueryString"] = json!(query);
        let (status, body) = changed(&api, "get-customer-subscriptions-by-query", named).await;
        assert_eq!(status, 200, "{customer}");
        assert_eq!(body["subscriptions"][0]["customerId"], customer);
        let resent = changed(&api, "post-resend-by-query", named).await;
        assert_eq!(resent, (202, json!({"queued": 1})), "{customer}");
    }
}

#[tokio::test]
async fn a_path_is_decoded_once() {
    let (aws, api) = started().await;
    // API Gateway has decoded all of it: `%2541` in the path is `%41` here, and no more.
    let ids = ["50%", "%41", "a b", "a+b", "a#b", "zoë", "a\"b\\c", "a%2Fb"];
    for (number, customer) in ids.into_iter().enumerate() {
        bought_by(&aws, &format!("vzs-{number}"), customer).await;
        let (status, body) = changed(&api, "get-customer-subscriptions", |event| {
            let path = json!(format!("/v1/customers/{customer}/subscriptions"));
            event["rawPath"] = path.clone();
            event["requestContext"]["http"]["path"] = path;
            event["pathParameters"]["customerId"] = json!(customer);
        })
        .await;
        assert_eq!(status, 200, "{customer}");
        assert_eq!(body["subscriptions"][0]["customerId"], customer);
    }
}

#[tokio::test]
async fn nobody_is_refused_by_name() {
    let (_aws, api) = started().await;
    for query in [
        "",
        "customerId=",
        "customerId=null",
        "customerId=undefined",
        "customerId=+",
    ] {
        let (status, body) = changed(&api, "post-resend-by-query", |event| {
            event["rawQueryString"] = json!(query);
        })
        .await;
        assert_eq!((status, &body["code"]), (400, &json!("REQ0002")), "{query}");
        assert!(body["message"].as_str().unwrap().starts_with("customerId "));
    }
}

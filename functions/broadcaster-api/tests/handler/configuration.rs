//! Stores, offers, keys.

use in_process_aws::{API_KEY, Logs, Refusal, SIGNING_KEY, Shortage, TOKEN};
use serde_json::{Value, json};

use crate::{call, changed, started, with_body};

#[tokio::test]
async fn credentials_go_into_their_secret_and_never_come_out() {
    let (aws, api) = started().await;
    let logs = Logs::collect("trace");

    let put = call(&api, "put-store").await;
    let got = call(&api, "get-store").await;

    assert_eq!(put, got);
    assert_eq!(got.1["store"], "vizio");
    assert_eq!(got.1["environment"], "sandbox");
    assert_eq!(got.1["fieldsSet"]["apiKey"], true);
    assert_eq!(got.1["fieldsSet"]["apiBaseUrl"], false);
    let secret = aws.secret("in-process/700100200/vizio").unwrap();
    assert!(secret.contains(API_KEY) && secret.contains("cust-{customerId}"));
    // Faults, too, keep quiet.
    aws.refuse(Refusal::Operation("PutSecretValue"));
    assert_eq!(call(&api, "put-store").await.0, 500);
    let odd = json!({"apiKey": API_KEY, "partnerId": 5, "signingKeys": [SIGNING_KEY]});
    let refused = with_body(&api, "put-store", &odd).await;
    assert_eq!(refused.0, 400);
    let shown = format!("{} {} {}", got.1, refused.1, logs.text());
    for secret in [API_KEY, SIGNING_KEY, TOKEN] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn what_another_instance_has_put_shows_at_once() {
    let (aws, api) = started().await;
    assert_eq!(
        call(&api, "get-store").await.1["fieldsSet"]["timestampHeader"],
        false
    );
    let changed =
        json!({"apiKey": "a", "partnerId": "p", "signingKeys": ["k"], "timestampHeader": "x-time"});
    aws.put_secret("in-process/700100200/vizio", &changed);
    assert_eq!(
        call(&api, "get-store").await.1["fieldsSet"]["timestampHeader"],
        true
    );
}

#[tokio::test]
async fn an_offer_that_meets_another_transaction_is_written_and_without_capacity_it_is_503() {
    let (aws, api) = started().await;
    aws.run_short(Shortage::cancelling(&["TransactionConflict"]).times(2));
    assert_eq!(call(&api, "put-offer").await.0, 200);
    aws.run_short(Shortage::cancelling(&["None", "ThrottlingError"]));
    let (status, body) = call(&api, "put-offer").await;
    assert_eq!((status, &body["code"]), (503, &json!("S0503")));
}

#[tokio::test]
async fn an_offer_and_its_product_are_written_in_one_transaction() {
    let (aws, api) = started().await;
    let (status, body) = call(&api, "put-offer").await;
    assert_eq!(status, 200);
    assert_eq!(body["offerId"], "S300200112_US");
    assert_eq!(body["trial"], json!({"days": 7}));
    let transactions = aws.inputs("TransactWriteItems");
    assert_eq!(transactions.len(), 1);
    assert_eq!(
        transactions[0]["TransactItems"].as_array().unwrap().len(),
        2
    );

    let (_, listed) = call(&api, "get-offers").await;
    let ids: Vec<_> = listed["offers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|offer| &offer["offerId"])
        .collect();
    assert_eq!(ids, ["S300200111_US", "S300200112_US"]);
    assert_eq!(listed["next"], Value::Null);
}

/// An offer with that price.
fn priced(price: &Value) -> Value {
    json!({"title": "t", "packageName": "p", "price": price})
}

#[tokio::test]
async fn an_offer_shows_the_price_that_it_was_given_or_none() {
    let (_aws, api) = started().await;
    for price in [
        json!({"currency": "USD", "amountMicros": 8_990_000}),
        json!({"currency": "JPY", "amountMicros": 0}),
        json!({"currency": "EUR", "amountMicros": 1_000_000_000_000_000_i64}),
    ] {
        let (status, put) = with_body(&api, "put-offer", &priced(&price)).await;
        assert_eq!((status, &put["price"]), (200, &price));
        let shown = changed(&api, "get-offer", |event| {
            event["pathParameters"]["offerId"] = json!("S300200112_US");
        })
        .await;
        assert_eq!(shown, (200, put));
    }
    let (status, put) = with_body(&api, "put-offer", &priced(&Value::Null)).await;
    assert_eq!(
        (status, put.get("price")),
        (200, None),
        "a PUT replaces all"
    );
}

#[tokio::test]
async fn a_rental_lasts_whole_hours_up_to_ten_years() {
    let (_aws, api) = started().await;
    let rented = |rental: &Value| json!({"title": "t", "packageName": "p", "rental": rental});
    for hours in [1, 48, 87_600] {
        let rental = json!({"hours": hours});
        let (status, put) = with_body(&api, "put-offer", &rented(&rental)).await;
        assert_eq!((status, &put["rental"]), (200, &rental));
    }
    for (rental, field) in [
        (json!({"hours": 0}), "rental.hours "),
        (json!({"hours": 87_601}), "rental.hours "),
        (json!({"hours": 1.5}), "rental.hours: "),
        (json!({"days": 2}), "rental.days: "),
        (json!({}), "rental: missing field `hours`"),
    ] {
        let (status, refused) = with_body(&api, "put-offer", &rented(&rental)).await;
        let message = refused["message"].as_str().unwrap();
        assert_eq!(status, 400);
        assert!(message.starts_with(field), "{message}");
    }
}

#[tokio::test]
async fn a_price_is_whole_millionths_of_a_currency_of_three_capitals() {
    let (_aws, api) = started().await;
    for (price, field) in [
        (
            json!({"amountMicros": 1}),
            "price: missing field `currency`",
        ),
        (
            json!({"currency": "USD"}),
            "price: missing field `amountMicros`",
        ),
        (
            json!({"currency": "usd", "amountMicros": 1}),
            "price.currency ",
        ),
        (
            json!({"currency": "US", "amountMicros": 1}),
            "price.currency ",
        ),
        (
            json!({"currency": "USDT", "amountMicros": 1}),
            "price.currency ",
        ),
        (
            json!({"currency": "ÄÖÜ", "amountMicros": 1}),
            "price.currency ",
        ),
        (
            json!({"currency": "US1", "amountMicros": 1}),
            "price.currency ",
        ),
        (
            json!({"currency": 840, "amountMicros": 1}),
            "price.currency: ",
        ),
        (
            json!({"currency": "USD", "amountMicros": -1}),
            "price.amountMicros ",
        ),
        (
            json!({"currency": "USD", "amountMicros": 1_000_000_000_000_001_i64}),
            "price.amountMicros ",
        ),
        (
            json!({"currency": "USD", "amountMicros": 8.99}),
            "price.amountMicros: ",
        ),
        (
            json!({"currency": "USD", "amountMicros": "8990000"}),
            "price.amountMicros: ",
        ),
        (
            json!({"currency": "USD", "amountMicros": 1, "tax": 0}),
            "price.tax: ",
        ),
        (json!(8.99), "price: "),
    ] {
        let (status, body) = with_body(&api, "put-offer", &priced(&price)).await;
        let message = body["message"].as_str().unwrap();
        assert_eq!(
            (status, &body["code"]),
            (400, &json!("REQ0001")),
            "{price}: {message}"
        );
        assert!(message.starts_with(field), "{price}: {message}");
    }
}

#[tokio::test]
async fn a_limit_is_a_whole_number_from_1_to_100() {
    let (_aws, api) = started().await;
    for (limit, status) in [
        ("1", 200),
        ("100", 200),
        ("0", 400),
        ("101", 400),
        ("x", 400),
        ("-1", 400),
    ] {
        let (answered, body) = changed(&api, "get-offers", |event| {
            event["rawQueryString"] = json!(format!("limit={limit}"));
        })
        .await;
        assert_eq!(answered, status, "{limit}: {body}");
    }
}

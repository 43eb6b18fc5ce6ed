//! What is charged at the next renewal.

use serde_json::{Value, json};

use crate::scene::{item, price, state};
use crate::server::list;

async fn micros(price_changes: &Value, quantity: &Value) -> Option<(String, i64)> {
    let item = item(&json!({"price": price(price_changes), "quantity": quantity}));
    let price = state(&json!({"items": list(&[item])})).await.price?;
    Some((price.currency, price.amount_micros))
}

#[tokio::test]
async fn it_is_the_unit_price_so_many_times() {
    for (amount, currency, quantity, expected) in [
        (json!(999), json!("eur"), json!(1), Some(("EUR", 9_990_000))),
        (
            json!(999),
            json!("eur"),
            json!(3),
            Some(("EUR", 29_970_000)),
        ),
        (
            json!(999),
            json!("eur"),
            Value::Null,
            Some(("EUR", 9_990_000)),
        ),
        (json!(0), json!("usd"), json!(1), Some(("USD", 0))),
        (
            json!(980),
            json!("jpy"),
            json!(1),
            Some(("JPY", 980_000_000)),
        ),
        (
            json!(1500),
            json!("krw"),
            json!(2),
            Some(("KRW", 3_000_000_000)),
        ),
        (
            json!(2500),
            json!("kwd"),
            json!(1),
            Some(("KWD", 2_500_000)),
        ),
        (json!(100), json!("ugx"), json!(1), Some(("UGX", 1_000_000))),
        (Value::Null, json!("eur"), json!(1), None),
        (json!(999), Value::Null, json!(1), None),
        (json!(999), json!("euro"), json!(1), None),
        (json!(999), json!("e1r"), json!(1), None),
        (json!(i64::MAX), json!("eur"), json!(1), None),
    ] {
        let changes = json!({"unit_amount": amount, "currency": currency});
        let read = micros(&changes, &quantity).await;
        let expected = expected.map(|(code, micros)| (code.to_owned(), micros));
        assert_eq!(read, expected, "{changes} {quantity}");
    }
}

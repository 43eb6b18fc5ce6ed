//! Prices, and changes of them that Google announces.

use domain::{Price, PriceChange};
use serde_json::{Value, json};

use crate::scene::{at, item, state};

fn with_plan(plan: &Value) -> Value {
    json!({"lineItems": [item(&json!({ "autoRenewingPlan": plan }))]})
}

fn price(money: &Value) -> Option<Price> {
    state(&with_plan(
        &json!({"autoRenewEnabled": true, "recurringPrice": money}),
    ))
    .price
}

#[test]
fn an_amount_is_units_and_billionths() {
    for (money, micros) in [
        (
            json!({"currencyCode": "EUR", "units": "9", "nanos": 990_000_000}),
            9_990_000,
        ),
        (
            json!({"currencyCode": "EUR", "nanos": 500_000_000}),
            500_000,
        ),
        (json!({"currencyCode": "JPY", "units": "980"}), 980_000_000),
        (json!({"currencyCode": "EUR", "units": 9}), 9_000_000),
        (json!({"currencyCode": "EUR"}), 0),
    ] {
        let price = price(&money).unwrap();
        assert_eq!(price.amount_micros, micros, "{money}");
        assert_eq!(price.currency, money["currencyCode"].as_str().unwrap());
    }
}

#[test]
fn what_is_no_amount_is_no_price_and_hides_nothing_else() {
    for money in [
        json!({"units": "9"}),
        json!({"currencyCode": "euro", "units": "9"}),
        json!({"currencyCode": "EUR", "units": "nine"}),
        json!({"currencyCode": "EUR", "units": "9223372036854775807"}),
    ] {
        assert_eq!(price(&money), None, "{money}");
    }
}

#[test]
fn a_change_of_price_tells_how_far_it_has_come() {
    for word in ["OUTSTANDING", "CONFIRMED", "APPLIED", "CANCELED"] {
        let state = state(&with_plan(&json!({
            "autoRenewEnabled": true,
            "priceChangeDetails": {
                "newPrice": {"currencyCode": "EUR", "units": "11"},
                "priceChangeMode": "PRICE_INCREASE",
                "priceChangeState": word,
                "expectedNewPriceChargeTime": "2027-01-15T00:00:00Z",
            },
        })));
        let expected = PriceChange {
            new_price: Price {
                currency: "EUR".to_owned(),
                amount_micros: 11_000_000,
            },
            state: word.to_owned(),
            charged_from: Some(at("2027-01-15T00:00:00Z")),
        };
        assert_eq!(state.price_change, Some(expected));
    }
    assert_eq!(state(&json!({})).price_change, None);
}

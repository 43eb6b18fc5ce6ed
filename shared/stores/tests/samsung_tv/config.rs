//! What a broadcaster may configure.

use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError, Locator, PurchaseKey, Store};
use serde_json::{Value, json};
use stores::{Pace, StoreConfig};

use crate::scene::{KEY, settings};

fn parse(json: &Value) -> Result<StoreConfig, FieldError> {
    let rules = ConfigRules::default();
    StoreConfig::parse(Store::SamsungTv, json, Environment::Production, &rules)
}

#[test]
fn two_values_are_enough_and_no_secret_shows() {
    let config = parse(&json!({"appId": "3201911000042", "securityKey": KEY})).unwrap();
    assert_eq!(config.store(), Store::SamsungTv);
    assert!(!format!("{config:?}").contains(KEY));
}

#[test]
fn every_field_can_be_given() {
    let all = json!({
        "appId": "3201911000042",
        "securityKey": KEY,
        "apiBaseUrl": "https://dpiapi.samsungcloudsolution.com/openapi",
        "listPath": "/invoice/list",
        "verifyPath": "/cont/verify",
        "applyPath": "/cont/apply",
        "responseCheckValue": "strict",
        "secondOpinion": "off",
        "autoApply": true,
        "statusCodes": {"400001": "rejected"},
        "subscriptionStatuses": {"03": "expired"},
        "cancelledSaleEndsAccess": true,
        "renewalLagSeconds": 0,
        "paymentRecoverySeconds": 0,
        "timeoutSeconds": 5,
        "requestsPerSecond": 50,
    });
    let shown = parse(&all).unwrap().set_fields();
    assert!(shown.values().all(|set| *set));
    assert_eq!(shown.len(), all.as_object().unwrap().len());
}

#[test]
fn the_pace_is_what_a_second_is_divided_into() {
    let locator = Locator {
        key: PurchaseKey::new("INV-1").unwrap(),
        details: Default::default(),
    };
    for (rate, milliseconds) in [
        (Value::Null, 200),
        (json!(1), 1000),
        (json!(8), 125),
        (json!(50), 20),
    ] {
        let config = parse(&settings(&json!({ "requestsPerSecond": rate }))).unwrap();
        let pace = Pace::of_store(Duration::from_millis(milliseconds));
        assert_eq!(config.pace(&locator), Some(pace));
    }
}

#[test]
fn the_wrong_field_is_named() {
    for (field, changes) in [
        ("appId", json!({"appId": null})),
        ("appId", json!({"appId": "12"})),
        ("appId", json!({"appId": " 3201911000042"})),
        ("securityKey", json!({"securityKey": null})),
        ("apiBaseUrl", json!({"apiBaseUrl": "http://10.0.0.7"})),
        ("listPath", json!({"listPath": "invoice/list"})),
        ("verifyPath", json!({"verifyPath": "/../admin"})),
        ("applyPath", json!({"applyPath": "/a?b"})),
        ("responseCheckValue", json!({"responseCheckValue": "yes"})),
        ("autoApply", json!({"autoApply": "true"})),
        ("statusCodes", json!({"statusCodes": []})),
        ("statusCodes", json!({"statusCodes": {"100000": "retry"}})),
        ("statusCodes.9", json!({"statusCodes": {"9": "ignore"}})),
        (
            "subscriptionStatuses.00",
            json!({"subscriptionStatuses": {"00": 1}}),
        ),
        ("timeoutSeconds", json!({"timeoutSeconds": 60})),
        ("requestsPerSecond", json!({"requestsPerSecond": 0})),
        ("requestsPerSecond", json!({"requestsPerSecond": 51})),
        ("requestsPerSecond", json!({"requestsPerSecond": 2.5})),
        ("partnerId", json!({"partnerId": "x"})),
    ] {
        let error = parse(&settings(&changes)).unwrap_err();
        assert_eq!(error.field, field);
    }
}

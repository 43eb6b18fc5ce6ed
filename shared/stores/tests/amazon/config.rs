//! The rules of a configuration.

use std::collections::BTreeMap;

use domain::{ConfigRules, Environment, FieldError, Store};
use serde_json::{Value, json};
use stores::StoreConfig;

use crate::json::changed;
use crate::keys::{AMAZON, Authority, usual};
use crate::scene::{PACKAGE, SECRET};
use crate::sns::TOPIC;

fn least() -> Value {
    json!({"sharedSecret": SECRET, "packageNames": [PACKAGE]})
}

fn parse(changes: &Value) -> Result<StoreConfig, FieldError> {
    let (json, rules) = (changed(least(), changes), ConfigRules::default());
    StoreConfig::parse(Store::Amazon, &json, Environment::Production, &rules)
}

#[test]
fn two_fields_are_enough() {
    let set = parse(&json!({})).unwrap().set_fields();
    let given: Vec<_> = set.iter().filter(|(_, given)| **given).collect();
    assert_eq!(set.len(), 13);
    assert_eq!(given.len(), 2);
}

#[test]
fn all_fields_are_shown_as_set_and_never_with_their_values() {
    let authority = Authority::named("Amazon RSA 2048 M01", (2020, 2049));
    let all = json!({
        "topicArns": [TOPIC], "confirmByUrl": false, "leastSignatureVersion": "2",
        "maxAgeSeconds": 3600, "certificateIssuers": [authority.pem], "testPurchases": true,
        "betaPurchases": true, "rawReceiptSegments": true,
        "apiBaseUrl": "http://127.0.0.1:4000", "snsHost": "http://127.0.0.1:4000",
        "timeoutSeconds": 5,
    });
    let rules = ConfigRules { local_stack: true };
    let json = changed(least(), &all);
    let config = StoreConfig::parse(Store::Amazon, &json, Environment::Production, &rules);
    let expected: BTreeMap<String, bool> = json
        .as_object()
        .unwrap()
        .keys()
        .map(|name| (name.clone(), true))
        .collect();
    assert_eq!(config.unwrap().set_fields(), expected);
}

#[test]
fn each_rule_is_told_by_its_field() {
    let certificate = AMAZON.certificate(&usual());
    for (changes, expected) in [
        (json!({"sharedSecret": null}), "sharedSecret is required"),
        (
            json!({"sharedSecret": ""}),
            "sharedSecret must be a string of 1 to 1024 characters without control characters",
        ),
        (json!({"packageNames": null}), "packageNames is required"),
        (
            json!({"packageNames": []}),
            "packageNames must be a list of 1 to 20 of them",
        ),
        (
            json!({"packageNames": vec![PACKAGE; 21]}),
            "packageNames must be a list of 1 to 20 of them",
        ),
        (
            json!({"packageNames": [PACKAGE, "secret"]}),
            "packageNames must be application ids, such as com.example.streaming",
        ),
        (
            json!({"packageNames": [7]}),
            "packageNames must be application ids, such as com.example.streaming",
        ),
        (
            json!({"topicArns": TOPIC}),
            "topicArns must be a list of 0 to 10 of them",
        ),
        (
            json!({"topicArns": vec![TOPIC; 11]}),
            "topicArns must be a list of 0 to 10 of them",
        ),
        (
            json!({"topicArns": ["arn:aws:sns:cn-north-1:000011112222:AB12C"]}),
            "topicArns must be names of topics, such as arn:aws:sns:us-east-1:000011112222:AB12C",
        ),
        (
            json!({"confirmByUrl": "secret"}),
            "confirmByUrl must be true or false",
        ),
        (
            json!({"leastSignatureVersion": "3"}),
            "leastSignatureVersion must be one of: 1, 2",
        ),
        (
            json!({"maxAgeSeconds": 3599}),
            "maxAgeSeconds must be a whole number of seconds, 3600 to 604800",
        ),
        (
            json!({"certificateIssuers": ["secret"]}),
            "certificateIssuers must be certificates of certificate authorities in PEM",
        ),
        (
            json!({"certificateIssuers": [certificate]}),
            "certificateIssuers must be certificates of certificate authorities in PEM",
        ),
        (
            json!({"testPurchases": 1}),
            "testPurchases must be true or false",
        ),
        (
            json!({"betaPurchases": 1}),
            "betaPurchases must be true or false",
        ),
        (
            json!({"rawReceiptSegments": 1}),
            "rawReceiptSegments must be true or false",
        ),
        (
            json!({"apiBaseUrl": "http://127.0.0.1"}),
            "apiBaseUrl must be https with a public host name",
        ),
        (
            json!({"snsHost": "https://certs.example.com"}),
            "snsHost is for local stacks only",
        ),
        (
            json!({"timeoutSeconds": 11}),
            "timeoutSeconds must be a whole number of seconds, 1 to 10",
        ),
        (
            json!({"secretKey": "secret"}),
            "secretKey is not a known field",
        ),
    ] {
        let error = parse(&changes).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains("\"secret\""));
    }
}

#[test]
fn a_stand_in_for_sns_is_on_this_machine() {
    let json = changed(least(), &json!({"snsHost": "http://10.0.0.7"}));
    let rules = ConfigRules { local_stack: true };
    let error = StoreConfig::parse(Store::Amazon, &json, Environment::Production, &rules);
    assert_eq!(error.unwrap_err().field, "snsHost");
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", parse(&json!({})).unwrap());
    assert!(shown.contains(PACKAGE));
    assert!(!shown.contains(SECRET) && !shown.contains("smXBj"));
}

//! What a broadcaster may configure.

use domain::{ConfigRules, Environment, FieldError, Store};
use serde_json::{Value, json};
use stores::StoreConfig;

use crate::support::{API_KEY, SIGNING_KEY, config, settings};

fn parse(json: &Value) -> Result<StoreConfig, FieldError> {
    let rules = ConfigRules::default();
    StoreConfig::parse(Store::Vizio, json, Environment::Production, &rules)
}

#[test]
fn three_values_are_enough() {
    let config = parse(&settings(&json!({}))).unwrap();
    assert_eq!(config.store(), Store::Vizio);
    assert_eq!(config.give_up_after().as_secs(), 6 * 3600);
}

#[test]
fn every_field_can_be_given() {
    let all = json!({
        "apiKey": "Key with spaces",
        "partnerId": "p",
        "signingKeys": ["b2xk", "bmV3"],
        "apiBaseUrl": "https://gateway.example.com/vizio/",
        "apiKeyHeader": "Authorization",
        "partnerIdHeader": "x-partner",
        "subscriptionPath": "/v2/subscriptions/{subscriptionId}?partner={partnerId}",
        "signatureHeader": "X-Signature",
        "signatureAlgorithm": "hmac-sha256",
        "signatureEncoding": "base64",
        "signaturePrefix": "sha256=",
        "signingKeyForm": "base64",
        "timestampHeader": "x-timestamp",
        "maxSkewSeconds": 60,
        "fieldPointers": {"plan": "/data/planId", "lookUp.status": "", "type": "/a~1b"},
        "accountIdPattern": "cust-{customerId}",
        "fetchGiveUpAfterSeconds": 3600,
        "timeoutSeconds": 5,
    });
    let config = parse(&all).unwrap();
    assert_eq!(config.give_up_after().as_secs(), 3600);
    assert!(config.set_fields().values().all(|set| *set));
    let given: Vec<&String> = all.as_object().unwrap().keys().collect();
    let shown = config.set_fields();
    assert!(given.iter().all(|name| shown.contains_key(*name)));
    assert_eq!(given.len(), shown.len());
}

#[test]
fn null_and_empty_switches_mean_the_default() {
    let changes = json!({"apiBaseUrl": null, "partnerIdHeader": "", "timestampHeader": "",
        "signaturePrefix": "", "accountIdPattern": "", "fieldPointers": {}});
    let config = parse(&settings(&changes)).unwrap();
    assert!(!config.set_fields()["apiBaseUrl"]);
}

#[test]
fn set_fields_knows_a_single_signing_key_too() {
    let json = json!({"apiKey": "k", "partnerId": "p", "signingKey": "s"});
    let set = parse(&json).unwrap().set_fields();
    let given: Vec<&str> = set
        .iter()
        .filter(|(_, set)| **set)
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(given, ["apiKey", "partnerId", "signingKeys"]);
}

#[test]
fn an_error_names_the_field_and_the_rule_and_never_the_value() {
    let cases = [
        (json!({"apiKey": null}), "apiKey is required"),
        (json!({"partnerId": null}), "partnerId is required"),
        (json!({"signingKeys": null}), "signingKeys is required"),
        (
            json!({"apiKey": ""}),
            "apiKey must be a string of 1 to 1024 characters without control characters",
        ),
        (
            json!({"apiKey": 12}),
            "apiKey must be a string of 1 to 1024 characters without control characters",
        ),
        (
            json!({"apiKey": "schlüssel-secret"}),
            "apiKey must consist of ASCII characters, with no space around them",
        ),
        (
            json!({"apiKey": " secret"}),
            "apiKey must consist of ASCII characters, with no space around them",
        ),
        (
            json!({"signingKeys": []}),
            "signingKeys must be a list of 1 or 2 keys",
        ),
        (
            json!({"signingKeys": ["secret-1", "secret-2", "secret-3"]}),
            "signingKeys must be a list of 1 or 2 keys",
        ),
        (
            json!({"signingKeys": "secret"}),
            "signingKeys must be a list of 1 or 2 keys",
        ),
        (
            json!({"signingKeys": [""]}),
            "signingKeys must be a string of 1 to 1024 characters without control characters, each",
        ),
        (
            json!({"signingKey": "secret"}),
            "signingKey must not be given together with signingKeys",
        ),
        (
            json!({"signingKeyForm": "hex", "signingKeys": ["secret"]}),
            "signingKeys must have the form that signingKeyForm names",
        ),
        (
            json!({"signingKeyForm": "rot13"}),
            "signingKeyForm must be one of: utf8, base64, hex",
        ),
        (
            json!({"signatureAlgorithm": "md5"}),
            "signatureAlgorithm must be one of: hmac-sha256, bearer",
        ),
        (
            json!({"apiBaseUrl": "http://127.0.0.1:8080"}),
            "apiBaseUrl must be https with a public host name",
        ),
        (
            json!({"apiBaseUrl": "https://u:secret@example.com"}),
            "apiBaseUrl must have no user, query or fragment",
        ),
        (
            json!({"apiKeyHeader": "x key"}),
            "apiKeyHeader must be the name of an HTTP header",
        ),
        (
            json!({"signatureHeader": ""}),
            "signatureHeader must be the name of an HTTP header",
        ),
        (
            json!({"maxSkewSeconds": 0}),
            "maxSkewSeconds must be a whole number of seconds, 1 to 3600",
        ),
        (
            json!({"timeoutSeconds": 60}),
            "timeoutSeconds must be a whole number of seconds, 1 to 10",
        ),
        (
            json!({"fetchGiveUpAfterSeconds": "6h"}),
            "fetchGiveUpAfterSeconds must be a whole number of seconds, 60 to 604800",
        ),
        (
            json!({"fieldPointers": []}),
            "fieldPointers must be a JSON object",
        ),
        (
            json!({"fieldPointers": {"price": "/x"}}),
            "fieldPointers.price is not a known field",
        ),
        (
            json!({"fieldPointers": {"lookUp.price": "/x"}}),
            "fieldPointers.lookUp.price is not a known field",
        ),
        (
            json!({"fieldPointers": {"plan": "planId"}}),
            "fieldPointers.plan must be a JSON pointer, such as /data/planCode, or empty",
        ),
        (
            json!({"accountIdPattern": "cust-"}),
            "accountIdPattern must contain {customerId} once",
        ),
        (
            json!({"accountIdPattern": "{customerId}{customerId}"}),
            "accountIdPattern must contain {customerId} once",
        ),
        (json!({"apikey": "secret"}), "apikey is not a known field"),
    ];
    for (changes, expected) in cases {
        let error = parse(&settings(&changes)).unwrap_err();
        assert_eq!(error.to_string(), expected, "{changes}");
        assert!(!format!("{error:?}").contains("secret"));
    }
    let error = parse(&json!("secret")).unwrap_err();
    assert_eq!(error.to_string(), "body must be a JSON object");
}

#[test]
fn a_path_must_stay_what_it_is() {
    let rule = "subscriptionPath must be a path with {subscriptionId} once and no placeholder but that and {partnerId}";
    for path in [
        "/subscriptions",
        "subscriptions/{subscriptionId}",
        "/{subscriptionId}/{subscriptionId}",
        "/{partner}/{subscriptionId}",
        "/../{subscriptionId}",
        "/%2e%2e/{subscriptionId}",
        "/{subscriptionId}#x",
        "/a b/{subscriptionId}",
        "/a\\b/{subscriptionId}",
    ] {
        let error = parse(&settings(&json!({"subscriptionPath": path}))).unwrap_err();
        assert_eq!(error.to_string(), rule, "{path}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let text = format!("{:?}", config(&json!({})));
    assert!(text.contains("vizio_partner_demo_inc"));
    assert!(
        !text.contains(API_KEY) && !text.contains(SIGNING_KEY),
        "{text}"
    );
}

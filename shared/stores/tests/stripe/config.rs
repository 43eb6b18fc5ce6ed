//! What a broadcaster may configure.

use std::time::Duration;

use domain::{ConfigRules, Environment, FieldError, Locator, PurchaseKey, Store};
use serde_json::{Value, json};
use stores::StoreConfig;

use crate::scene::{KEY, OTHER_SECRET, SECRET, changed};

fn parse_in(json: &Value, environment: Environment) -> Result<StoreConfig, FieldError> {
    let rules = ConfigRules::default();
    StoreConfig::parse(Store::Stripe, json, environment, &rules)
}

fn parse(json: &Value) -> Result<StoreConfig, FieldError> {
    parse_in(json, Environment::Production)
}

fn least() -> Value {
    json!({"apiKey": KEY, "signingSecrets": [SECRET]})
}

fn all() -> Value {
    json!({
        "apiKey": KEY,
        "signingSecrets": [SECRET, OTHER_SECRET],
        "signatureToleranceSeconds": 120,
        "apiVersion": "2025-03-31.basil",
        "account": "acct_1Ours",
        "products": ["prod_1", "price_1", "premium_monthly"],
        "productIdFrom": "lookupKey",
        "accountMetadataKey": "viewer",
        "accountIdPattern": "u-{customerId}",
        "clientReferenceBinds": true,
        "pastDueAccess": false,
        "graceSeconds": 60,
        "pauseCollectionAccess": false,
        "disputeEndsAccess": "created",
        "partialRefundEndsAccess": true,
        "apiBaseUrl": "https://stripe.example.com",
        "timeoutSeconds": 5,
    })
}

#[test]
fn two_values_are_enough() {
    let config = parse(&least()).unwrap();
    assert_eq!(config.store(), Store::Stripe);
    let shown = config.set_fields();
    let given = shown.iter().filter(|(_, set)| **set);
    let given: Vec<_> = given.map(|(name, _)| name).collect();
    assert_eq!(given, ["apiKey", "signingSecrets"]);
}

#[test]
fn every_field_can_be_given() {
    let shown = parse(&all()).unwrap().set_fields();
    assert!(shown.values().all(|set| *set));
    let all = all();
    let names: Vec<_> = all.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), shown.len());
    assert!(names.into_iter().all(|name| shown.contains_key(name)));
}

#[test]
fn null_means_the_default() {
    let nothing = all();
    let fields = nothing.as_object().unwrap().keys();
    let nothing: Value = fields.map(|name| (name.clone(), Value::Null)).collect();
    assert!(parse(&changed(nothing, &least())).is_ok());
}

#[test]
fn the_key_has_to_be_of_the_mode_that_belongs_to_the_stack() {
    for (key, live, test) in [
        ("sk_live_1", true, false),
        ("rk_live_1", true, false),
        ("sk_test_1", false, true),
        ("rk_test_1", false, true),
        ("pk_live_1", false, false),
        ("sk_live_", false, false),
        ("sk_live_a b", false, false),
        ("rk_1", false, false),
        ("whsec_1", false, false),
    ] {
        let json = json!({"apiKey": key, "signingSecrets": [SECRET]});
        for (environment, fits) in [
            (Environment::Production, live),
            (Environment::Sandbox, test),
        ] {
            let parsed = parse_in(&json, environment);
            assert_eq!(parsed.is_ok(), fits, "{key} {environment}");
            if let Err(error) = parsed {
                assert_eq!(error.field, "apiKey");
                assert!(!error.to_string().contains(key) || key.len() < 9);
            }
        }
    }
}

#[test]
fn an_error_names_the_field_and_the_rule() {
    let secrets = "signingSecrets must be a list of 1 to 5 secrets that begin with whsec_";
    let version = "apiVersion must be 2024-04-10 or later, such as 2026-10-28.endive";
    let products = "products must be a list of 1 to 500 ids of products or prices, or lookup keys";
    let tolerance = "signatureToleranceSeconds must be a whole number of seconds, 1 to 900";
    for (changes, expected) in [
        (json!({"apiKey": null}), "apiKey is required"),
        (
            json!({"signingSecrets": null}),
            "signingSecrets is required",
        ),
        (json!({"signingSecrets": SECRET}), secrets),
        (json!({"signingSecrets": []}), secrets),
        (json!({"signingSecrets": vec![SECRET; 6]}), secrets),
        (json!({"signingSecrets": ["secret"]}), secrets),
        (json!({"signingSecrets": ["whsec_"]}), secrets),
        (json!({"signingSecrets": ["whsec_a b"]}), secrets),
        (json!({"signingSecrets": [SECRET, 7]}), secrets),
        (json!({"signatureToleranceSeconds": 0}), tolerance),
        (json!({"signatureToleranceSeconds": 901}), tolerance),
        (json!({"apiVersion": "2024-04-09"}), version),
        (json!({"apiVersion": "2024-06-20.acacia"}), version),
        (json!({"apiVersion": "2024-09-30"}), version),
        (json!({"apiVersion": "2026-09-30"}), version),
        (json!({"apiVersion": "2026-09-30."}), version),
        (json!({"apiVersion": "2026-09-30.End\u{eb}"}), version),
        (json!({"apiVersion": "2026/09/30.endive"}), version),
        (json!({"apiVersion": "latest"}), version),
        (json!({"account": "1"}), "account must begin with acct_"),
        (json!({"account": "acct_"}), "account must begin with acct_"),
        (
            json!({"account": "acct_a b"}),
            "account must begin with acct_",
        ),
        (json!({"products": []}), products),
        (json!({"products": vec!["x"; 501]}), products),
        (json!({"products": [""]}), products),
        (json!({"products": "prod_1"}), products),
        (
            json!({"productIdFrom": "name"}),
            "productIdFrom must be one of: product, lookupKey, price",
        ),
        (
            json!({"accountMetadataKey": "x".repeat(41)}),
            "accountMetadataKey must be a string of 1 to 40 characters without control characters",
        ),
        (
            json!({"accountIdPattern": "u"}),
            "accountIdPattern must contain {customerId} once",
        ),
        (
            json!({"clientReferenceBinds": "yes"}),
            "clientReferenceBinds must be true or false",
        ),
        (
            json!({"graceSeconds": 0}),
            "graceSeconds must be a whole number of seconds, 1 to 5184000",
        ),
        (
            json!({"disputeEndsAccess": "never"}),
            "disputeEndsAccess must be one of: created, lost",
        ),
        (
            json!({"apiBaseUrl": "http://127.0.0.1"}),
            "apiBaseUrl must be https with a public host name",
        ),
        (
            json!({"timeoutSeconds": 11}),
            "timeoutSeconds must be a whole number of seconds, 1 to 10",
        ),
        (
            json!({"webhookSecret": "secret"}),
            "webhookSecret is not a known field",
        ),
    ] {
        let error = parse(&changed(least(), &changes)).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn stripe_is_asked_less_than_twenty_times_a_second() {
    let config = parse(&least()).unwrap();
    let pace = config.pace(&Locator {
        key: PurchaseKey::new("sub_1").unwrap(),
        details: Default::default(),
    });
    assert!(pace.unwrap().interval > Duration::from_millis(50));
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", parse(&all()).unwrap());
    assert!(shown.contains("acct_1Ours"));
    for hidden in [KEY, SECRET, OTHER_SECRET, "SynthKey", "alpha"] {
        assert!(!shown.contains(hidden));
    }
}

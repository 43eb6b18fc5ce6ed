//! Which purchases count, and whose they are.

use domain::Environment;
use serde_json::{Value, json};
use stores::{LookUpError, connectors::android};

use crate::scene::{config, known, locator, now, parse, purchase, read, read_with, settings};

/// The configuration of a stack of this environment, with `changes`.
fn config_in(environment: Environment, changes: &Value) -> android::Config {
    let settings = settings("http://localhost:1", changes);
    let config = parse(&settings, environment).unwrap();
    config.downcast_ref::<android::Config>().unwrap().clone()
}

#[test]
fn test_purchases_count_in_the_sandbox_only_unless_configured() {
    let test = purchase(&json!({"testPurchase": {}}));
    let rejected = LookUpError::Rejected("it is a test purchase".to_owned());
    for (environment, changes, counts) in [
        (Environment::Sandbox, json!({}), true),
        (Environment::Production, json!({}), false),
        (Environment::Sandbox, json!({"testPurchases": false}), false),
        (
            Environment::Production,
            json!({"testPurchases": true}),
            true,
        ),
    ] {
        let config = config_in(environment, &changes);
        match read_with(&config, &test) {
            Ok(seen) => assert!(counts && known(seen).test),
            Err(error) => assert!(!counts && error == rejected),
        }
        assert!(!known(read_with(&config, &purchase(&json!({}))).unwrap()).test);
    }
}

#[test]
fn a_purchase_of_another_application_is_rejected() {
    let config = config(&json!({"packageNames": ["com.example.other"]}));
    let error = read_with(&config, &purchase(&json!({}))).unwrap_err();
    assert_eq!(error.kind(), "rejected");
    let mut nameless = locator();
    nameless.details.clear();
    let error = android::snapshot(&config, &nameless, &purchase(&json!({})), now());
    assert_eq!(error.unwrap_err().kind(), "rejected");
}

#[test]
fn the_account_that_the_app_named_is_the_customer_where_a_pattern_says_so() {
    let bound = config(&json!({"accountIdPattern": "cust-{customerId}"}));
    let named = |id: &str| json!({"obfuscatedExternalAccountId": id});
    let expired = json!({"expiredExternalAccountIdentifiers": named("cust-8")});
    for (changes, customer) in [
        (
            json!({"externalAccountIdentifiers": named("cust-7")}),
            Some("7"),
        ),
        (
            json!({"externalAccountIdentifiers": named("a3f1c0de9b")}),
            None,
        ),
        (json!({"outOfAppPurchaseContext": expired}), Some("8")),
        (
            json!({"externalAccountIdentifiers": named("cust-7"), "outOfAppPurchaseContext": expired}),
            Some("7"),
        ),
        (json!({}), None),
    ] {
        let seen = read_with(&bound, &purchase(&changes)).unwrap();
        let account = seen.account.as_ref().map(|id| id.as_str());
        assert_eq!(account, customer, "{changes}");
        assert_eq!(read(&changes).account, None);
    }
}

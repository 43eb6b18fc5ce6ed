//! What a broadcaster may configure.

use domain::{ConfigRules, Environment, FieldError, Locator, PurchaseKey, Store};
use serde_json::{Value, json};
use stores::StoreConfig;

use crate::json::changed;
use crate::scene::{API_KEY, CHANNEL, SECOND_KEY};

fn parse_in(environment: Environment, json: &Value) -> Result<StoreConfig, FieldError> {
    StoreConfig::parse(Store::Roku, json, environment, &ConfigRules::default())
}

fn parse(json: &Value) -> Result<StoreConfig, FieldError> {
    parse_in(Environment::Production, json)
}

fn least() -> Value {
    json!({"apiKeys": [API_KEY], "channelIds": [CHANNEL]})
}

#[test]
fn two_values_are_enough() {
    let config = parse(&least()).unwrap();
    assert_eq!(config.store(), Store::Roku);
    let shown = config.set_fields();
    let given: Vec<_> = shown
        .iter()
        .filter(|(_, set)| **set)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(given, ["apiKeys", "channelIds"]);
}

#[test]
fn every_field_can_be_given() {
    let all = json!({
        "apiKeys": [API_KEY, SECOND_KEY],
        "channelIds": [CHANNEL],
        "oneTimeProductIds": ["extv_film"],
        "freshTransaction": "original",
        "enhancedRecovery": false,
        "refundEndsAccess": true,
        "chargebackEndsAccess": true,
        "expiredAfterSeconds": 0,
        "apiBaseUrl": "https://roku.example.com/listen",
        "keysUrl": "https://roku.example.com/keys.json",
        "timeoutSeconds": 5,
    });
    let shown = parse(&all).unwrap().set_fields();
    assert!(shown.values().all(|set| *set));
    let names: Vec<_> = all.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), shown.len());
    assert!(names.into_iter().all(|name| shown.contains_key(name)));
}

#[test]
fn each_environment_has_the_keys_of_its_own_stream() {
    for (environment, url) in [
        (Environment::Production, "/keys/partner-jwks.json"),
        (Environment::Sandbox, "/keys/partner-jwks-test.json"),
    ] {
        let shown = format!("{:?}", parse_in(environment, &least()).unwrap());
        let url = format!("\"https://assets.cs.roku.com{url}\"");
        assert!(shown.contains(&url), "{shown}");
    }
}

#[test]
fn an_error_names_the_field_and_the_rule() {
    let keys = "must be a list of 1 to 2 keys of Roku Pay, each once";
    let channels = "must be a list of 1 to 20 channel ids, such as 712345, each once";
    let products = "must be a list of 0 to 1000 product ids, each once";
    let many: Vec<_> = (0..21).map(|number| number.to_string()).collect();
    for (field, value, rule) in [
        ("apiKeys", Value::Null, "is required"),
        ("apiKeys", json!("secret-key"), keys),
        ("apiKeys", json!([]), keys),
        ("apiKeys", json!(["secret"]), keys),
        ("apiKeys", json!(["secret/key"]), keys),
        ("apiKeys", json!(["secret key"]), keys),
        ("apiKeys", json!(["secret-ké"]), keys),
        ("apiKeys", json!([7_000_000_000_u64]), keys),
        ("apiKeys", json!([API_KEY, API_KEY]), keys),
        ("apiKeys", json!([API_KEY, SECOND_KEY, "a-third-key"]), keys),
        ("channelIds", Value::Null, "is required"),
        ("channelIds", json!(CHANNEL), channels),
        ("channelIds", json!([]), channels),
        ("channelIds", json!([712_345]), channels),
        ("channelIds", json!(["7123/45"]), channels),
        ("channelIds", json!(many), channels),
        ("oneTimeProductIds", json!("film"), products),
        ("oneTimeProductIds", json!(["film", "film"]), products),
        ("oneTimeProductIds", json!([""]), products),
        (
            "freshTransaction",
            json!("secret"),
            "must be one of: latest, original",
        ),
        ("enhancedRecovery", json!("secret"), "must be true or false"),
        ("refundEndsAccess", json!(1), "must be true or false"),
        ("chargebackEndsAccess", json!(1), "must be true or false"),
        (
            "expiredAfterSeconds",
            json!(7_776_001),
            "must be a whole number of seconds, 0 to 7776000",
        ),
        (
            "apiBaseUrl",
            json!("http://127.0.0.1"),
            "must be https with a public host name",
        ),
        (
            "keysUrl",
            json!("https://10.0.0.7"),
            "must be https with a public host name",
        ),
        (
            "timeoutSeconds",
            json!(11),
            "must be a whole number of seconds, 1 to 10",
        ),
        ("testPurchases", json!(true), "is not a known field"),
    ] {
        let error = parse(&changed(least(), &json!({ field: value }))).unwrap_err();
        assert_eq!((error.field.as_str(), error.rule.as_str()), (field, rule));
        assert!(!format!("{error:?}").contains("secret"));
    }
}

#[test]
fn a_local_stack_may_use_this_machine() {
    let local = "http://127.0.0.1:4000";
    let json = changed(least(), &json!({"apiBaseUrl": local, "keysUrl": local}));
    let rules = ConfigRules { local_stack: true };
    assert!(StoreConfig::parse(Store::Roku, &json, Environment::Sandbox, &rules).is_ok());
    assert_eq!(parse(&json).unwrap_err().field, "apiBaseUrl");
}

#[test]
fn debug_shows_the_channels_and_no_key() {
    let both = changed(least(), &json!({"apiKeys": [API_KEY, SECOND_KEY]}));
    let shown = format!("{:?}", parse(&both).unwrap());
    assert!(shown.contains(CHANNEL));
    assert!(!shown.contains(API_KEY) && !shown.contains(SECOND_KEY));
}

#[test]
fn roku_is_asked_twenty_times_a_second_at_most() {
    let config = parse(&least()).unwrap();
    let pace = config.pace(&Locator {
        key: PurchaseKey::new("1").unwrap(),
        details: Default::default(),
    });
    assert_eq!(pace.unwrap().interval.as_millis(), 1000 / 20);
}

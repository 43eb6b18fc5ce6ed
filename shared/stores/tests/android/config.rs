//! What a broadcaster may configure.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use domain::{ConfigRules, Environment, FieldError, Store};
use serde_json::{Value, json};
use stores::StoreConfig;

use crate::json::changed;
use crate::keys::{ACCOUNT, pem};
use crate::scene::{PACKAGE, key_file};

const GOOGLE: &str = "https://oauth2.googleapis.com";

fn parse(json: &Value) -> Result<StoreConfig, FieldError> {
    let rules = ConfigRules::default();
    StoreConfig::parse(Store::Android, json, Environment::Production, &rules)
}

fn least() -> Value {
    json!({"serviceAccount": key_file(GOOGLE), "packageNames": [PACKAGE]})
}

fn refused(changes: &Value) -> FieldError {
    parse(&changed(least(), changes)).unwrap_err()
}

#[test]
fn two_values_are_enough() {
    let config = parse(&least()).unwrap();
    assert_eq!(config.store(), Store::Android);
    let shown = config.set_fields();
    let given: Vec<_> = shown
        .iter()
        .filter(|(_, set)| **set)
        .map(|(name, _)| name)
        .collect();
    assert_eq!(given, ["packageNames", "serviceAccount"]);
}

#[test]
fn every_field_can_be_given() {
    let all = json!({
        "serviceAccount": key_file(GOOGLE),
        "packageNames": [PACKAGE],
        "pushAudience": "https://api.example.com/play",
        "pushServiceAccount": "play-push@example-prod.iam.gserviceaccount.com",
        "acknowledge": false,
        "testPurchases": true,
        "accountIdPattern": "cust-{customerId}",
        "apiBaseUrl": "https://play.example.com",
        "keysUrl": "https://play.example.com/certs",
        "propagationSeconds": 60,
        "timeoutSeconds": 5,
        "requestsPerSecond": 200,
    });
    let shown = parse(&all).unwrap().set_fields();
    assert!(shown.values().all(|set| *set));
    let names: Vec<_> = all.as_object().unwrap().keys().collect();
    assert_eq!(names.len(), shown.len());
    assert!(names.into_iter().all(|name| shown.contains_key(name)));
}

#[test]
fn the_key_file_may_be_given_as_its_text() {
    let text = key_file(GOOGLE).to_string();
    assert!(parse(&changed(least(), &json!({ "serviceAccount": text }))).is_ok());
}

#[test]
fn an_error_names_the_field_and_the_rule() {
    let names = |count: usize| vec![PACKAGE; count];
    for (changes, expected) in [
        (
            json!({"serviceAccount": null}),
            "serviceAccount is required",
        ),
        (
            json!({"serviceAccount": "secret"}),
            "serviceAccount must be a JSON object, or the text of one",
        ),
        (
            json!({"serviceAccount": ["secret"]}),
            "serviceAccount must be a JSON object, or the text of one",
        ),
        (json!({"packageNames": null}), "packageNames is required"),
        (
            json!({"packageNames": PACKAGE}),
            "packageNames must be a list of 1 to 20 names",
        ),
        (
            json!({"packageNames": []}),
            "packageNames must be a list of 1 to 20 names",
        ),
        (
            json!({"packageNames": names(21)}),
            "packageNames must be a list of 1 to 20 names",
        ),
        (
            json!({"pushAudience": "https://api.example.com"}),
            "pushServiceAccount is required with pushAudience",
        ),
        (
            json!({"pushServiceAccount": "a@example.com"}),
            "pushAudience is required with pushServiceAccount",
        ),
        (
            json!({"pushAudience": "x", "pushServiceAccount": "secret"}),
            "pushServiceAccount must be an e-mail address",
        ),
        (
            json!({"acknowledge": "secret"}),
            "acknowledge must be true or false",
        ),
        (
            json!({"testPurchases": 1}),
            "testPurchases must be true or false",
        ),
        (
            json!({"accountIdPattern": "cust"}),
            "accountIdPattern must contain {customerId} once",
        ),
        (
            json!({"apiBaseUrl": "http://127.0.0.1"}),
            "apiBaseUrl must be https with a public host name",
        ),
        (
            json!({"keysUrl": "https://10.0.0.7"}),
            "keysUrl must be https with a public host name",
        ),
        (
            json!({"timeoutSeconds": 11}),
            "timeoutSeconds must be a whole number of seconds, 1 to 10",
        ),
        (
            json!({"requestsPerSecond": 0}),
            "requestsPerSecond must be a whole number, 1 to 1000",
        ),
        (
            json!({"propagationSeconds": 3_601}),
            "propagationSeconds must be a whole number of seconds, 0 to 3600",
        ),
        (
            json!({"secretKey": "secret"}),
            "secretKey is not a known field",
        ),
    ] {
        let error = refused(&changes);
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains("\"secret\""));
    }
}

/// A key of the wrong family.
fn elliptic_key() -> String {
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new());
    pem("PRIVATE KEY", der.unwrap().as_ref())
}

#[test]
fn an_error_in_the_key_file_names_its_field() {
    let elliptic = elliptic_key();
    let key = "must be an RSA key of 2048 bits or more in PEM";
    for (field, value, rule) in [
        ("type", Value::Null, "is required"),
        ("type", json!("authorized_user"), "must be service_account"),
        ("client_email", Value::Null, "is required"),
        ("client_email", json!("nobody"), "must be an e-mail address"),
        ("private_key", Value::Null, "is required"),
        ("private_key", json!(7), key),
        ("private_key", json!("-----BEGIN PRIVATE KEY-----"), key),
        ("private_key", json!(pem("PRIVATE KEY", b"no key")), key),
        ("private_key", json!(elliptic), key),
        ("token_uri", Value::Null, "is required"),
        (
            "token_uri",
            json!("http://oauth2.googleapis.com/token"),
            "must be https with a public host name",
        ),
        (
            "token_uri",
            json!("https://localhost/token"),
            "must be https with a public host name",
        ),
    ] {
        let file = changed(key_file(GOOGLE), &json!({ field: value }));
        let error = refused(&json!({ "serviceAccount": file }));
        assert_eq!(
            (error.field, error.rule.as_str()),
            (format!("serviceAccount.{field}"), rule)
        );
    }
}

#[test]
fn package_names_are_application_ids() {
    for wrong in [
        "streaming",
        "com..example",
        "com.1example",
        "com.example/..",
        "com.exa mple",
        "",
    ] {
        let error = refused(&json!({"packageNames": [PACKAGE, wrong]}));
        assert_eq!(error.field, "packageNames", "{wrong}");
    }
    let right = json!({"packageNames": ["Com.Example_1.tv2"]});
    assert!(parse(&changed(least(), &right)).is_ok());
}

#[test]
fn a_local_stack_may_use_this_machine() {
    let local = "http://127.0.0.1:4000";
    let json = json!({"serviceAccount": key_file(local), "packageNames": [PACKAGE],
        "apiBaseUrl": local, "keysUrl": local});
    let rules = ConfigRules { local_stack: true };
    let parsed = StoreConfig::parse(Store::Android, &json, Environment::Sandbox, &rules);
    assert!(parsed.is_ok());
    assert_eq!(parse(&json).unwrap_err().field, "serviceAccount.token_uri");
}

#[test]
fn debug_shows_whose_account_it_is_and_no_secret() {
    let shown = format!("{:?}", parse(&least()).unwrap());
    assert!(shown.contains(PACKAGE) && shown.contains("gserviceaccount"));
    let secret: Vec<_> = ACCOUNT.pem.lines().collect();
    assert!(!shown.contains("PRIVATE KEY") && !shown.contains(secret[1]));
    assert!(!shown.contains(&ACCOUNT.id));
}

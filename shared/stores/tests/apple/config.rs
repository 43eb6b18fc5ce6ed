//! The configuration, field by field.

use std::time::Duration;

use domain::{ConfigRules, Environment, Locator, PurchaseKey};
use rcgen::{KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519};
use serde_json::{Value, json};
use stores::{Pace, StoreConfig};

use crate::authority::pem;
use crate::scene::{API_KEY, parse, settings};

const FIELDS: [&str; 15] = [
    "accountIdPattern",
    "apiBaseUrl",
    "appAppleId",
    "bundleId",
    "familySharing",
    "giveUpAfterSeconds",
    "issuerId",
    "keyId",
    "privateKey",
    "propagationSeconds",
    "rootFingerprints",
    "sandboxApiBaseUrl",
    "sandboxOn401",
    "sandboxPurchases",
    "timeoutSeconds",
];

fn with(changes: &Value) -> Value {
    settings("http://localhost:1", changes)
}

fn error(changes: &Value) -> String {
    let read = parse(&with(changes), Environment::Production);
    read.unwrap_err().to_string()
}

fn is_taken(changes: &Value) -> bool {
    parse(&with(changes), Environment::Production).is_ok()
}

/// Nothing but what is required.
fn least() -> Value {
    with(
        &json!({"rootFingerprints": null, "apiBaseUrl": null, "sandboxApiBaseUrl": null,
        "timeoutSeconds": null}),
    )
}

#[test]
fn five_fields_are_enough() {
    for stage in [Environment::Production, Environment::Sandbox] {
        let rules = ConfigRules::default();
        let config = StoreConfig::parse(domain::Store::Apple, &least(), stage, &rules).unwrap();
        let set: Vec<_> = config
            .set_fields()
            .into_iter()
            .filter(|(_, set)| *set)
            .collect();
        assert_eq!(set.len(), 5);
    }
}

#[test]
fn every_field_is_listed_and_no_value() {
    let config = parse(&least(), Environment::Production).unwrap();
    let fields: Vec<String> = config.set_fields().into_keys().collect();
    assert_eq!(fields, FIELDS);
}

#[test]
fn what_is_required_is_asked_for_by_name() {
    for name in ["issuerId", "keyId", "privateKey", "bundleId"] {
        assert_eq!(error(&json!({ name: null })), format!("{name} is required"));
    }
}

#[test]
fn production_has_to_know_the_apps_number() {
    assert_eq!(
        error(&json!({"appAppleId": null})),
        "appAppleId is required in production"
    );
    let without = with(&json!({"appAppleId": null}));
    assert!(parse(&without, Environment::Sandbox).is_ok());
    for wrong in [json!(0), json!(-1), json!("1234567890"), json!(1.5)] {
        let text = "appAppleId must be a whole number above zero";
        assert_eq!(error(&json!({"appAppleId": wrong})), text);
    }
}

#[test]
fn an_unknown_field_is_refused_by_name() {
    assert_eq!(
        error(&json!({"environment": "Sandbox"})),
        "environment is not a known field"
    );
    assert_eq!(
        error(&json!({"environments": []})),
        "environments is not a known field"
    );
}

#[test]
fn ids_have_their_form() {
    for (name, right, wrong) in [
        (
            "issuerId",
            vec!["57246542-96FE-1a63-e053-0824d011072a"],
            vec![
                "57246542",
                "",
                "5724654296fe1a63e0530824d011072a",
                "57246542-96fe-1a63-e053-0824d011072g",
            ],
        ),
        (
            "keyId",
            vec!["2X9R4HXF34", "a"],
            vec!["", "2X9R 4HXF", "key/1"],
        ),
        (
            "bundleId",
            vec!["com.example.streaming", "com.example.tv-app", "app"],
            vec![
                "",
                "com..example",
                ".com",
                "com.example.",
                "com.example/app",
                "com example",
            ],
        ),
    ] {
        for text in right {
            assert!(is_taken(&json!({ name: text })), "{text}");
        }
        for text in wrong {
            assert!(!is_taken(&json!({ name: text })), "{name} {text}");
        }
    }
}

#[test]
fn the_key_is_a_p_256_key_as_it_is_downloaded() {
    let text = "privateKey must be the .p8 file of an In-App Purchase key: a P-256 key in PEM";
    let [p384, ed25519] = [&PKCS_ECDSA_P384_SHA384, &PKCS_ED25519]
        .map(|algorithm| pem(&KeyPair::generate_for(algorithm).unwrap()));
    let public = API_KEY.replace("PRIVATE", "PUBLIC");
    let cut = API_KEY.replace("MIG", "MI");
    for wrong in [
        json!(""),
        json!("key"),
        json!(p384),
        json!(ed25519),
        json!(public),
        json!(cut),
        json!(7),
    ] {
        assert_eq!(error(&json!({"privateKey": wrong})), text);
    }
    let around = format!("\n{}\n\n", *API_KEY);
    assert!(is_taken(&json!({"privateKey": around})));
    let windows = API_KEY.replace('\n', "\r\n");
    assert!(is_taken(&json!({"privateKey": windows})));
}

#[test]
fn roots_are_named_by_fingerprints() {
    let fingerprint = "63343ABFB89A6A03EBB57E9B3F5FA7BE7C4F5C756F3017B3A8C488C3653E9179";
    let pairs: Vec<&str> = (0..32).map(|at| &fingerprint[2 * at..2 * at + 2]).collect();
    for right in [
        json!([fingerprint]),
        json!([fingerprint.to_lowercase(), fingerprint]),
        json!([pairs.join(":")]),
    ] {
        assert!(is_taken(&json!({"rootFingerprints": right})), "{right}");
    }
    let text = "rootFingerprints must be a list of 1 to 8 SHA-256 fingerprints in hexadecimal";
    for wrong in [
        json!([]),
        json!(fingerprint),
        json!([&fingerprint[1..]]),
        json!([fingerprint.replace('6', "g")]),
        json!([7]),
        json!(vec![fingerprint; 9]),
    ] {
        assert_eq!(error(&json!({"rootFingerprints": wrong})), text);
    }
}

#[test]
fn a_sandbox_stack_takes_the_sandboxs_and_nothing_else() {
    let refused = with(&json!({"sandboxPurchases": false}));
    let error = parse(&refused, Environment::Sandbox).unwrap_err();
    assert_eq!(error.field, "sandboxPurchases");
    assert!(parse(&refused, Environment::Production).is_ok());
    let wanted = with(&json!({"sandboxPurchases": true}));
    assert!(parse(&wanted, Environment::Sandbox).is_ok());
}

#[test]
fn the_sandbox_is_asked_on_a_401_only_where_its_purchases_count() {
    assert_eq!(
        error(&json!({"sandboxOn401": true})),
        "sandboxOn401 needs sandboxPurchases"
    );
    assert!(is_taken(
        &json!({"sandboxOn401": true, "sandboxPurchases": true})
    ));
    assert!(is_taken(&json!({"sandboxOn401": false})));
}

#[test]
fn switches_are_true_or_false() {
    for name in ["sandboxPurchases", "sandboxOn401", "familySharing"] {
        let text = format!("{name} must be true or false");
        assert_eq!(error(&json!({ name: "yes" })), text);
    }
}

#[test]
fn times_have_their_bounds() {
    for (name, least, most) in [
        ("timeoutSeconds", 1, 10),
        ("giveUpAfterSeconds", 60, 604_800),
        ("propagationSeconds", 0, 3_600),
    ] {
        for right in [least, most] {
            assert!(is_taken(&json!({ name: right })));
        }
        for wrong in [json!(least - 1), json!(most + 1), json!("5"), json!(1.5)] {
            let text = format!("{name} must be a whole number of seconds, {least} to {most}");
            assert_eq!(error(&json!({ name: wrong })), text);
        }
    }
}

#[test]
fn a_notice_waits_six_hours_unless_it_is_said_otherwise() {
    let waits = |changes: &Value| {
        parse(&with(changes), Environment::Production)
            .unwrap()
            .give_up_after()
    };
    assert_eq!(waits(&json!({})), Duration::from_hours(6));
    assert_eq!(
        waits(&json!({"giveUpAfterSeconds": 90})),
        Duration::from_secs(90)
    );
}

#[test]
fn apple_is_asked_at_most_as_often_as_it_allows() {
    let pace = |stage| pace(&json!({}), stage, &[]);
    assert!(pace(Environment::Production).interval >= Duration::from_millis(20));
    assert!(pace(Environment::Sandbox).interval >= Duration::from_millis(200));
}

#[test]
fn sandbox_purchases_on_a_production_stack_do_not_slow_the_others() {
    let pace = |hints: &[(&str, &str)]| {
        let changes = json!({"sandboxPurchases": true});
        pace(&changes, Environment::Production, hints)
    };
    let (sandbox, production) = (
        pace(&[("environment", "Sandbox")]),
        pace(&[("environment", "Production")]),
    );
    assert!(sandbox.interval >= Duration::from_millis(200));
    assert!(production.interval < Duration::from_millis(200));
    assert_ne!(sandbox.part, production.part, "each has its own limit");
    assert_eq!(pace(&[]), production, "not known yet");
}

fn pace(changes: &Value, stage: Environment, hints: &[(&str, &str)]) -> Pace {
    let hints = hints.iter();
    let locator = Locator {
        key: PurchaseKey::new("2000000012345678").unwrap(),
        details: hints
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    };
    let config = parse(&with(changes), stage).unwrap();
    config.pace(&locator).unwrap()
}

#[test]
fn a_deployed_stack_only_talks_to_public_names() {
    let deployed = ConfigRules::default();
    for name in ["apiBaseUrl", "sandboxApiBaseUrl"] {
        let mut settings = least();
        settings[name] = json!("http://localhost:1");
        let stage = Environment::Production;
        let read = StoreConfig::parse(domain::Store::Apple, &settings, stage, &deployed);
        assert_eq!(read.unwrap_err().field, name);
        settings[name] = json!("https://api.storekit.itunes.apple.com");
        let read = StoreConfig::parse(domain::Store::Apple, &settings, stage, &deployed);
        assert!(read.is_ok());
    }
}

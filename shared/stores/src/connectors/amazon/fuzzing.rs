//! Entry points for the fuzzer: any bytes, no network.

use domain::{ConfigRules, Environment, PurchaseKey, Timestamp};
use serde_json::json;

use super::{Config, notification, snapshot, submission};
use crate::sns;

fn config() -> Option<Config> {
    let json = json!({
        "sharedSecret": "secret",
        "packageNames": ["tv.example.fire"],
        "topicArns": ["arn:aws:sns:us-east-1:000011112222:AB12C"],
    });
    Config::parse(&json, Environment::Sandbox, &ConfigRules::default()).ok()
}

fn now() -> Timestamp {
    Timestamp::constant(1_796_206_502, 0)
}

/// Reads bytes as a posted message, as its certificate, and as the Appstore's content of a message.
pub fn fuzz_notification(bytes: &[u8]) {
    let Some(config) = config() else {
        return;
    };
    for message in sns::fuzz(&config.trust, bytes, now()) {
        let _read = notification::read(&config, &message);
        let _address = sns::address_of_confirmation(&message);
    }
}

/// Reads bytes as the answer about a receipt.
pub fn fuzz_answer(bytes: &[u8]) {
    let (Some(config), Ok(key)) = (config(), PurchaseKey::new("receipt")) else {
        return;
    };
    let locator = submission::locator(key, "user");
    if let Ok(answer) = serde_json::from_slice(bytes)
        && let Ok(seen) = snapshot(&config, &locator, &answer, now())
    {
        let _debug = format!("{seen:?}");
    }
}

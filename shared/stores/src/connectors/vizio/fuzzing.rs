//! Entry points for the fuzzer: any bytes, no network.

use domain::{ConfigRules, Environment, Timestamp};
use serde_json::json;

use super::{Config, look_up, notification, submission};

/// Reads a notification with these bytes as its signature, then as its body.
pub fn fuzz_notification(bytes: &[u8]) {
    let Some(config) = config() else { return };
    let now = Timestamp::UNIX_EPOCH;
    let signature = String::from_utf8_lossy(bytes).into_owned();
    let headers = [("x-vizio-signature".to_owned(), signature)];
    let _ = notification::read_notification(&config, &headers, bytes, now);
    let _ = notification::read(&config, bytes, now);
}

/// Reads an answer to a look-up.
pub fn fuzz_answer(bytes: &[u8]) {
    let (Some(config), Ok(locator)) = (config(), submission::locator("vzs-88120044", None)) else {
        return;
    };
    let _ = look_up::read(&config, &locator, bytes, Timestamp::UNIX_EPOCH);
}

fn config() -> Option<Config> {
    let json = json!({"apiKey": "k", "partnerId": "vizio_partner_demo_inc", "signingKey": "s"});
    Config::parse(&json, Environment::Sandbox, &ConfigRules::default()).ok()
}

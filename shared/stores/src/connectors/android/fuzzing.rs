//! Entry points for the fuzzer: any bytes, no network.

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{ConfigRules, Environment, Timestamp};
use jsonwebtoken::decode_header;
use serde_json::{Value, json};

use super::wire::receipt;
use super::{Config, notification, one_time_snapshot, snapshot, submission};

/// Reads a notification with the bytes as token, as Pub/Sub's envelope and as the envelope's
/// content.
pub fn fuzz_notification(bytes: &[u8]) {
    let _ = decode_header(bytes);
    let Some(config) = &*CONFIG else { return };
    let now = Timestamp::UNIX_EPOCH;
    let _ = notification::read(config, bytes, now);
    let data = STANDARD.encode(bytes);
    let envelope = json!({"message": {"data": data, "messageId": "1"}}).to_string();
    let _ = notification::read(config, envelope.as_bytes(), now);
}

/// Reads an answer to a look-up, also as a stored receipt.
pub fn fuzz_answer(bytes: &[u8]) {
    let bought = json!({"purchaseToken": "token", "packageName": "tv.example"});
    let (Some(config), Ok(bought)) = (&*CONFIG, submission::parse_submission(&bought)) else {
        return;
    };
    let Ok(json) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    let _ = snapshot(config, &bought.locator, &json, Timestamp::UNIX_EPOCH);
    let _ = one_time_snapshot(config, &bought.locator, &json, Timestamp::UNIX_EPOCH);
    let _ = receipt::subscription_purchase(&json, "premium");
}

static CONFIG: LazyLock<Option<Config>> = LazyLock::new(|| {
    let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
    let der: Pkcs8V1Der<'_> = pair.as_der().ok()?;
    let key = STANDARD.encode(der.as_ref());
    let settings = json!({
        "serviceAccount": {
            "type": "service_account",
            "client_email": "somebody@example.com",
            "private_key": format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n"),
            "token_uri": "https://oauth2.example.com/token",
        },
        "packageNames": ["tv.example"],
    });
    Config::parse(&settings, Environment::Sandbox, &ConfigRules::default()).ok()
});

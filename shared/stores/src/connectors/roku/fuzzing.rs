//! Entry points for the fuzzer: any bytes, no network.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::{ConfigRules, Environment, Locator, PurchaseKey, Timestamp};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::notification::jws;
use super::{Config, client, notification, snapshot};
use crate::http::Answer;
use crate::jwk_set;

/// Reads a notification with the bytes as the whole body, as its claims, as the message in them,
/// and as a key set.
pub fn fuzz_notification(bytes: &[u8]) {
    let _ = jwk_set::keys(bytes);
    let Some(config) = &*CONFIG else { return };
    let now = Timestamp::UNIX_EPOCH;
    let _ = jws::token(bytes).and_then(|token| jws::kid(token, config));
    if let Ok(claims) = serde_json::from_slice::<Value>(bytes) {
        let _ = jws::hold(&claims, config, now);
        let _ = notification::read(config, &claims, now);
    }
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    let _ = notification::read(config, &json!({"x-Roku-message": encoded}), now);
}

/// Reads an answer to a look-up, with the same bytes as the answer about the replaced subscription.
pub fn fuzz_answer(bytes: &[u8]) {
    let (Some(config), Ok(key)) = (&*CONFIG, PurchaseKey::new("a")) else {
        return;
    };
    let answer = Answer {
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        body: bytes.to_vec(),
    };
    let Ok(json) = client::read(&answer) else {
        return;
    };
    let details: BTreeMap<_, _> = json
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    let locator = Locator { key, details };
    for replaced in [None, Some(&json)] {
        let _ = snapshot(config, &locator, &json, replaced, Timestamp::UNIX_EPOCH);
    }
}

static CONFIG: LazyLock<Option<Config>> = LazyLock::new(|| {
    let settings = json!({"apiKeys": ["made-up-key"], "channelIds": ["1"]});
    Config::parse(&settings, Environment::Sandbox, &ConfigRules::default()).ok()
});

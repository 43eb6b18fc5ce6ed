//! What the tests of this store share: a configuration, fixtures, signatures.

use std::sync::LazyLock;

use aws_lc_rs::hmac;
use domain::{ConfigRules, Environment, Locator, Store, StoreNotification, Timestamp};
use serde_json::{Value, json};
use stores::{ConnectorContext, NotificationError, Received, StoreConfig, parse_submission};

pub const API_KEY: &str = "kid_test_5f0c";
pub const SIGNING_KEY: &str = "vz_sign_demo_7f3a";
pub const PARTNER: &str = "vizio_partner_demo_inc";
pub const SUBSCRIPTION: &str = "vzs-88120044";

/// Just after the period that most fixtures tell of began.
pub fn now() -> Timestamp {
    at("2026-12-05T09:30:04.250Z")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The JSON of a working configuration, with `changes` on top; `null` takes a field away.
pub fn settings(changes: &Value) -> Value {
    let mut settings = json!({
        "apiKey": API_KEY,
        "partnerId": PARTNER,
        "signingKeys": [SIGNING_KEY],
    });
    for (name, value) in changes.as_object().unwrap() {
        settings[name] = value.clone();
    }
    settings
}

pub fn config(changes: &Value) -> StoreConfig {
    let rules = ConfigRules { local_stack: true };
    let settings = settings(changes);
    StoreConfig::parse(Store::Vizio, &settings, Environment::Sandbox, &rules).unwrap()
}

pub fn locator(subscription_id: &str) -> Locator {
    let body = json!({"subscriptionId": subscription_id});
    parse_submission(Store::Vizio, &body).unwrap().locator
}

/// Reads a notification that arrived now. Nobody has to be asked for that.
pub fn read_notification(
    config: &StoreConfig,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<StoreNotification, NotificationError> {
    static CONTEXT: LazyLock<ConnectorContext> = LazyLock::new(|| ConnectorContext::new().unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let read = config.read_notification(&CONTEXT, headers, body, now());
    match runtime.unwrap().block_on(read)?.received {
        Received::About(notification) => Ok(notification),
        other => panic!("{other:?}"),
    }
}

/// A file below `tests/fixtures/vizio`.
pub fn fixture(path: &str) -> Vec<u8> {
    let root = env!("CARGO_MANIFEST_DIR");
    std::fs::read(format!("{root}/tests/fixtures/vizio/{path}.json")).unwrap()
}

/// The names of all fixtures in a folder.
pub fn fixtures(folder: &str) -> Vec<String> {
    let root = env!("CARGO_MANIFEST_DIR");
    let files = std::fs::read_dir(format!("{root}/tests/fixtures/vizio/{folder}")).unwrap();
    let name = |file: std::io::Result<std::fs::DirEntry>| {
        let name = file.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".json").unwrap().to_owned()
    };
    let mut names: Vec<String> = files.map(name).collect();
    names.sort();
    names
}

/// HMAC-SHA256 in hexadecimal.
pub fn signature(key: &[u8], message: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hex::encode(hmac::sign(&key, message))
}

pub fn signed(body: &[u8]) -> Vec<(String, String)> {
    header(&signature(SIGNING_KEY.as_bytes(), body))
}

pub fn header(signature: &str) -> Vec<(String, String)> {
    vec![("x-vizio-signature".to_owned(), signature.to_owned())]
}

//! Entry points for the fuzzer: any bytes, no network.

use std::sync::OnceLock;

use app_store_server_library::chain_verifier::ChainVerifier;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{ConfigRules, Environment, Timestamp};
use serde_json::{Value, json};

use super::config::Config;
use super::notification_history::failures;
use super::signing::jws::{self, Effective};
use super::wire::{self, History, Payload, Statuses, TransactionInfo};
use super::{notification, snapshot, submission};

/// Reads bytes as the body of a notification, as the payload of one, as a JWS, and as a
/// certificate.
pub fn fuzz_notification(bytes: &[u8]) {
    let Some(config) = config() else {
        return;
    };
    let now = Timestamp::UNIX_EPOCH;
    let _ = notification::read_notification(config, bytes, now);
    let _ = wire::read::<Payload>(bytes);
    let _ = config.roots.anchor(bytes.to_vec());
    let _ = ChainVerifier::new(vec![bytes.to_vec()]).verify(bytes, bytes, Some(0), false);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = jws::proven(&config.roots, text, Effective::WhenSigned);
        let _ = notification::read_listed(config, text, now);
        let _ = submission::parse_submission(&json!({ "signedTransaction": text }));
    }
}

/// Reads bytes as each answer of the API, and as payloads: a transaction, or an array of a
/// transaction, its renewal information and its status.
pub fn fuzz_answer(bytes: &[u8]) {
    let _ = wire::read::<TransactionInfo>(bytes);
    let _ = wire::read::<Statuses>(bytes);
    let _ = wire::read::<History>(bytes);
    let Some(config) = config() else {
        return;
    };
    let Ok(payload) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    let at = Timestamp::UNIX_EPOCH;
    let (transaction, renewal) = match payload.as_array().map(Vec::as_slice) {
        Some([transaction, rest @ ..]) => (transaction, rest),
        _ => (&payload, [].as_slice()),
    };
    let status = renewal.get(1).and_then(Value::as_i64);
    let _ = snapshot(config, transaction, renewal.first(), status, at);
    let _ = failures(Environment::Sandbox, at, at);
}

/// Returns a configuration that accepts everything; its key signs nothing.
fn config() -> Option<&'static Config> {
    static CONFIG: OnceLock<Option<Config>> = OnceLock::new();
    CONFIG.get_or_init(probe).as_ref()
}

fn probe() -> Option<Config> {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).ok()?;
    let key = STANDARD.encode(key.as_ref());
    let json = json!({
        "issuerId": "57246542-96fe-1a63-e053-0824d011072a",
        "keyId": "2X9R4HXF34",
        "privateKey": format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----"),
        "bundleId": "com.example.streaming",
        "appAppleId": 1_234_567_890,
        "sandboxPurchases": true,
        "accountIdPattern": "{customerId}",
    });
    Config::parse(&json, Environment::Production, &ConfigRules::default()).ok()
}

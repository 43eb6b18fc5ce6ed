//! What must not be logged.

use in_process_aws::{API_KEY, InProcessAws, Logs, Refusal, SIGNING_KEY};
use serde_json::{Value, json};
use store_verification::Verifier;

use crate::store::{Reply, Store, active};
use crate::{Scene, check, scene};

const KEY: &str = "vzs-88120044";

fn silent(logs: &Logs) {
    let text = logs.text();
    assert!(
        text.contains("\"outcome\"") || text.contains("internal error"),
        "{text}"
    );
    for secret in [API_KEY, SIGNING_KEY, KEY] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn no_answer_of_the_store_brings_a_secret_into_the_log() {
    let scene = scene().await;
    let logs = Logs::collect("trace");
    let mut number = 0;
    for status in [200, 400, 401, 404, 429, 500] {
        number += 1;
        let reply = Reply {
            status,
            ..active(KEY)
        };
        scene.store.reply(KEY, reply);
        let claim = scene
            .submit(number, KEY, &format!("customer-{number}"), 1)
            .await;
        scene.verify(&[claim, check(KEY)]).await;
    }
    let mut odd = active(KEY);
    odd.body["data"]["status"] = serde_json::json!("NEW_WORD");
    scene.store.reply(KEY, odd);
    scene.verify(&[check(KEY)]).await;
    silent(&logs);
}

#[tokio::test]
async fn no_fault_of_aws_brings_a_secret_into_the_log() {
    let scene = scene().await;
    scene.store.sells(KEY);
    let claim = scene.submit(1, KEY, "ada", 1).await;
    let logs = Logs::collect("trace");
    for operation in ["GetItem", "GetSecretValue", "TransactWriteItems"] {
        scene.aws.refuse(Refusal::Operation(operation));
        scene.verify(std::slice::from_ref(&claim)).await;
        scene.aws.accept();
    }
    silent(&logs);
}

#[tokio::test]
async fn a_store_that_cannot_be_reached_brings_no_address_into_the_log() {
    let (aws, store) = (InProcessAws::start().await, Store::start().await);
    aws.seed("http://127.0.0.1:9").await;
    let verifier = Verifier::from_environment(&aws.aws()).unwrap();
    let scene = Scene {
        aws,
        store,
        verifier,
    };
    let logs = Logs::collect("trace");
    scene.verify(&[check(KEY)]).await;
    assert!(logs.text().contains("cannot connect"), "{}", logs.text());
    silent(&logs);
}

/// The lines of a log that have this field.
fn with(logs: &Logs, field: &str) -> Vec<Value> {
    let text = logs.text();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| !line[field].is_null()).collect()
}

#[tokio::test]
async fn a_purchase_is_named_by_a_keyed_hash_that_is_the_same_in_every_line() {
    let scene = scene().await;
    let other = scene
        .aws
        .aws_with("LOG_FINGERPRINT_SECRET", "another-stack");
    scene
        .aws
        .put_secret("another-stack", &json!("another secret"));
    let logs = Logs::collect("trace");
    scene.verify(&[check(KEY), check("vzs-2")]).await;
    scene.verify(&[check(KEY)]).await;
    let elsewhere = Scene {
        verifier: Verifier::from_environment(&other).unwrap(),
        ..scene
    };
    elsewhere.verify(&[check(KEY)]).await;
    let lines = with(&logs, "outcome");
    let named: Vec<_> = lines
        .iter()
        .map(|line| line["span"]["purchase"].as_str().unwrap())
        .collect();
    let [first, second, again, elsewhere] = named[..] else {
        panic!("{lines:?}");
    };
    assert!([first, second].contains(&again), "{named:?}");
    assert_ne!(first, second);
    assert!(!named[..3].contains(&elsewhere), "{named:?}");
    assert!(named.iter().all(|name| name.len() == 12), "{named:?}");
}

#[tokio::test]
async fn without_the_secret_of_fingerprints_the_work_is_done() {
    let (aws, store) = (InProcessAws::start().await, Store::start().await);
    aws.seed(&store.url).await;
    store.sells(KEY);
    let none = aws.aws_with("LOG_FINGERPRINT_SECRET", "missing");
    let verifier = Verifier::from_environment(&none).unwrap();
    let scene = Scene {
        aws,
        store,
        verifier,
    };
    let logs = Logs::collect("info");
    let claim = scene.submit(1, KEY, "ada", 1).await;
    scene.verify(&[claim]).await;
    assert!(matches!(scene.ended(1).await, Some(Ok(_))));
    assert_eq!(with(&logs, "outcome")[0]["span"]["purchase"], "unknown");
    silent(&logs);
}

#[tokio::test]
async fn a_latency_is_a_number() {
    let scene = scene().await;
    let logs = Logs::collect("info");
    scene.verify(&[check(KEY)]).await;
    let lines = with(&logs, "latency_ms");
    assert_eq!(lines.len(), 1);
    assert!(lines[0]["latency_ms"].is_u64(), "{lines:?}");
}

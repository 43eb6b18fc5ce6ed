//! Credentials that were rotated while a function remembered the old ones.

use in_process_aws::{BROADCASTER, SIGNING_KEY};
use serde_json::{Value, json};

use crate::store::Store;
use crate::{Scene, check, notification, scene};

fn config(url: &str) -> Value {
    json!({
        "apiKey": "k", "partnerId": "vizio_partner_demo_inc", "signingKeys": [SIGNING_KEY],
        "apiBaseUrl": url,
    })
}

/// The function has read the credentials; then new ones are stored. Answers the store that takes those.
async fn rotated(scene: &Scene) -> Store {
    scene.store.sells("vzs-0");
    let first = scene.submit(100, "vzs-0", "zoe", 1).await;
    assert_eq!(scene.verify(&[first]).await, [""; 0]);
    let new = Store::start().await;
    let name = format!("in-process/{BROADCASTER}/vizio");
    scene.aws.put_secret(&name, &config(&new.url));
    new
}

#[tokio::test]
async fn a_claim_that_meets_the_old_credentials_is_decided_in_the_same_run() {
    for status in [401, 403] {
        let scene = scene().await;
        let new = rotated(&scene).await;
        scene.store.fails("vzs-1", status);
        new.sells("vzs-1");
        let claim = scene.submit(1, "vzs-1", "ada", 1).await;
        assert_eq!(scene.verify(&[claim]).await, [""; 0]);
        assert!(matches!(scene.ended(1).await, Some(Ok(_))), "{status}");
        assert_eq!(new.asked(), ["vzs-1"]);
    }
}

#[tokio::test]
async fn so_are_a_notification_and_a_check() {
    let scene = scene().await;
    let new = rotated(&scene).await;
    for key in ["vzs-1", "vzs-2"] {
        scene.store.fails(key, 401);
        new.sells(key);
    }
    let messages = [notification("vzs-1"), check("vzs-2")];
    assert_eq!(scene.verify(&messages).await, [""; 0]);
    assert!(scene.stored("vzs-1").await.is_some());
    assert!(scene.stored("vzs-2").await.is_some());
}

#[tokio::test]
async fn new_credentials_that_are_refused_as_well_are_asked_with_once() {
    let scene = scene().await;
    let new = rotated(&scene).await;
    scene.store.fails("vzs-1", 401);
    new.fails("vzs-1", 401);
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    assert_eq!(scene.verify(&[claim]).await, [""; 0]);
    assert_eq!(new.asked(), ["vzs-1"]);
    assert_eq!(scene.ended(1).await, None, "never a failure");
}

#[tokio::test]
async fn refusals_at_the_same_time_read_the_credentials_once() {
    let scene = scene().await;
    let mut claims = Vec::new();
    for number in 0..10 {
        let key = format!("vzs-{number}");
        scene.store.fails(&key, 401);
        claims.push(scene.submit(number, &key, "ada", 1).await);
    }
    scene.store.takes(std::time::Duration::from_millis(200));
    assert_eq!(scene.verify(&claims).await, [""; 0]);
    assert_eq!(scene.readings_of_credentials(), 2);
    assert_eq!(scene.store.asked().len(), 10, "the same ones: not again");
}

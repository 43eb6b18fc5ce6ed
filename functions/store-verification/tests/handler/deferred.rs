//! Notifications about purchases that are not stored, while the store gives no answer: they are kept.

use cloud::retry::STORE_DELIVERIES;
use domain::Timestamp;
use in_process_aws::{BROADCASTER, Logs, Refusal, SIGNING_KEY};
use serde_json::json;

use crate::store::{Reply, active};
use crate::{Scene, batch, notification, scene};

/// A scene in which the store names the customer, so that no app needs to submit.
async fn bound_by_store() -> Scene {
    let scene = scene().await;
    let config = json!({
        "apiKey": "k", "partnerId": "vizio_partner_demo_inc", "signingKeys": [SIGNING_KEY],
        "apiBaseUrl": scene.store.url, "accountIdPattern": "cust-{customerId}",
    });
    let name = format!("in-process/{BROADCASTER}/vizio");
    scene.aws.put_secret(&name, &config);
    scene
}

/// The store has an active purchase of Ada.
fn sells_to_ada(scene: &Scene, key: &str) {
    let mut reply = active(key);
    reply.body["data"]["partnerAccountId"] = json!("cust-ada");
    scene.store.reply(key, reply);
}

async fn holds(scene: &Scene, key: &str) -> bool {
    scene.holder(key).await.as_deref() == Some("ada")
}

#[tokio::test]
async fn the_first_notification_of_a_purchase_outlives_an_outage() {
    for (status, deliveries, seconds) in [
        (503, STORE_DELIVERIES, 60),
        (401, 1, 3600),
        (403, 1, 3600),
        (400, 1, 3600),
    ] {
        let scene = bound_by_store().await;
        scene.store.fails("vzs-1", status);
        let messages = batch(&[(notification("vzs-1"), deliveries)]);
        assert_eq!(scene.deliver(messages).await, [""; 0]);
        let due = scene.due_in("purchases");
        let range = seconds - 10..=seconds * 5 / 4;
        assert!(range.contains(&due), "{status}: {due}");

        sells_to_ada(&scene, "vzs-1");
        let deferred = scene.deferred().await;
        assert_eq!(scene.verify(&deferred).await, [""; 0]);

        assert!(holds(&scene, "vzs-1").await, "{status}");
        assert!(scene.aws.items("purchases").is_empty(), "{status}");
    }
}

#[tokio::test]
async fn the_queue_tries_a_few_times_before_the_schedule_does() {
    let scene = bound_by_store().await;
    scene.store.fails("vzs-1", 503);
    for deliveries in 1..STORE_DELIVERIES {
        let messages = batch(&[(notification("vzs-1"), deliveries)]);
        assert_eq!(scene.deliver(messages).await, ["m0"]);
    }
    assert!(scene.aws.items("purchases").is_empty());
}

#[tokio::test]
async fn a_deferred_notification_that_fails_again_waits_longer() {
    let scene = bound_by_store().await;
    scene.store.fails("vzs-1", 503);
    scene
        .deliver(batch(&[(notification("vzs-1"), STORE_DELIVERIES)]))
        .await;
    for minutes in [2, 4, 8, 16, 32, 60, 60] {
        let deferred = scene.deferred().await;
        assert_eq!(scene.verify(&deferred).await, [""; 0]);
        let due = scene.due_in("purchases");
        let range = minutes * 60 - 10..=minutes * 75;
        assert!(range.contains(&due), "{minutes}: {due}");
    }
}

#[tokio::test]
async fn the_store_s_no_ends_the_waiting() {
    let scene = bound_by_store().await;
    scene.store.fails("vzs-1", 503);
    scene
        .deliver(batch(&[(notification("vzs-1"), STORE_DELIVERIES)]))
        .await;
    scene.store.fails("vzs-1", 404);
    let deferred = scene.deferred().await;
    assert_eq!(scene.verify(&deferred).await, [""; 0]);
    assert!(scene.aws.items("purchases").is_empty());
    assert_eq!(scene.stored("vzs-1").await, None);
}

#[tokio::test]
async fn a_purchase_that_became_known_meanwhile_ends_the_waiting() {
    let scene = bound_by_store().await;
    scene.store.fails("vzs-1", 503);
    scene
        .deliver(batch(&[(notification("vzs-1"), STORE_DELIVERIES)]))
        .await;
    sells_to_ada(&scene, "vzs-1");
    scene.verify(&[notification("vzs-1")]).await;
    assert!(holds(&scene, "vzs-1").await);
    let asked = scene.store.asked().len();

    let deferred = scene.deferred().await;
    scene.verify(&deferred).await;

    assert!(scene.aws.items("purchases").is_empty());
    assert_eq!(scene.store.asked().len(), asked, "the answer is known");
}

#[tokio::test]
async fn a_purchase_that_is_stored_by_now_is_left_to_its_own_schedule() {
    let scene = bound_by_store().await;
    scene.store.fails("vzs-1", 503);
    scene
        .deliver(batch(&[(notification("vzs-1"), STORE_DELIVERIES)]))
        .await;
    let mut deferred = scene.deferred().await;
    sells_to_ada(&scene, "vzs-1");
    scene.verify(&[notification("vzs-1")]).await;
    // Later than that look, and the store fails again.
    scene.store.fails("vzs-1", 503);
    deferred[0].received_at = cloud::clock::now();
    let table = scene.purchases();
    let kept = table.defer_notification(&deferred[0], |_| cloud::clock::now());
    assert!(kept.await.unwrap());

    assert_eq!(scene.verify(&deferred).await, [""; 0]);

    assert!(scene.aws.items("purchases").is_empty());
    assert_eq!(scene.stored("vzs-1").await.unwrap().deferrals, 1);
}

#[tokio::test]
async fn a_store_without_credentials_is_waited_for() {
    let scene = scene().await;
    let mut told = notification("rks-1");
    told.store = domain::Store::Roku;
    assert_eq!(scene.verify(&[told]).await, [""; 0]);
    assert!((3590..=4500).contains(&scene.due_in("purchases")));
    assert_eq!(scene.deferred().await.len(), 1);
}

#[tokio::test]
async fn a_status_that_nobody_knows_is_waited_for() {
    let scene = bound_by_store().await;
    let mut odd = active("vzs-1");
    odd.body["data"]["status"] = json!("SOMETHING_NEW");
    scene.store.reply("vzs-1", odd);
    assert_eq!(scene.verify(&[notification("vzs-1")]).await, [""; 0]);

    sells_to_ada(&scene, "vzs-1");
    let deferred = scene.deferred().await;
    scene.verify(&deferred).await;
    assert!(holds(&scene, "vzs-1").await);
}

#[tokio::test]
async fn many_notifications_of_one_purchase_are_one_question_to_come() {
    let scene = bound_by_store().await;
    scene.store.fails("vzs-1", 401);
    for _ in 0..5 {
        scene.verify(&[notification("vzs-1")]).await;
    }
    assert_eq!(scene.deferred().await.len(), 1);
}

#[tokio::test]
async fn after_thirty_days_it_is_given_up_loudly() {
    let scene = bound_by_store().await;
    scene.store.fails("vzs-1", 503);
    let mut told = notification("vzs-1");
    told.received_at = cloud::clock::now() - jiff::SignedDuration::from_hours(30 * 24);
    let logs = Logs::collect("info");
    assert_eq!(
        scene.deliver(batch(&[(told, STORE_DELIVERIES)])).await,
        [""; 0]
    );
    assert!(scene.aws.items("purchases").is_empty());
    assert!(logs.text().contains("is given up"), "{}", logs.text());
}

#[tokio::test]
async fn a_dead_letter_of_our_own_fault_leaves_the_notification_with_the_schedule() {
    let scene = bound_by_store().await;
    sells_to_ada(&scene, "vzs-1");
    scene.aws.refuse(Refusal::Operation("GetSecretValue"));
    for (deliveries, kept) in [(11, 0), (12, 1)] {
        let messages = batch(&[(notification("vzs-1"), deliveries)]);
        assert_eq!(scene.deliver(messages).await, ["m0"]);
        assert_eq!(scene.aws.items("purchases").len(), kept);
    }
    scene.aws.accept();
    let deferred = scene.deferred().await;
    scene.verify(&deferred).await;
    assert!(holds(&scene, "vzs-1").await);
}

#[tokio::test]
async fn a_broadcaster_that_is_gone_is_not_waited_for() {
    let scene = bound_by_store().await;
    scene.store.fails("vzs-1", 503);
    scene
        .deliver(batch(&[(notification("vzs-1"), STORE_DELIVERIES)]))
        .await;
    let profile = json!({"pk": {"S": BROADCASTER}, "sk": {"S": "profile"}});
    let _gone = scene.aws.dynamodb(
        "DeleteItem",
        json!({"TableName": "broadcasters", "Key": profile}),
    );
    let deferred = scene.deferred().await;
    assert_eq!(deferred.len(), 1);
    scene.verify(&deferred).await;
    assert!(scene.aws.items("purchases").is_empty());
}

#[tokio::test]
async fn what_is_deferred_shows_no_purchase_key_in_the_log() {
    let scene = bound_by_store().await;
    let logs = Logs::collect("trace");
    let reply = Reply {
        status: 503,
        ..active("vzs-88120044")
    };
    scene.store.reply("vzs-88120044", reply);
    let mut old = notification("vzs-88120044");
    old.received_at = Timestamp::UNIX_EPOCH;
    let messages = batch(&[
        (notification("vzs-88120044"), STORE_DELIVERIES),
        (old, STORE_DELIVERIES),
    ]);
    assert_eq!(scene.deliver(messages).await, [""; 0]);
    let text = logs.text();
    assert!(text.contains("\"deferred\""), "{text}");
    assert!(!text.contains("vzs-88120044"), "{text}");
}

//! Whose topic may send: people say it, and answer Amazon's question.

use serde_json::json;
use store_simulator::amazon::model::Action;

use local_stack::broadcaster::amazon::TOPIC;

use super::Scene;
use crate::story::eventually;

const ANOTHER_TOPIC: &str = "arn:aws:sns:us-east-1:000011112222:ZZ99Z";

/// A broadcaster whom Amazon tells nothing until the address is confirmed.
async fn unconfirmed(settings: serde_json::Value) -> Scene {
    let scene = Scene::new().await;
    // Amazon tries again for longer than any instance goes by what was configured before.
    let changes = json!({"requireConfirmation": true, "backoffMillis": 2000});
    scene.store().reconfigure(&changes).await.unwrap();
    scene.configured(settings).await;
    scene
}

#[tokio::test]
async fn a_topic_is_shown_then_pinned_then_confirmed_by_its_address() {
    let scene = unconfirmed(json!({"topicArns": null})).await;
    assert_eq!(scene.shown().await["confirmation"], json!(null));

    let asked = scene.store().ask_confirmation().await.unwrap();

    assert_eq!(scene.answered(&asked.message_id).await, [200]);
    let shown = scene.shown().await["confirmation"].clone();
    let token = shown["token"].as_str().unwrap();
    scene.broadcaster.confidential.note(token).unwrap();
    let endpoint = scene.store().endpoint().await.unwrap();
    assert_eq!(Some(token), endpoint.token.as_deref());
    assert_eq!(shown["topic"], TOPIC);
    let url = shown["url"].as_str().unwrap();
    assert!(
        url.starts_with("https://sns.us-east-1.amazonaws.com/?"),
        "{url}"
    );
    assert!(url.contains("Action=ConfirmSubscription") && url.contains(token));
    assert_eq!(endpoint.confirmation_visits, 0, "nobody has said so yet");

    scene.configured(json!({})).await;
    // Within seconds, not once the old configuration is forgotten.
    eventually("it is confirmed", async || {
        scene.store().ask_confirmation().await.unwrap();
        scene.delivered().await;
        let endpoint = scene.store().endpoint().await.unwrap();
        let token = endpoint.token.unwrap();
        scene.broadcaster.confidential.note(&token).unwrap();
        endpoint.confirmed.then_some(())
    })
    .await;
    let receipt = scene.subscribed("ada").await;
    scene.happens(&receipt, Action::Renew).await;
    scene.delivered().await;
    // An instance that still goes by the configuration of before may have refused it.
    scene.is_looked_at(&receipt).await;
    scene.told(&receipt.receipt_id, &["new", "renew"]).await;
}

#[tokio::test]
async fn a_topic_is_confirmed_by_its_token_and_given_up() {
    let scene = unconfirmed(json!({"confirmByUrl": false})).await;
    let asked = scene.store().ask_confirmation().await.unwrap();
    assert_eq!(scene.answered(&asked.message_id).await, [200]);
    let shown = scene.shown().await["confirmation"].clone();
    let token = shown["token"].as_str().unwrap();
    scene.broadcaster.confidential.note(token).unwrap();

    // A person pastes it into Amazon's console.
    scene.store().enter_token(token).await.unwrap();

    let receipt = scene.subscribed("ada").await;
    scene.happens(&receipt, Action::Renew).await;
    scene.told(&receipt.receipt_id, &["new", "renew"]).await;

    let farewell = scene.store().unsubscribe().await.unwrap();
    assert_eq!(scene.answered(&farewell.message_id).await, [200]);
    let endpoint = scene.store().endpoint().await.unwrap();
    assert!(!endpoint.confirmed, "its address would subscribe again");
    assert_eq!(endpoint.confirmation_visits, 0);
}

#[tokio::test]
async fn a_topic_that_is_not_pinned_changes_nothing_and_the_schedule_finds_what_it_told() {
    let scene = Scene::new().await;
    scene
        .configured(json!({"topicArns": [ANOTHER_TOPIC]}))
        .await;
    let receipt = scene.subscribed("ada").await;
    let asked = scene.times_asked(&receipt.receipt_id).await;

    let renewed = scene.happens(&receipt, Action::Renew).await;

    let sent = scene.delivered().await;
    assert_eq!(sent.len(), 1);
    // Anybody can have SNS sign messages of a topic of their own.
    let statuses: Vec<_> = sent[0]
        .attempts
        .iter()
        .map(|attempt| attempt.status)
        .collect();
    assert_eq!(statuses, [Some(401)]);
    assert_eq!(scene.times_asked(&receipt.receipt_id).await, asked);
    assert_eq!(scene.shown().await["confirmation"], json!(null));
    scene.told(&receipt.receipt_id, &["new"]).await;

    scene.is_looked_at(&receipt).await;

    let told = scene.told(&receipt.receipt_id, &["new", "renew"]).await;
    assert_eq!(told[1]["end_date"], super::end(&renewed));
}

//! What others send in Amazon's name.

use local_stack::broadcaster::MONTHLY_OFFER;
use serde_json::json;
use store_simulator::amazon::model::{Action, Options};
use store_simulator::amazon::{CustomMessage, Forgery};

use super::Scene;
use crate::story::{stack, subscriptions};

/// What each is answered with, where certificates have to be of a named issuer. 503 is for what SNS has
/// signed under a clock that is wrong.
fn answer(forgery: Forgery) -> u16 {
    match forgery {
        Forgery::FutureTimestamp => 503,
        // Headers are not signed, so nothing goes by them; a foreign question is shown to people.
        Forgery::HeaderTopicDiffers | Forgery::ForeignConfirmation => 200,
        _ => 401,
    }
}

#[tokio::test]
async fn every_forgery_is_refused_and_changes_nothing() {
    let scene = Scene::new().await;
    let published = scene.store().certificate().await.unwrap();
    let issuers = json!({"certificateIssuers": [published.issuer_pem]});
    scene.configured(issuers).await;
    let once = json!({"deliveryAttempts": 1});
    scene.store().reconfigure(&once).await.unwrap();
    let receipt = scene.subscribed("ada").await;
    // Whoever looks sees that it was paid back.
    let silently = Options::default().silently();
    scene
        .happens_with(&receipt, Action::CancelOrder, silently)
        .await;
    let asked = scene.times_asked(&receipt.receipt_id).await;
    let genuine = CustomMessage::of_type("SUBSCRIPTION_CANCELLED", &receipt);

    let mut sent = Vec::new();
    for forgery in Forgery::ALL {
        if forgery != Forgery::HeaderTopicDiffers {
            let message = genuine.clone().forged(forgery);
            sent.push((forgery, scene.says(&message).await));
        }
    }

    let records = scene.delivered().await;
    for (forgery, id) in &sent {
        let record = records.iter().find(|one| one.notification_id == *id);
        let attempts = &record.unwrap().attempts;
        assert_eq!(attempts.len(), 1, "{forgery:?}");
        assert_eq!(attempts[0].status, Some(answer(*forgery)), "{forgery:?}");
    }
    assert_eq!(scene.times_asked(&receipt.receipt_id).await, asked);
    let endpoint = scene.store().endpoint().await.unwrap();
    assert_eq!(endpoint.confirmation_visits, 0);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.told(&receipt.receipt_id, &["new"]).await;
    let shown = scene.shown().await["confirmation"].clone();
    let foreign = shown["topic"].as_str().unwrap();
    assert!(foreign.contains(":999988887777:"), "{foreign}");
    let token = shown["token"].as_str().unwrap();
    scene.broadcaster.confidential.note(token).unwrap();

    let harmless = genuine.forged(Forgery::HeaderTopicDiffers);
    let id = scene.says(&harmless).await;
    assert_eq!(scene.answered(&id).await, [200]);
    scene.told(&receipt.receipt_id, &["new", "cancel"]).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn a_message_for_another_broadcaster_is_refused_and_so_is_one_that_is_too_large() {
    let (scene, other) = (Scene::new().await, Scene::new().await);
    let receipt = scene.subscribed("ada").await;
    let asked = scene.times_asked(&receipt.receipt_id).await;
    let api = &scene.broadcaster.api;
    let url = &stack().api_url;
    for (address, status) in [
        (other.broadcaster.amazon_address(), 401),
        ("/amazon/notifications/broadcasters/1".to_owned(), 401),
        ("/amazon/notifications/broadcasters/nobody".to_owned(), 401),
        (
            format!("/amazon/push-notification/{}", scene.broadcaster.id),
            404,
        ),
    ] {
        let changes = json!({"notificationUrl": format!("{url}{address}")});
        scene.store().reconfigure(&changes).await.unwrap();
        let message = CustomMessage::of_type("SUBSCRIPTION_EXPIRED", &receipt);
        let id = scene.says(&message).await;
        assert_eq!(scene.answered(&id).await, [status], "{address}");
    }
    let address = scene.broadcaster.amazon_address();
    let large = api.request(reqwest::Method::POST, &address);
    let large = large.body("x".repeat(600_000)).send().await.unwrap();
    assert_eq!(large.status(), 413);
    assert_eq!(scene.times_asked(&receipt.receipt_id).await, asked);
    assert!(subscriptions(&other.broadcaster, "ada").await.is_empty());
    scene.told(&receipt.receipt_id, &["new"]).await;
}

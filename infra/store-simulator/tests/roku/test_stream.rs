//! The test address: test messages, and copies of all other notifications.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use serde_json::json;
use store_simulator::roku::{
    CustomPush, SignWith,
    model::{Action, Options},
};

use crate::{receiver::Receiver, scene::Scene};

async fn set() -> (Scene, Receiver) {
    let scene = Scene::set().await;
    let test = Receiver::start().await;
    let changes = json!({"testNotificationUrl": test.url()});
    scene.store.reconfigure(&changes).await.unwrap();
    (scene, test)
}

async fn test_keys(scene: &Scene) -> JwkSet {
    let keys = scene.get(&scene.store.test_jwks_url()).await;
    keys.json().await.unwrap()
}

#[tokio::test]
async fn a_test_message_is_plain_text_signed_with_the_test_key() {
    let (scene, test) = set().await;
    scene
        .store
        .notify(&CustomPush::test("hello"))
        .await
        .unwrap();
    scene.settle().await;
    assert!(scene.receiver.received().is_empty());
    let received = test.received().pop().unwrap();
    let kid = received.kid();
    assert!(kid.starts_with("ROKU-PARTNER-SERVICE-TEST-"), "{kid}");
    let claims = received.verified(&test_keys(&scene).await).unwrap();
    let message = URL_SAFE_NO_PAD.decode(claims["x-Roku-message"].as_str().unwrap());
    assert_eq!(message.unwrap(), b"hello");
    assert!(received.verified(&scene.keys().await).is_err());
}

#[tokio::test]
async fn the_test_address_gets_the_live_notifications() {
    let (scene, test) = set().await;
    scene.buy("monthly").await;
    scene.settle().await;
    let ours = scene.receiver.received().pop().unwrap();
    let theirs = test.received().pop().unwrap();
    assert_eq!(ours.message(), theirs.message());
    let key = "x-Roku-message-key";
    assert_eq!(ours.claims()[key], theirs.claims()[key]);
    assert!(theirs.verified(&test_keys(&scene).await).is_ok());
    let calls = scene.store.calls().await.unwrap();
    assert_eq!(
        (calls.deliveries.len(), calls.test_deliveries.len()),
        (1, 1)
    );
}

#[tokio::test]
async fn the_test_keys_change_on_their_own() {
    let (scene, _test) = set().await;
    let before = scene.keys().await;
    let kid = scene.store.rotate_test_keys(false).await.unwrap();
    assert!(test_keys(&scene).await.find(&kid).is_some());
    assert_eq!(scene.keys().await, before);
}

#[tokio::test]
async fn a_production_notification_can_be_signed_with_the_test_key() {
    let (scene, _test) = set().await;
    let custom = CustomPush::text("hello").signed_with(SignWith::TestKey);
    let received = scene.pushed(&custom).await;
    assert!(received.verified(&scene.keys().await).is_err());
    assert!(received.verified(&test_keys(&scene).await).is_ok());
}

#[tokio::test]
async fn silence_is_kept_on_both_streams() {
    let (scene, test) = set().await;
    let purchase = scene.buy("monthly").await;
    let options = Options::default().silently();
    let id = &purchase.transaction_id;
    scene.store.act(id, Action::Cancel, &options).await.unwrap();
    scene.settle().await;
    assert_eq!(test.received().len(), 1);
}

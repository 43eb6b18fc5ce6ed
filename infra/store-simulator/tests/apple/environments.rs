//! Production and sandbox.

use serde_json::json;
use store_simulator::apple::model::{
    Environment::{Production, Sandbox},
    NewPurchase,
};

use crate::{
    receiver::Receiver,
    scene::{Scene, configuration},
};

const PATHS: [&str; 3] = ["/v1/transactions/", "/v1/subscriptions/", "/v2/history/"];

#[tokio::test]
async fn neither_environment_knows_the_ids_of_the_other() {
    let (scene, bought) = Scene::bought().await;
    let tested = scene.buy(&NewPurchase::of("premium").in_sandbox()).await;
    let tested = tested.original_transaction_id;
    for path in PATHS {
        for (id, own, other) in [
            (&bought, Production, Sandbox),
            (&tested, Sandbox, Production),
        ] {
            let path = format!("{path}{id}");
            assert_eq!(scene.get_in(own, &path).await.0, 200);
            let (status, answer) = scene.get_in(other, &path).await;
            assert_eq!((status, &answer["errorCode"]), (404, &json!(4_040_010)));
        }
    }
}

#[tokio::test]
async fn what_is_of_the_sandbox_says_so() {
    let scene = Scene::set().await;
    let id = scene.buy(&NewPurchase::of("premium").in_sandbox()).await;
    let id = id.original_transaction_id;
    let (_, answer) = scene
        .get_in(Sandbox, &format!("/v1/subscriptions/{id}"))
        .await;
    assert_eq!(answer["environment"], "Sandbox");
    assert!(answer.get("appAppleId").is_none());
    let told = scene.told().await;
    assert_eq!(told["data"]["environment"], "Sandbox");
    assert!(told["data"].get("appAppleId").is_none());
    assert_eq!(
        told["data"]["signedTransactionInfo"]["environment"],
        "Sandbox"
    );
    assert_eq!(told["data"]["signedRenewalInfo"]["environment"], "Sandbox");
}

#[tokio::test]
async fn before_the_first_release_production_answers_401() {
    let (scene, id) = Scene::bought().await;
    scene
        .store
        .reconfigure(&json!({"released": false}))
        .await
        .unwrap();
    for path in PATHS {
        assert_eq!(scene.get(&format!("{path}{id}")).await.0, 401);
        assert_eq!(scene.get_in(Sandbox, &format!("{path}{id}")).await.0, 404);
    }
}

#[tokio::test]
async fn each_environment_can_have_its_own_address() {
    let scene = Scene::set().await;
    let other = Receiver::start().await;
    let addresses = json!({"sandboxNotificationUrl": other.url()});
    scene.store.reconfigure(&addresses).await.unwrap();
    scene.buy(&NewPurchase::of("premium")).await;
    scene.buy(&NewPurchase::of("premium").in_sandbox()).await;
    scene.settle().await;
    assert_eq!(scene.receiver.received().len(), 1);
    assert_eq!(other.received().len(), 1);
}

#[tokio::test]
async fn with_an_address_for_the_sandbox_alone_production_is_not_sent() {
    let scene = Scene::set().await;
    let mut only = configuration(None);
    only.sandbox_notification_url = Some(scene.receiver.url());
    scene.store.configure(&only).await.unwrap();
    scene.buy(&NewPurchase::of("premium")).await;
    scene.buy(&NewPurchase::of("premium").in_sandbox()).await;
    let counts = scene.settle().await;
    assert_eq!((counts.delivered, counts.unaddressed), (1, 1));
}

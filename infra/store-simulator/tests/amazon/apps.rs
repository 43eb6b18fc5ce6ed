//! Several apps side by side, and invalid calls.

use serde_json::json;
use store_simulator::{
    Control, ControlError,
    amazon::model::{Action, NewPurchase, Options},
};

use crate::{
    SECRET,
    scene::{MONTHLY, Scene, configuration},
};

fn status<T>(answer: &Result<T, ControlError>) -> u16 {
    match answer {
        Err(ControlError::Refused { status, .. }) => *status,
        Err(ControlError::Http { .. }) => 0,
        Ok(_) => 200,
    }
}

#[tokio::test]
async fn apps_of_other_accounts_do_not_see_each_other() {
    let (scene, receipt) = Scene::bought().await;
    let other = Control::new(scene.simulator.base_url()).amazon("tv.example.other");
    let mut theirs = configuration(None);
    theirs.shared_secret = "2:other".to_owned();
    other.configure(&theirs).await.unwrap();
    assert!(other.purchases().await.unwrap().is_empty());
    let found = scene.ask("", "2:other", &receipt.user_id, &receipt.receipt_id);
    assert_eq!(found.await.status(), 400);
    let their_receipt = other.buy(&NewPurchase::of(MONTHLY)).await.unwrap().receipt;
    assert_eq!(scene.look_up(&their_receipt).await.0, 400);
    let addresses = (scene.store.certificate().await, other.certificate().await);
    let (ours, theirs) = (addresses.0.unwrap(), addresses.1.unwrap());
    assert_ne!(ours.signing_cert_url, theirs.signing_cert_url);
    assert_eq!(other.calls().await.unwrap().look_ups.total, 1);
}

#[tokio::test]
async fn apps_of_one_account_share_the_secret() {
    let scene = Scene::set().await;
    let sibling = Control::new(scene.simulator.base_url()).amazon("tv.example.a-sibling");
    sibling.configure(&configuration(None)).await.unwrap();
    let receipt = sibling
        .buy(&NewPurchase::of(MONTHLY))
        .await
        .unwrap()
        .receipt;
    let found = scene.ask("", SECRET, &receipt.user_id, &receipt.receipt_id);
    assert_eq!(found.await.status(), 200);
    assert_eq!(sibling.calls().await.unwrap().look_ups.total, 1);
    assert_eq!(scene.store.calls().await.unwrap().look_ups.total, 0);
}

#[tokio::test]
async fn removing_an_app_forgets_it() {
    let (scene, receipt) = Scene::bought().await;
    scene.store.remove().await.unwrap();
    assert_eq!(status(&scene.store.calls().await), 404);
    assert_eq!(scene.look_up(&receipt).await.0, 496);
}

#[tokio::test]
async fn wrong_calls_are_refused() {
    let (scene, receipt) = Scene::bought().await;
    let id = &receipt.receipt_id;
    let unknown = scene.store.plainly("unheard-of", Action::Renew).await;
    assert_eq!(status(&unknown), 404);
    assert_eq!(status(&scene.store.purchase("unheard-of").await), 404);
    let unsold = scene.store.buy(&NewPurchase::of("unheard-of")).await;
    assert_eq!(status(&unsold), 400);
    let taken = NewPurchase::of(MONTHLY).with_receipt_id(id.clone());
    assert_eq!(status(&scene.store.buy(&taken).await), 409);
    let nameless = scene.store.plainly(id, Action::ChangeNow).await;
    assert_eq!(status(&nameless), 400);
    assert_eq!(status(&scene.store.plainly(id, Action::Recover).await), 409);
    for wrong in [
        json!({"topicArn": "AB12C"}),
        json!({"sharedSecret": ""}),
        json!({"unheardOf": 1}),
        json!({"notificationUrl": "nowhere"}),
        json!({"products": [{"productId": "a", "productType": "SUBSCRIPTION", "period": "P1M"}]}),
    ] {
        assert_eq!(
            status(&scene.store.reconfigure(&wrong).await),
            400,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn nothing_confidential_is_in_errors_or_debug() {
    let (scene, receipt) = Scene::bought().await;
    let error = scene
        .store
        .act(&receipt.receipt_id, Action::Recover, &Options::default())
        .await
        .unwrap_err();
    let everything = format!(
        "{error} {error:?} {receipt:?} {:?} {:?} {:?}",
        configuration(None),
        NewPurchase::of(MONTHLY).for_user(receipt.user_id.clone()),
        scene.store.calls().await.unwrap(),
    );
    assert!(!everything.contains(receipt.receipt_id.as_str()));
    assert!(!everything.contains(receipt.user_id.as_str()));
    assert!(!everything.contains(SECRET));
}

//! Accounts do not see each other, and can be registered again.

use serde_json::{Value, json};
use store_simulator::{
    Control, ControlError,
    roku::{Configuration, RokuControl, model::Action},
};

use crate::{
    API_KEY,
    scene::{Scene, configuration},
};

async fn other_account(scene: &Scene) -> RokuControl {
    let other = Control::new(scene.simulator.base_url()).roku("other");
    let configuration = Configuration {
        api_keys: vec!["theirs".to_owned()],
        ..configuration(None)
    };
    other.configure(&configuration).await.unwrap();
    other
}

#[tokio::test]
async fn two_accounts_share_nothing() {
    let (scene, purchase) = Scene::bought().await;
    let other = other_account(&scene).await;
    let id = &purchase.transaction_id;
    assert!(other.purchase(id).await.is_err());
    assert!(other.purchases().await.unwrap().is_empty());
    other.advance_clock(60).await.unwrap();
    assert_eq!(scene.store.now().await.unwrap().to_string(), crate::START);

    let answer = scene.validate_with("theirs", id).await;
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["errorMessage"], "Invalid transaction id.");
    assert_eq!(other.calls().await.unwrap().look_ups.total, 1);
    assert_eq!(scene.store.calls().await.unwrap().look_ups.total, 0);
}

#[tokio::test]
async fn no_two_accounts_have_the_same_key() {
    let scene = Scene::set().await;
    let other = other_account(&scene).await;
    let changes = json!({"apiKeys": ["theirs", API_KEY]});
    let refused = other.reconfigure(&changes).await.unwrap_err();
    assert!(matches!(refused, ControlError::Refused { status: 400, .. }));
    assert!(!format!("{refused} {refused:?}").contains(API_KEY));
}

#[tokio::test]
async fn registering_again_keeps_purchases_keys_and_clock() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    let renewed = scene.store.plainly(id, Action::Renew).await.unwrap();
    let keys = scene.keys().await;
    let again = Configuration {
        clock_start: None,
        ..configuration(None)
    };
    assert_eq!(scene.store.configure(&again).await.unwrap(), renewed.now);
    assert!(scene.store.purchase(id).await.unwrap() == renewed.purchase);
    assert_eq!(scene.keys().await, keys);

    scene.store.remove().await.unwrap();
    assert!(scene.store.purchase(id).await.is_err());
    assert!(scene.keys().await.keys.is_empty());
}

#[tokio::test]
async fn a_wrong_registration_is_refused() {
    let scene = Scene::set().await;
    for changes in [
        json!({"notificationUrl": "no address"}),
        json!({"apiKeys": [""]}),
        json!({"plans": [{"productCode": "p", "amount": "1.00"}]}),
        json!({"plans": [{"productCode": "p", "amount": "one", "period": "P1M"}]}),
        json!({"unheardOf": true}),
    ] {
        let answer = scene.store.reconfigure(&changes).await;
        assert!(
            matches!(answer, Err(ControlError::Refused { status: 400, .. })),
            "{changes}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn actions_that_are_not_possible_say_why_and_name_no_purchase() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    let refused = scene.store.plainly(id, Action::Recover).await.unwrap_err();
    assert!(matches!(refused, ControlError::Refused { status: 409, .. }));
    let unknown = scene.store.purchase("secret-id").await.unwrap_err();
    assert!(matches!(unknown, ControlError::Refused { status: 404, .. }));
    let missing = scene.store.plainly(id, Action::Upgrade).await.unwrap_err();
    assert!(matches!(missing, ControlError::Refused { status: 400, .. }));
    for error in [refused, unknown, missing] {
        let shown = format!("{error} {error:?}");
        let secret = shown.contains(id.as_str()) || shown.contains("secret-id");
        assert!(!secret, "{shown}");
    }
}

#[tokio::test]
async fn records_and_debug_output_name_nobody() {
    let (scene, purchase) = Scene::bought().await;
    scene.settle().await;
    let calls = scene.store.calls().await.unwrap();
    let shown = format!("{purchase:?} {:?} {calls:?}", configuration(None));
    for secret in [
        purchase.transaction_id.as_str(),
        &purchase.customer_id,
        API_KEY,
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

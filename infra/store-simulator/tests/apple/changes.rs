//! Changes of plan and of the end.

use serde_json::json;
use store_simulator::apple::model::{Action, Options};

use crate::scene::{Scene, millis};

#[tokio::test]
async fn an_upgrade_begins_a_new_period_now() {
    let (scene, id) = Scene::bought().await;
    scene.store.advance_clock(10 * 86_400).await.unwrap();
    let kinds = scene
        .kinds(&id, Action::Upgrade, &Options::to_product("yearly"))
        .await;
    assert_eq!(kinds, ["DID_CHANGE_RENEWAL_PREF/UPGRADE"]);
    let (status, shown, renewal) = scene.status(&id).await;
    assert_eq!(status, 1);
    assert_eq!(shown["productId"], "yearly");
    assert_eq!(shown["originalTransactionId"], id);
    assert_eq!(shown["transactionReason"], "PURCHASE");
    assert_eq!(shown["purchaseDate"], millis("2026-11-25T00:00:00Z"));
    assert_eq!(shown["expiresDate"], millis("2027-11-25T00:00:00Z"));
    assert_eq!(renewal["autoRenewProductId"], "yearly");
    let old = scene.transaction(&id).await;
    assert_eq!(
        (&old["productId"], &old["isUpgraded"]),
        (&json!("premium"), &json!(true))
    );
    assert!(shown.get("isUpgraded").is_none());
}

#[tokio::test]
async fn a_downgrade_waits_for_the_renewal() {
    let (scene, id) = Scene::bought().await;
    let kinds = scene
        .kinds(&id, Action::Downgrade, &Options::to_product("basic"))
        .await;
    assert_eq!(kinds, ["DID_CHANGE_RENEWAL_PREF/DOWNGRADE"]);
    let (_, shown, renewal) = scene.status(&id).await;
    assert_eq!(shown["productId"], "premium");
    assert_eq!(renewal["productId"], "premium");
    assert_eq!(renewal["autoRenewProductId"], "basic");
    assert_eq!(renewal["renewalPrice"], 4_990);
    scene.act(&id, Action::Renew, &Options::default()).await;
    let (_, shown, _) = scene.status(&id).await;
    assert_eq!(
        (&shown["productId"], &shown["price"]),
        (&json!("basic"), &json!(4_990))
    );
}

#[tokio::test]
async fn a_downgrade_can_be_taken_back() {
    let (scene, id) = Scene::bought().await;
    let plain = Options::default();
    assert_eq!(scene.refusal(&id, Action::KeepPlan, &plain).await, 409);
    scene
        .act(&id, Action::Downgrade, &Options::to_product("basic"))
        .await;
    let kinds = scene.kinds(&id, Action::KeepPlan, &plain).await;
    assert_eq!(kinds, ["DID_CHANGE_RENEWAL_PREF"]);
    assert_eq!(scene.status(&id).await.2["autoRenewProductId"], "premium");
    assert!(scene.told().await.get("subtype").is_none());
}

#[tokio::test]
async fn a_plan_of_another_group_is_not_a_change() {
    let (scene, id) = Scene::bought().await;
    let sports = Options::to_product("sports");
    assert_eq!(scene.refusal(&id, Action::Upgrade, &sports).await, 409);
    let unknown = Options::to_product("unheard-of");
    assert_eq!(scene.refusal(&id, Action::Downgrade, &unknown).await, 400);
}

#[tokio::test]
async fn silent_changes_are_seen_only_by_looking() {
    let (scene, id) = Scene::bought().await;
    scene
        .act(&id, Action::Renew, &Options::default().silently())
        .await;
    assert_eq!(scene.notifications().await.len(), 1);
    let (_, shown, _) = scene.status(&id).await;
    assert_eq!(shown["transactionReason"], "RENEWAL");
}

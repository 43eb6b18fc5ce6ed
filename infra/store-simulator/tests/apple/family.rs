//! Family Sharing.

use serde_json::json;
use store_simulator::apple::model::{Action, NewPurchase, Options, Ownership};

use crate::{ACCOUNT, scene::Scene};

async fn shared() -> (Scene, String, String) {
    let scene = Scene::set().await;
    let wanted = NewPurchase::of("family").for_account(ACCOUNT);
    let id = scene.buy(&wanted).await.original_transaction_id;
    let named = Options {
        customer: Some("child".to_owned()),
        ..Options::default()
    };
    let outcome = scene.act(&id, Action::Share, &named).await;
    assert_eq!(outcome.notifications[0].kind, "SUBSCRIBED/INITIAL_BUY");
    assert_eq!(outcome.purchase.ownership, Ownership::FamilyShared);
    (scene, id, outcome.purchase.original_transaction_id)
}

#[tokio::test]
async fn a_member_has_transactions_of_its_own_without_an_account_token() {
    let (scene, id, member) = shared().await;
    let (own, members) = (
        scene.transaction(&id).await,
        scene.transaction(&member).await,
    );
    assert_eq!(members["inAppOwnershipType"], "FAMILY_SHARED");
    assert_eq!(members["expiresDate"], own["expiresDate"]);
    for absent in ["appAccountToken", "price"] {
        assert!(members.get(absent).is_none(), "{absent}");
    }
    for other in [
        "originalTransactionId",
        "webOrderLineItemId",
        "appTransactionId",
    ] {
        assert_ne!(members[other], own[other], "{other}");
    }
}

#[tokio::test]
async fn a_member_follows_who_pays() {
    let (scene, id, member) = shared().await;
    let outcome = scene.act(&id, Action::Renew, &Options::default()).await;
    let kinds: Vec<_> = outcome.notifications.iter().map(|one| &one.kind).collect();
    assert_eq!(kinds, ["DID_RENEW", "DID_RENEW"]);
    let ends = |shown: &serde_json::Value| shown["expiresDate"].clone();
    let (own, members) = (scene.status(&id).await, scene.status(&member).await);
    assert_eq!(ends(&own.1), ends(&members.1));
    scene.act(&id, Action::Cancel, &Options::default()).await;
    assert_eq!(scene.status(&member).await.2["autoRenewStatus"], 0);
    let kinds = scene.kinds(&id, Action::Expire, &Options::default()).await;
    assert_eq!(kinds, ["EXPIRED/VOLUNTARY", "EXPIRED/VOLUNTARY"]);
    assert_eq!(scene.status(&member).await.0, 2);
}

#[tokio::test]
async fn a_member_can_lose_it_and_get_it_again() {
    let (scene, id, member) = shared().await;
    let plain = Options::default();
    assert_eq!(scene.refusal(&id, Action::Revoke, &plain).await, 409);
    assert_eq!(
        scene.kinds(&member, Action::Revoke, &plain).await,
        ["REVOKE"]
    );
    let (status, shown, _) = scene.status(&member).await;
    assert_eq!(
        (status, &shown["revocationType"]),
        (5, &json!("FAMILY_REVOKE"))
    );
    assert_eq!(scene.status(&id).await.0, 1);
    let named = Options {
        customer: Some("child".to_owned()),
        ..Options::default()
    };
    assert_eq!(
        scene.kinds(&id, Action::Share, &named).await,
        ["SUBSCRIBED/RESUBSCRIBE"]
    );
    assert_eq!(scene.status(&member).await.0, 1);
}

#[tokio::test]
async fn a_refund_to_who_pays_takes_it_from_the_members() {
    let (scene, id, member) = shared().await;
    let kinds = scene.kinds(&id, Action::Refund, &Options::default()).await;
    assert_eq!(kinds, ["REFUND", "REVOKE"]);
    assert_eq!(scene.status(&member).await.0, 5);
}

#[tokio::test]
async fn a_change_to_a_plan_for_one_takes_it_from_the_members() {
    let (scene, id, member) = shared().await;
    let kinds = scene
        .kinds(&id, Action::Upgrade, &Options::to_product("yearly"))
        .await;
    assert_eq!(kinds, ["DID_CHANGE_RENEWAL_PREF/UPGRADE", "REVOKE"]);
    assert_eq!(scene.status(&member).await.0, 5);
}

#[tokio::test]
async fn not_every_plan_is_shared_and_not_with_more_than_five() {
    let (scene, id, member) = shared().await;
    let plain = Options::default();
    for _ in 1..5 {
        scene.act(&id, Action::Share, &plain).await;
    }
    assert_eq!(scene.refusal(&id, Action::Share, &plain).await, 409);
    assert_eq!(scene.refusal(&member, Action::Share, &plain).await, 409);
    let single = scene
        .buy(&NewPurchase::of("premium"))
        .await
        .original_transaction_id;
    assert_eq!(scene.refusal(&single, Action::Share, &plain).await, 409);
}

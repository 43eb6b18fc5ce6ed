//! One-time purchases.

use serde_json::json;
use store_simulator::apple::model::{Action, NewPurchase, Options};

use crate::{ACCOUNT, scene::Scene};

#[tokio::test]
async fn each_kind_is_told_and_shown_without_an_end() {
    for (product, kind) in [
        ("film", "Non-Consumable"),
        ("rental", "Consumable"),
        ("season", "Non-Renewing Subscription"),
    ] {
        let scene = Scene::set().await;
        let wanted = NewPurchase::of(product).for_account(ACCOUNT);
        let outcome = scene.store.buy(&wanted).await.unwrap();
        assert_eq!(outcome.notifications[0].kind, "ONE_TIME_CHARGE");
        let shown = scene
            .transaction(&outcome.purchase.original_transaction_id)
            .await;
        assert_eq!(shown["type"], kind);
        assert_eq!(shown["appAccountToken"], ACCOUNT);
        for absent in [
            "expiresDate",
            "webOrderLineItemId",
            "subscriptionGroupIdentifier",
        ] {
            assert!(shown.get(absent).is_none(), "{absent}");
        }
        let told = scene.told().await;
        assert!(told["data"].get("signedRenewalInfo").is_none());
        assert!(told["data"].get("status").is_none());
    }
}

#[tokio::test]
async fn it_can_be_paid_back_but_does_not_renew() {
    let scene = Scene::set().await;
    let id = scene
        .buy(&NewPurchase::of("film"))
        .await
        .original_transaction_id;
    let plain = Options::default();
    assert_eq!(scene.refusal(&id, Action::Renew, &plain).await, 409);
    assert_eq!(scene.kinds(&id, Action::Refund, &plain).await, ["REFUND"]);
    let shown = scene.transaction(&id).await;
    assert_eq!(shown["revocationType"], "REFUND_FULL");
    assert_eq!(
        scene.kinds(&id, Action::ReverseRefund, &plain).await,
        ["REFUND_REVERSED"]
    );
    assert!(scene.transaction(&id).await.get("revocationDate").is_none());
}

#[tokio::test]
async fn it_has_no_status() {
    let scene = Scene::set().await;
    let id = scene
        .buy(&NewPurchase::of("film"))
        .await
        .original_transaction_id;
    let (status, answer) = scene.get(&format!("/v1/subscriptions/{id}")).await;
    assert_eq!((status, &answer["data"]), (200, &json!([])));
}

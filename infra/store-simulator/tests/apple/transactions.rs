//! Content of transactions.

use serde_json::json;
use store_simulator::apple::model::{Action, NewPurchase, Options};

use crate::{
    ACCOUNT, BUNDLE, START,
    scene::{Scene, millis},
};

#[tokio::test]
async fn a_new_subscription_is_shown_with_its_first_period() {
    let (scene, id) = Scene::bought().await;
    let shown = scene.transaction(&id).await;
    assert_eq!(shown["transactionId"], id);
    assert_eq!(shown["originalTransactionId"], id);
    assert_eq!(shown["bundleId"], BUNDLE);
    assert_eq!(shown["productId"], "premium");
    assert_eq!(shown["subscriptionGroupIdentifier"], "21234567");
    assert_eq!(shown["type"], "Auto-Renewable Subscription");
    assert_eq!(shown["inAppOwnershipType"], "PURCHASED");
    assert_eq!(shown["appAccountToken"], ACCOUNT);
    assert_eq!(shown["environment"], "Production");
    assert_eq!(shown["transactionReason"], "PURCHASE");
    assert_eq!(shown["purchaseDate"], millis(START));
    assert_eq!(shown["originalPurchaseDate"], millis(START));
    assert_eq!(shown["expiresDate"], millis("2026-12-15T00:00:00Z"));
    assert_eq!(
        (&shown["price"], &shown["currency"]),
        (&json!(9_990), &json!("EUR"))
    );
    assert_eq!(shown["storefront"], "DEU");
    assert_eq!(shown["quantity"], 1);
    for absent in ["offerType", "revocationDate", "isUpgraded"] {
        assert!(shown.get(absent).is_none(), "{absent}");
    }
}

#[tokio::test]
async fn without_an_account_token_the_field_is_absent() {
    let scene = Scene::set().await;
    let purchase = scene.buy(&NewPurchase::of("premium")).await;
    let id = purchase.original_transaction_id;
    assert!(
        scene
            .transaction(&id)
            .await
            .get("appAccountToken")
            .is_none()
    );
}

#[tokio::test]
async fn every_answer_is_signed_later_than_the_one_before() {
    let (scene, id) = Scene::bought().await;
    let told = scene.told().await["signedDate"].as_i64().unwrap();
    let first = scene.transaction(&id).await["signedDate"].as_i64().unwrap();
    let second = scene.transaction(&id).await["signedDate"].as_i64().unwrap();
    assert!(millis(START) <= told && told < first && first < second);
}

#[tokio::test]
async fn a_restore_has_another_id_for_the_same_period() {
    let (scene, id) = Scene::bought().await;
    let outcome = scene.act(&id, Action::Restore, &Options::default()).await;
    assert!(outcome.notifications.is_empty());
    let again = &outcome.purchase.transactions[1].transaction_id;
    assert_ne!(*again, id);
    let (first, second) = (scene.transaction(&id).await, scene.transaction(again).await);
    assert_eq!(first["webOrderLineItemId"], second["webOrderLineItemId"]);
    assert_eq!(second["originalTransactionId"], id);
    scene.act(&id, Action::Refund, &Options::default()).await;
    assert!(scene.transaction(&id).await.get("revocationDate").is_some());
}

#[tokio::test]
async fn an_id_that_is_not_known_or_not_an_id_is_refused() {
    let (scene, _) = Scene::bought().await;
    for path in ["/v1/transactions/", "/v1/subscriptions/", "/v2/history/"] {
        let (status, answer) = scene.get(&format!("{path}700000000000000")).await;
        assert_eq!((status, &answer["errorCode"]), (404, &json!(4_040_010)));
        let (status, answer) = scene.get(&format!("{path}GPA.1")).await;
        assert_eq!((status, &answer["errorCode"]), (400, &json!(4_000_006)));
    }
}

#[tokio::test]
async fn another_code_for_unknown_ids_can_be_set() {
    let (scene, _) = Scene::bought().await;
    let changes = json!({"notFoundCode": 4_040_005});
    scene.store.reconfigure(&changes).await.unwrap();
    let (status, answer) = scene.get("/v1/subscriptions/700000000000000").await;
    assert_eq!((status, &answer["errorCode"]), (404, &json!(4_040_005)));
}

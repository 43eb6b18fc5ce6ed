//! `purchases.subscriptions.acknowledge`, and the list of purchases that were voided without it.

use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::android::model::{Action, NewPurchase, Options};

use crate::scene::{Scene, parts, reason};

#[tokio::test]
async fn it_is_empty_and_may_be_repeated() {
    let (scene, purchase) = Scene::bought().await;
    let token = &purchase.purchase_token;
    for _ in 0..2 {
        assert_eq!(scene.acknowledge(token).await, (204, Value::Null));
    }
    let (_, shown) = scene.get(token).await;
    assert_eq!(
        shown["acknowledgementState"],
        "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED"
    );
    let calls = scene.store.calls().await.unwrap();
    assert_eq!(calls.acknowledges[token], 2);
}

#[tokio::test]
async fn a_pending_an_ended_and_an_unknown_purchase_are_refused() {
    let scene = Scene::set().await;
    let wanted = NewPurchase::of("premium", "monthly").pending();
    let pending = scene
        .store
        .buy(&wanted)
        .await
        .unwrap()
        .purchase
        .purchase_token;
    let (status, answer) = scene.acknowledge(&pending).await;
    assert_eq!((status, reason(&answer)), (400, "productNotOwnedByUser"));

    let ended = scene.buy().await.purchase_token;
    scene.store.plainly(&ended, Action::Revoke).await.unwrap();
    let (status, answer) = scene.acknowledge(&ended).await;
    assert_eq!((status, reason(&answer)), (400, "subscriptionExpired"));

    let (status, answer) = scene.acknowledge("unknown").await;
    assert_eq!((status, reason(&answer)), (404, "purchaseTokenNotFound"));
    assert!(scene.store.calls().await.unwrap().acknowledges.is_empty());
}

#[tokio::test]
async fn the_product_and_the_verb_count() {
    let (scene, purchase) = Scene::bought().await;
    let token = &*purchase.purchase_token;
    let path = format!("/purchases/subscriptions/basic/tokens/{token}:acknowledge");
    let (status, answer) = parts(scene.call(Method::POST, &path).await).await;
    assert_eq!(
        (status, reason(&answer)),
        (400, "purchaseTokenDoesNotMatchProductId")
    );
    let path = format!("/purchases/subscriptions/premium/tokens/{token}:revise");
    assert_eq!(scene.call(Method::POST, &path).await.status(), 404);
    let bare = scene.url(&format!(
        "/purchases/subscriptions/premium/tokens/{token}:acknowledge"
    ));
    assert_eq!(scene.http.post(bare).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn it_can_name_the_owner_of_a_purchase_made_outside_of_the_app() {
    let (scene, purchase) = Scene::bought().await;
    let old = &purchase.purchase_token;
    scene.store.plainly(old, Action::Expire).await.unwrap();
    let options = Options {
        in_play: true,
        ..Options::default()
    };
    let again = scene
        .store
        .act(old, Action::Resubscribe, &options)
        .await
        .unwrap();
    let new = &again.purchase.purchase_token;
    let (_, shown) = scene.get(new).await;
    assert_eq!(
        shown["outOfAppPurchaseContext"]["expiredPurchaseToken"],
        json!(old)
    );

    let path = format!(
        "/purchases/subscriptions/premium/tokens/{}:acknowledge",
        &**new
    );
    let body = json!({"externalAccountIds": {"obfuscatedAccountId": "the owner"}});
    let request = scene.http.post(scene.url(&path)).json(&body);
    let request = request.bearer_auth(scene.access_token().await);
    assert_eq!(request.send().await.unwrap().status(), 204);
    let (_, shown) = scene.get(new).await;
    assert!(shown.get("outOfAppPurchaseContext").is_none());
    let owner = json!({"obfuscatedExternalAccountId": "the owner"});
    assert_eq!(shown["externalAccountIdentifiers"], owner);
}

#[tokio::test]
async fn it_can_be_refused_on_purpose() {
    let (scene, purchase) = Scene::bought().await;
    let refusals = json!({"refusals": {"acknowledge": 409}});
    scene.store.reconfigure(&refusals).await.unwrap();
    let (status, answer) = scene.acknowledge(&purchase.purchase_token).await;
    assert_eq!((status, reason(&answer)), (409, "concurrentUpdate"));
}

#[tokio::test]
async fn what_was_not_acknowledged_is_listed_as_voided() {
    let (scene, purchase) = Scene::bought().await;
    scene.store.advance_clock(3 * 86_400).await.unwrap();
    let due = scene.store.run_due().await.unwrap();
    let kinds: Vec<_> = due[0]
        .pushes
        .iter()
        .map(|push| push.kind.as_str())
        .collect();
    assert_eq!(kinds, ["12", "voided"]);

    let subscriptions = scene
        .call(Method::GET, "/purchases/voidedpurchases?type=1")
        .await;
    let (status, answer) = parts(subscriptions).await;
    assert_eq!(status, 200);
    let expected = json!({
        "pageInfo": {"totalResults": 1, "resultPerPage": 1_000, "startIndex": 0},
        "voidedPurchases": [{
            "kind": "androidpublisher#voidedPurchase",
            "purchaseToken": purchase.purchase_token,
            "orderId": purchase.order_id,
            "purchaseTimeMillis": "1794700800000",
            "voidedTimeMillis": "1794960000000",
            "voidedSource": 2, "voidedReason": 8, "voidedQuantity": 1,
        }],
    });
    assert_eq!(answer, expected);
    let products = scene.call(Method::GET, "/purchases/voidedpurchases").await;
    let (_, answer) = parts(products).await;
    assert!(answer.get("voidedPurchases").is_none());
    assert_eq!(scene.store.calls().await.unwrap().voided_lists, 2);
}

#[tokio::test]
async fn the_list_has_pages_and_a_window_of_thirty_days() {
    let scene = Scene::set().await;
    for _ in 0..3 {
        let token = scene.buy().await.purchase_token;
        scene.store.plainly(&token, Action::Void).await.unwrap();
        scene.store.advance_clock(60).await.unwrap();
    }
    let list = async |query: &str| {
        let path = format!("/purchases/voidedpurchases?type=1&{query}");
        parts(scene.call(Method::GET, &path).await).await
    };
    let (_, first) = list("maxResults=2").await;
    assert_eq!(first["voidedPurchases"].as_array().unwrap().len(), 2);
    assert_eq!(first["pageInfo"]["totalResults"], 3);
    let next = first["tokenPagination"]["nextPageToken"].as_str().unwrap();
    let (_, second) = list(&format!("maxResults=2&token={next}")).await;
    assert_eq!(second["voidedPurchases"].as_array().unwrap().len(), 1);
    assert!(second.get("tokenPagination").is_none());

    let (_, later) = list("startTime=1794700830000").await;
    assert_eq!(later["pageInfo"]["totalResults"], 2);
    let (_, between) = list("startTime=1794700830000&endTime=1794700890000").await;
    assert_eq!(between["pageInfo"]["totalResults"], 1);
    let (status, answer) = list("startTime=1790000000000").await;
    assert_eq!((status, reason(&answer)), (400, "invalidValue"));
}

//! One-time purchases in the store's API.

use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::android::model::{
    NewOneTimePurchase, OneTimeAction, OneTimeOptions, OneTimePurchase, OneTimeState,
};
use store_simulator::android::{Configuration, OneTimeSold};
use store_simulator::{Control, FaultKind, Faults, LookupFault};

use crate::scene::{Scene, parts, reason};

const FILM: &str = "film";

fn film() -> NewOneTimePurchase {
    NewOneTimePurchase::of(FILM).for_account("a3f1c0de9b")
}

async fn sold(wanted: &NewOneTimePurchase) -> (Scene, OneTimePurchase) {
    let scene = Scene::set().await;
    let sold = scene.store.buy_once(wanted).await.unwrap();
    (scene, sold.purchase)
}

async fn get(scene: &Scene, token: &str) -> (u16, Value) {
    let path = format!("/purchases/productsv2/tokens/{token}");
    parts(scene.call(Method::GET, &path).await).await
}

async fn acknowledge(scene: &Scene, product: &str, token: &str) -> (u16, Value) {
    let path = format!("/purchases/products/{product}/tokens/{token}:acknowledge");
    parts(scene.call(Method::POST, &path).await).await
}

fn kinds(sold: &OneTimeSold) -> Vec<&str> {
    sold.pushes.iter().map(|push| push.kind.as_str()).collect()
}

#[tokio::test]
async fn a_paid_purchase_is_shown_as_a_product_and_is_no_subscription() {
    let (scene, film) = sold(&film()).await;
    let expected = json!({
        "kind": "androidpublisher#productPurchaseV2",
        "orderId": film.order_id,
        "regionCode": "DE",
        "purchaseCompletionTime": "2026-11-15T00:00:00Z",
        "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING",
        "purchaseStateContext": {"purchaseState": "PURCHASED"},
        "obfuscatedExternalAccountId": "a3f1c0de9b",
        "productLineItem": [{"productId": FILM, "productOfferDetails": {
            "purchaseOptionId": "buy", "quantity": 1, "refundableQuantity": 1,
            "consumptionState": "CONSUMPTION_STATE_YET_TO_BE_CONSUMED",
        }}],
    });
    assert_eq!(get(&scene, &film.purchase_token).await, (200, expected));
    assert_eq!(scene.get(&film.purchase_token).await.0, 410);
    let gets = scene.store.calls().await.unwrap().gets;
    assert_eq!(gets.by_token[&film.purchase_token], 2);
}

#[tokio::test]
async fn a_tester_s_purchase_says_so() {
    let (scene, tested) = sold(&film().as_test()).await;
    let (_, shown) = get(&scene, &tested.purchase_token).await;
    assert_eq!(shown["testPurchaseContext"], json!({"fopType": "TEST"}));
}

#[tokio::test]
async fn other_tokens_are_refused() {
    let (scene, subscription) = Scene::bought().await;
    let (status, answer) = get(&scene, &subscription.purchase_token).await;
    assert_eq!((status, reason(&answer)), (404, "purchaseTokenNotFound"));
    let (status, answer) = get(&scene, "never-sold").await;
    assert_eq!((status, reason(&answer)), (404, "purchaseTokenNotFound"));

    let other = Control::new(scene.simulator.base_url()).android("com.example.other");
    other.configure(&Configuration::default()).await.unwrap();
    let foreign = other.buy_once(&film()).await.unwrap().purchase;
    let (status, answer) = get(&scene, &foreign.purchase_token).await;
    let expected = (400, "purchaseTokenDoesNotMatchPackageName");
    assert_eq!((status, reason(&answer)), expected);

    let bare = scene.url("/purchases/productsv2/tokens/never-sold");
    assert_eq!(scene.http.get(bare).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn no_two_purchases_share_a_token() {
    let (scene, subscription) = Scene::bought().await;
    let wanted = film().with_token(subscription.purchase_token);
    scene.store.buy_once(&wanted).await.unwrap_err();
    let wanted = film().with_token("mine");
    scene.store.buy_once(&wanted).await.unwrap();
    scene.store.buy_once(&wanted).await.unwrap_err();
}

#[tokio::test]
async fn look_ups_can_go_wrong() {
    let (scene, film) = sold(&film()).await;
    let fault = FaultKind::Status {
        status: 503,
        retry_after: None,
    };
    let faults = Faults {
        lookup: vec![LookupFault::always(fault)],
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
    assert_eq!(get(&scene, &film.purchase_token).await.0, 503);
}

#[tokio::test]
async fn an_acknowledgement_names_the_product_and_may_be_repeated() {
    let (scene, film) = sold(&film()).await;
    let token = &film.purchase_token;
    let (status, answer) = acknowledge(&scene, "another", token).await;
    let expected = (400, "purchaseTokenDoesNotMatchProductId");
    assert_eq!((status, reason(&answer)), expected);
    for _ in 0..2 {
        assert_eq!(acknowledge(&scene, FILM, token).await, (204, Value::Null));
    }
    let (_, shown) = get(&scene, token).await;
    let word = "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED";
    assert_eq!(shown["acknowledgementState"], word);
    assert_eq!(scene.store.calls().await.unwrap().acknowledges[token], 2);
    assert_eq!(acknowledge(&scene, FILM, "never-sold").await.0, 404);
}

#[tokio::test]
async fn what_is_not_paid_or_paid_back_is_not_acknowledged() {
    let (scene, pending) = sold(&film().pending()).await;
    let back = scene.store.buy_once(&film()).await.unwrap().purchase;
    let refund = OneTimeAction::Refund;
    let token = &back.purchase_token;
    scene.store.plainly_once(token, refund).await.unwrap();
    for token in [&pending.purchase_token, token] {
        let (status, answer) = acknowledge(&scene, FILM, token).await;
        assert_eq!((status, reason(&answer)), (400, "productNotOwnedByUser"));
    }
}

#[tokio::test]
async fn what_nobody_acknowledged_is_paid_back_and_listed() {
    let (scene, film) = sold(&film()).await;
    scene.store.advance_clock(3 * 86_400 - 1).await.unwrap();
    assert_eq!(scene.store.run_due_once().await.unwrap(), []);
    scene.store.advance_clock(1).await.unwrap();
    let due = scene.store.run_due_once().await.unwrap();
    assert_eq!(kinds(&due[0]), ["voided"]);
    assert_eq!(due[0].purchase.state, OneTimeState::Cancelled);
    let listed = scene.call(Method::GET, "/purchases/voidedpurchases").await;
    let (_, answer) = parts(listed).await;
    let listed = &answer["voidedPurchases"][0];
    assert_eq!(listed["orderId"], film.order_id);
    assert_eq!(
        (&listed["voidedSource"], &listed["voidedReason"]),
        (&json!(2), &json!(8))
    );
}

#[tokio::test]
async fn each_push_says_what_happened() {
    let scene = Scene::set().await;
    let bought = scene.store.buy_once(&film()).await.unwrap();
    assert_eq!(kinds(&bought), ["oneTime1"]);
    let token = bought.purchase.purchase_token;
    let refund = OneTimeAction::Refund;
    scene.store.plainly_once(&token, refund).await.unwrap();
    scene.settle().await;
    let told: Vec<Value> = scene
        .receiver
        .received()
        .iter()
        .map(|received| {
            let mut told = received.notification();
            told.as_object_mut().unwrap().remove("eventTimeMillis");
            told
        })
        .collect();
    let package = crate::PACKAGE;
    let expected = [
        json!({"version": "1.0", "packageName": package, "oneTimeProductNotification": {
            "version": "1.0", "notificationType": 1, "purchaseToken": token, "sku": FILM}}),
        json!({"version": "1.0", "packageName": package, "voidedPurchaseNotification": {
            "purchaseToken": token, "orderId": bought.purchase.order_id,
            "productType": 2, "refundType": 1}}),
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn a_pending_purchase_is_told_of_once_it_is_paid_or_given_up() {
    let scene = Scene::set().await;
    for (action, kind, word) in [
        (OneTimeAction::CompletePending, "oneTime1", "PURCHASED"),
        (OneTimeAction::CancelPending, "oneTime2", "CANCELLED"),
    ] {
        let bought = scene.store.buy_once(&film().pending()).await.unwrap();
        assert!(bought.pushes.is_empty());
        let token = &bought.purchase.purchase_token;
        let (_, shown) = get(&scene, token).await;
        assert_eq!(shown["purchaseStateContext"]["purchaseState"], "PENDING");
        assert_eq!(shown.get("purchaseCompletionTime"), None);
        let settled = scene.store.plainly_once(token, action).await.unwrap();
        assert_eq!(kinds(&settled), [kind]);
        let (_, shown) = get(&scene, token).await;
        assert_eq!(shown["purchaseStateContext"]["purchaseState"], word);
        let paid = shown.get("purchaseCompletionTime").is_some();
        assert_eq!(paid, word == "PURCHASED");
        scene.store.plainly_once(token, action).await.unwrap_err();
    }
}

#[tokio::test]
async fn a_look_up_can_show_any_word_until_told_otherwise() {
    let (scene, film) = sold(&film()).await;
    let token = &film.purchase_token;
    let set = OneTimeAction::SetState;
    for (options, word) in [
        (OneTimeOptions::showing("LEASED"), "LEASED"),
        (OneTimeOptions::default(), "PURCHASED"),
    ] {
        scene.store.act_once(token, set, &options).await.unwrap();
        let (_, shown) = get(&scene, token).await;
        assert_eq!(shown["purchaseStateContext"]["purchaseState"], word);
    }
}

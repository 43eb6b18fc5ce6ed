//! The receipt verification service.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use store_simulator::{
    FaultKind, Faults, LookupFault,
    amazon::model::{Action, NewPurchase, Options, Promotion},
};
use tokio::time::timeout;

use crate::{
    SECRET,
    scene::{MONTHLY, Scene, TRIAL, millis, parts},
};

#[tokio::test]
async fn a_new_subscription_is_shown_with_every_field() {
    let (scene, receipt) = Scene::bought().await;
    let expected = json!({
        "receiptId": receipt.receipt_id, "productId": "premium", "productType": "SUBSCRIPTION",
        "termSku": MONTHLY, "term": "1 Month", "purchaseDate": millis("2026-11-15T00:00:00Z"),
        "renewalDate": millis("2026-12-15T00:00:00Z"), "autoRenewing": true,
        "cancelDate": null, "cancelReason": null, "freeTrialEndDate": null,
        "gracePeriodEndDate": null, "deferredDate": null, "deferredSku": null,
        "parentProductId": null, "quantity": 1, "promotions": null,
        "fulfillmentDate": millis("2026-11-15T00:00:00Z"), "fulfillmentResult": "FULFILLED",
        "countryCode": "US", "baseReceipts": null, "purchaseMetadataMap": null,
        "betaProduct": false, "testTransaction": false,
    });
    assert_eq!(scene.look_up(&receipt).await, (200, expected));
}

#[tokio::test]
async fn what_a_purchase_has_besides_is_shown_too() {
    let scene = Scene::set().await;
    let wanted = NewPurchase {
        country_code: "DE".to_owned(),
        base_receipts: vec!["base".into()],
        ..NewPurchase::of(TRIAL)
            .as_quick_subscribe()
            .in_live_test()
            .with_promotion(Promotion::introductory())
    };
    let shown = scene.shown(&scene.buys(&wanted).await).await;
    assert_eq!(shown["freeTrialEndDate"], millis("2026-11-22T00:00:00Z"));
    assert_eq!(shown["renewalDate"], shown["freeTrialEndDate"]);
    let promotion = json!({"promotionType": "Introductory Price - All Customers",
        "promotionStatus": "InProgress"});
    assert_eq!(shown["promotions"], json!([promotion]));
    assert_eq!(
        shown["purchaseMetadataMap"],
        json!({"QuickSubscribe": "true"})
    );
    assert_eq!(shown["baseReceipts"], json!(["base"]));
    assert_eq!(shown["fulfillmentResult"], Value::Null);
    assert_eq!(
        (&shown["countryCode"], &shown["betaProduct"]),
        (&json!("DE"), &json!(true))
    );
}

#[tokio::test]
async fn each_refusal_has_its_status() {
    let (scene, receipt) = Scene::bought().await;
    let (user, id) = (&receipt.user_id, &receipt.receipt_id);
    let status = async |secret: &str, user: &str, id: &str| {
        scene.ask("", secret, user, id).await.status().as_u16()
    };
    assert_eq!(status(SECRET, user, id).await, 200);
    assert_eq!(status(SECRET, user, "unheard-of").await, 400);
    assert_eq!(status("2:wrong", user, id).await, 496);
    assert_eq!(status("2:wrong", user, "unheard-of").await, 496);
    assert_eq!(status(SECRET, "somebody else", id).await, 497);
    scene.does(&receipt, Action::Invalidate).await;
    assert_eq!(status(SECRET, user, id).await, 410);
}

#[tokio::test]
async fn the_sandbox_knows_its_own_receipts_and_takes_any_secret() {
    let scene = Scene::set().await;
    let test = scene.buys(&NewPurchase::of(MONTHLY).in_sandbox()).await;
    assert_eq!(scene.look_up(&test).await.0, 400);
    let ask = async |secret: &str| {
        let found = scene.ask("/sandbox", secret, &test.user_id, &test.receipt_id);
        parts(found.await).await
    };
    let (status, shown) = ask("anything").await;
    assert_eq!(status, 200);
    assert_eq!(shown["testTransaction"], true);
    assert_eq!(shown["termSku"], "premium_term");
    assert_eq!(ask("").await.0, 496);

    let real = scene.buys(&NewPurchase::of(MONTHLY)).await;
    let found = scene.ask("/sandbox", SECRET, &real.user_id, &real.receipt_id);
    assert_eq!(found.await.status(), 400);
}

#[tokio::test]
async fn look_ups_go_wrong_as_told() {
    let (scene, receipt) = Scene::bought().await;
    let faults = Faults {
        lookup: vec![
            LookupFault::status(500).times(1),
            LookupFault::always(FaultKind::Status {
                status: 429,
                retry_after: Some(3),
            })
            .times(1),
            LookupFault::always(FaultKind::Malformed).times(1),
            LookupFault::status(503).of_subscription("another"),
        ],
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
    let ask = async || {
        let (user, id) = (&receipt.user_id, &receipt.receipt_id);
        scene.ask("", SECRET, user, id).await
    };
    assert_eq!(ask().await.status(), 500);
    let throttled = ask().await;
    assert_eq!(throttled.status(), 429);
    assert_eq!(throttled.headers()["retry-after"], "3");
    let broken = ask().await.text().await.unwrap();
    assert!(serde_json::from_str::<Value>(&broken).is_err());
    assert_eq!(ask().await.status(), 200);
    let counts = scene.store.calls().await.unwrap().look_ups;
    assert_eq!((counts.total, counts.production, counts.sandbox), (4, 4, 0));
    assert_eq!(counts.by_receipt[&receipt.receipt_id], 4);
    let outcomes: Vec<_> = counts.by_outcome.into_iter().collect();
    let expected = ["200", "429", "500", "malformed"].map(|outcome| (outcome.to_owned(), 1));
    assert_eq!(outcomes, expected);
}

#[tokio::test]
async fn look_ups_can_be_late_or_never_answered() {
    let (scene, receipt) = Scene::bought().await;
    let faults = Faults {
        lookup: vec![
            LookupFault::always(FaultKind::Slow { millis: 80 }).times(1),
            LookupFault::always(FaultKind::Hang).times(1),
        ],
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
    let began = Instant::now();
    scene.shown(&receipt).await;
    assert!(began.elapsed() >= Duration::from_millis(80));
    let patience = Duration::from_millis(200);
    let hanging = timeout(patience, scene.look_up(&receipt)).await;
    assert!(hanging.is_err());
    let outcomes = scene.store.calls().await.unwrap().look_ups.by_outcome;
    assert_eq!(outcomes["hang"], 1);
}

#[tokio::test]
async fn a_failure_has_no_body() {
    let (scene, receipt) = Scene::bought().await;
    let ask = async || {
        let found = scene.ask("", SECRET, "somebody else", &receipt.receipt_id);
        found.await.text().await.unwrap()
    };
    assert_eq!(ask().await, "");
}

#[tokio::test]
async fn single_fields_can_be_shown_otherwise_or_not_at_all() {
    let (scene, receipt) = Scene::bought().await;
    let options = Options {
        fields: json!({"productType": "BUNDLE"})
            .as_object()
            .unwrap()
            .clone(),
        hidden: vec!["countryCode".to_owned()],
        ..Options::default()
    };
    scene.does_with(&receipt, Action::Show, &options).await;
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["productType"], "BUNDLE");
    assert!(shown.get("countryCode").is_none());
    scene.does(&receipt, Action::Show).await;
    assert_eq!(scene.shown(&receipt).await["productType"], "SUBSCRIPTION");
}

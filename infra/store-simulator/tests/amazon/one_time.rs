//! One-time purchases.

use serde_json::{Value, json};
use store_simulator::amazon::model::{Action, NewPurchase};

use crate::scene::{MONTHLY, Scene, kinds, millis};

#[tokio::test]
async fn one_time_purchases_are_shown_without_periods() {
    let scene = Scene::set().await;
    for (sku, product_type, kind) in [
        ("film", "ENTITLED", "ENTITLEMENT_PURCHASED"),
        ("rental", "CONSUMABLE", "CONSUMABLE_PURCHASED"),
    ] {
        let bought = scene.store.buy(&NewPurchase::of(sku)).await.unwrap();
        assert_eq!(kinds(&bought), [kind]);
        let shown = scene.shown(&bought.receipt).await;
        assert_eq!(shown["productId"], sku);
        assert_eq!(shown["productType"], product_type);
        assert_eq!(shown["autoRenewing"], false);
        for field in [
            "termSku",
            "term",
            "renewalDate",
            "cancelDate",
            "cancelReason",
        ] {
            assert_eq!(shown[field], Value::Null, "{field}");
        }
    }
}

#[tokio::test]
async fn they_can_be_taken_back_by_the_customer_or_the_store() {
    let scene = Scene::set().await;
    let now = json!(millis("2026-11-15T00:00:00Z"));
    for (sku, kind) in [
        ("film", "ENTITLEMENT_CANCELLED"),
        ("rental", "CONSUMABLE_CANCELLED"),
    ] {
        for (action, reason) in [(Action::CancelOrder, 1), (Action::CancelByAmazon, 2)] {
            let receipt = scene.buys(&NewPurchase::of(sku)).await;
            assert_eq!(kinds(&scene.does(&receipt, action).await), [kind]);
            let shown = scene.shown(&receipt).await;
            assert_eq!(shown["cancelDate"], now);
            assert_eq!(shown["cancelReason"], reason);
            let again = scene.store.plainly(&receipt.receipt_id, action);
            assert!(again.await.is_err());
        }
    }
}

#[tokio::test]
async fn they_neither_renew_nor_lapse() {
    let scene = Scene::set().await;
    let film = scene.buys(&NewPurchase::of("film")).await;
    for action in [
        Action::Renew,
        Action::TurnAutoRenewOff,
        Action::Expire,
        Action::EnterGrace,
    ] {
        let refused = scene.store.plainly(&film.receipt_id, action);
        assert!(refused.await.is_err(), "{action:?}");
    }
    scene.store.advance_clock(400 * 86_400).await.unwrap();
    assert!(scene.store.run_due().await.unwrap().is_empty());
    assert_eq!(scene.shown(&film).await["cancelDate"], Value::Null);
}

#[tokio::test]
async fn what_the_app_never_reports_is_cancelled_after_two_weeks() {
    let scene = Scene::set().await;
    scene
        .buys(&NewPurchase::of(MONTHLY).as_quick_subscribe())
        .await;
    scene.store.advance_clock(13 * 86_400).await.unwrap();
    assert!(scene.store.run_due().await.unwrap().is_empty());
    scene.store.advance_clock(86_400).await.unwrap();
    let outcomes = scene.store.run_due().await.unwrap();
    assert_eq!(kinds(&outcomes[0]), ["SUBSCRIPTION_CANCELLED"]);
}

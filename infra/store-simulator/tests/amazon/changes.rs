//! Changes of plan: now, or at the next renewal.

use serde_json::{Value, json};
use store_simulator::amazon::model::{Action, NewPurchase, Options};

use crate::scene::{MONTHLY, Scene, YEARLY, kinds, millis};

#[tokio::test]
async fn a_change_now_makes_another_receipt_and_ends_the_old_one() {
    let (scene, old) = Scene::bought().await;
    scene.store.advance_clock(86_400).await.unwrap();
    let options = Options::to_term(YEARLY);
    let changed = scene.does_with(&old, Action::ChangeNow, &options).await;
    assert_eq!(kinds(&changed), ["SUBSCRIPTION_MODIFIED_IMMEDIATE"]);
    let new = changed.receipt;
    assert_eq!(new.replaces.as_ref(), Some(&old.receipt_id));
    let message = scene.last_message().await;
    assert_eq!(message["receiptId"], *new.receipt_id);
    let related = json!({"cancelledReceiptId": old.receipt_id});
    assert_eq!(message["relatedReceipts"], related);

    let now = millis("2026-11-16T00:00:00Z");
    let shown = scene.shown(&old).await;
    assert_eq!(
        (&shown["cancelDate"], &shown["cancelReason"]),
        (&json!(now), &json!(4))
    );
    let shown = scene.shown(&new).await;
    assert_eq!(
        (&shown["termSku"], &shown["term"]),
        (&json!(YEARLY), &json!("1 Year"))
    );
    assert_eq!(shown["purchaseDate"], now);
    assert_eq!(shown["renewalDate"], millis("2027-11-16T00:00:00Z"));
}

#[tokio::test]
async fn the_end_of_the_old_receipt_can_be_told_too_and_first() {
    for reverse_order in [false, true] {
        let (scene, old) = Scene::bought().await;
        let options = Options {
            announce_old: true,
            reverse_order,
            ..Options::to_term(YEARLY)
        };
        let changed = scene.does_with(&old, Action::ChangeNow, &options).await;
        let mut expected = ["SUBSCRIPTION_MODIFIED_IMMEDIATE", "SUBSCRIPTION_CANCELLED"];
        if reverse_order {
            expected.reverse();
        }
        assert_eq!(kinds(&changed), expected);
    }
}

#[tokio::test]
async fn a_change_later_waits_for_the_renewal_under_the_same_receipt() {
    let (scene, receipt) = Scene::bought().await;
    let options = Options::to_term(YEARLY);
    let deferred = scene
        .does_with(&receipt, Action::ChangeLater, &options)
        .await;
    assert_eq!(kinds(&deferred), ["SUBSCRIPTION_MODIFIED_DEFERRED"]);
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["termSku"], MONTHLY);
    assert_eq!(shown["deferredSku"], YEARLY);
    assert_eq!(shown["deferredDate"], millis("2026-12-15T00:00:00Z"));
    let renewed = scene.does(&receipt, Action::Renew).await;
    assert_eq!(kinds(&renewed), ["SUBSCRIPTION_RENEWED"]);
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["termSku"], YEARLY);
    assert_eq!(shown["deferredSku"], Value::Null);
    assert_eq!(shown["deferredDate"], Value::Null);
    assert_eq!(shown["renewalDate"], millis("2027-12-15T00:00:00Z"));
}

#[tokio::test]
async fn a_change_later_can_be_taken_back() {
    let (scene, receipt) = Scene::bought().await;
    scene
        .does_with(&receipt, Action::ChangeLater, &Options::to_term(YEARLY))
        .await;
    let back = scene
        .does_with(&receipt, Action::ChangeLater, &Options::to_term(MONTHLY))
        .await;
    assert!(back.messages.is_empty());
    assert_eq!(scene.shown(&receipt).await["deferredSku"], Value::Null);
}

#[tokio::test]
async fn only_what_is_for_sale_and_renews_can_be_taken() {
    let (scene, receipt) = Scene::bought().await;
    for options in [
        Options::default(),
        Options::to_term("unheard-of"),
        Options::to_term("film"),
    ] {
        let refused = scene
            .store
            .act(&receipt.receipt_id, Action::ChangeNow, &options);
        assert!(refused.await.is_err());
    }
    let film = scene.buys(&NewPurchase::of("film")).await;
    let options = Options::to_term(YEARLY);
    let refused = scene
        .store
        .act(&film.receipt_id, Action::ChangeNow, &options);
    assert!(refused.await.is_err());
}

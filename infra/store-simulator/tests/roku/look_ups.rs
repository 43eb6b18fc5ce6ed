//! Responses of the web service.

use serde_json::{Value, json};
use store_simulator::roku::model::{Action, NewPurchase, Options};

use crate::{API_KEY, scene::Scene};

/// Time of purchase: 2026-11-15T00:00:00Z. The other date is a month later.
const BOUGHT: &str = "/Date(1794700800000+0000)/";
const ENDS: &str = "/Date(1797292800000+0000)/";

#[tokio::test]
async fn a_purchase_is_shown_with_all_members() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    let expected = json!({
        "errorCode": null, "errorDetails": null, "errorMessage": "", "status": 0,
        "transactionId": id, "OriginalTransactionId": id,
        "rokuCustomerId": purchase.customer_id, "channelId": 712_345, "channelName": "Example TV",
        "productId": "monthly", "productName": "monthly", "quantity": 1,
        "amount": 8.99, "tax": 0.72, "total": 9.71, "currency": "usd",
        "couponCode": null, "partnerReferenceId": null,
        "purchaseDate": BOUGHT, "originalPurchaseDate": BOUGHT, "expirationDate": ENDS,
        "isEntitled": true, "cancelled": false, "purchaseStatus": "Active",
        "purchaseType": null, "cancelledTransactionIds": null,
        "purchaseChannel": "device", "purchaseContext": "iap",
    });
    assert_eq!(scene.validate(id).await, expected);
}

#[tokio::test]
async fn every_action_shows_in_the_next_look_up() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    for (action, entitled, cancelled) in [
        (Action::Renew, true, false),
        (Action::Cancel, true, true),
        (Action::Resubscribe, true, false),
        (Action::EnterGrace, true, false),
        (Action::Hold, false, false),
        (Action::Recover, true, false),
        (Action::Refund, true, false),
        (Action::Cancel, true, true),
        (Action::Expire, false, true),
    ] {
        scene.store.plainly(id, action).await.unwrap();
        let answer = scene.validate(id).await;
        assert_eq!(answer["isEntitled"], entitled, "{action:?}");
        assert_eq!(answer["cancelled"], cancelled, "{action:?}");
    }
}

#[tokio::test]
async fn what_is_bought_once_never_entitles_and_never_ends() {
    let scene = Scene::set().await;
    let film = scene.buy("film").await;
    let answer = scene.validate(&film.transaction_id).await;
    assert_eq!(answer["isEntitled"], false);
    assert_eq!(answer["expirationDate"], Value::Null);
    assert_eq!(answer["total"], 3.99);
}

#[tokio::test]
async fn a_refund_is_shown_by_its_own_id() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    let options = Options {
        partner_reference_id: Some("rf-2026-118".to_owned()),
        ..Options::of_amount("4.00")
    };
    let refunded = scene.store.act(id, Action::Refund, &options).await.unwrap();
    let refund = refunded.purchase.refunds().last().unwrap().clone();
    let answer = scene.validate_refund(&refund.transaction_id).await;
    assert_eq!(answer["status"], 0);
    assert_eq!(answer["transactionId"], json!(refund.transaction_id));
    assert_eq!(answer["OriginalTransactionId"], Value::Null);
    assert_eq!(answer["channelId"], 0);
    assert_eq!(answer["amount"], -4.0);
    assert_eq!(answer["total"], -4.32);
    assert_eq!(answer["expirationDate"], Value::Null);
    assert_eq!(answer["isEntitled"], false);
    assert_eq!(answer["partnerReferenceId"], "rf-2026-118");

    assert_eq!(scene.validate_refund(id).await["status"], 1);
    let not_a_purchase = scene.validate(&refund.transaction_id).await;
    assert_eq!(not_a_purchase["errorMessage"], "Invalid transaction id.");
}

#[tokio::test]
async fn an_unknown_id_is_a_failure_with_status_200() {
    let (scene, _) = Scene::bought().await;
    let expected = json!({"errorCode": null, "errorDetails": null,
        "errorMessage": "Invalid transaction id.", "status": 1});
    let unknown = "00000000000000000000000000000000";
    assert_eq!(scene.validate(unknown).await, expected);
    assert_eq!(scene.validate_refund(unknown).await, expected);
}

#[tokio::test]
async fn what_is_no_id_of_the_store_is_an_invalid_uri() {
    let scene = Scene::set().await;
    let long = "a".repeat(1_025);
    for id in ["vzs-1%20", "a.b", "a/b", "%C3%A4", "%FF", &long] {
        let answer = scene.validate_with(API_KEY, id).await;
        assert_eq!(answer.status(), 400, "{id}");
        assert_eq!(answer.text().await.unwrap(), "Invalid URI format.");
    }
}

#[tokio::test]
async fn a_wrong_key_is_a_failure_with_status_200() {
    let (scene, purchase) = Scene::bought().await;
    let answer = scene.validate_with("wrong", &purchase.transaction_id).await;
    assert_eq!(answer.status(), 200);
    let expected = json!({"errorCode": null, "errorDetails": null,
        "errorMessage": "UNAUTHORIZED", "status": 1});
    assert_eq!(answer.json::<Value>().await.unwrap(), expected);
    let look_ups = scene.store.calls().await.unwrap().look_ups;
    assert_eq!(look_ups.by_outcome["UNAUTHORIZED"], 1);
}

#[tokio::test]
async fn two_keys_are_good_while_the_key_changes() {
    let (scene, purchase) = Scene::bought().await;
    let id = &purchase.transaction_id;
    for (keys, good) in [
        (json!([API_KEY, "new"]), [true, true]),
        (json!(["new"]), [false, true]),
    ] {
        let changes = json!({"apiKeys": keys});
        scene.store.reconfigure(&changes).await.unwrap();
        for (key, good) in [API_KEY, "new"].iter().zip(good) {
            let answer = scene.validate_with(key, id).await;
            let answer: Value = answer.json().await.unwrap();
            assert_eq!(answer["status"] == 0, good, "{key}");
        }
    }
}

#[tokio::test]
async fn look_ups_are_counted() {
    let (scene, purchase) = Scene::bought().await;
    let first = &purchase.transaction_id;
    let renewed = scene.store.plainly(first, Action::Renew).await.unwrap();
    let second = &renewed.purchase.transaction_id;
    scene.validate(first).await;
    scene.validate(second).await;
    scene.validate("unheard-of").await;
    scene.validate_refund(second).await;
    let look_ups = scene.store.calls().await.unwrap().look_ups;
    assert_eq!(look_ups.total, 4);
    assert_eq!(look_ups.by_transaction["unheard-of"], 1);
    assert_eq!(look_ups.by_transaction[second], 2);
    assert_eq!(look_ups.by_purchase[first], 3);
    assert_eq!(look_ups.by_call["validateTransaction"], 3);
    assert_eq!(look_ups.by_call["validateRefund"], 1);
    assert_eq!(look_ups.by_outcome["200"], 2);
    assert_eq!(look_ups.by_outcome["Invalid transaction id."], 2);
    assert!((1..=4).contains(&look_ups.greatest_per_second));
}

#[tokio::test]
async fn a_customer_can_have_purchases_in_several_channels() {
    let scene = Scene::set().await;
    for (product, channel, name) in [
        ("monthly", 712_345, "Example TV"),
        ("kids", 712_346, "Example Kids"),
    ] {
        let wanted = NewPurchase::of(product).by_customer("c-1");
        let bought = scene.store.buy(&wanted).await.unwrap().purchase;
        let answer = scene.validate(&bought.transaction_id).await;
        assert_eq!(answer["channelId"], channel);
        assert_eq!(answer["channelName"], name);
        assert_eq!(answer["rokuCustomerId"], "c-1");
    }
}

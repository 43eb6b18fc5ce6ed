//! What an app submits.

use local_stack::broadcaster::amazon::{FILM_OFFER, MONTHLY, submission, tested};
use local_stack::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use reqwest::Method;
use serde_json::json;
use store_simulator::amazon::model::{Action, NewPurchase, Product};

use super::{Scene, end};
use crate::configuration::refused;
use crate::story::{eventually, subscriptions, webhooks};

const PATH: &str = "/amazon/purchase-validation";

#[tokio::test]
async fn initial_purchase() {
    let scene = Scene::new().await;
    let receipt = scene.bought(MONTHLY).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    let outcome = scene.submits("ada", &receipt).await;

    assert_eq!(outcome["result"], "SubscriptionCreated", "{outcome}");
    assert_eq!(outcome["offerId"], MONTHLY_OFFER);
    assert_eq!(outcome["accessGranted"], true);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(!scene.may_watch("ada", PREMIUM_OFFER).await);
    assert!(!scene.may_watch("ada", FILM_OFFER).await);
    let told = scene.told(&receipt.receipt_id, &["new"]).await;
    assert_eq!(told[0]["external_user_id"], "ada");
    assert_eq!(told[0]["original_store"], "Amazon Store");
    assert_eq!(told[0]["sku"], MONTHLY);
    assert_eq!(told[0]["package_name"], "Symphony Monthly");
    assert_eq!(told[0]["start_date"], receipt.purchased_at.as_second());
    assert_eq!(told[0]["end_date"], end(&receipt));
    let validated = eventually("the webhooks", async || {
        let messages = webhooks(&scene.broadcaster).await;
        let of = |topic: &str| messages.iter().find(|m| m["topic"] == topic).cloned();
        of("subscriptionCreated").and(of("inappPurchaseValidationSucceeded"))
    })
    .await;
    let data = &validated["data"];
    assert_eq!(data["paymentGateway"], "amazon");
    let specific = &data["inAppSpecificData"];
    assert_eq!(specific["receiptId"], receipt.receipt_id.as_str());
    assert_eq!(specific["receiptUserId"], receipt.user_id.as_str());
    assert_eq!(specific["termSku"], MONTHLY);

    let again = scene.submits("ada", &receipt).await;
    assert_eq!(again["result"], "SubscriptionSynchronized");
    let id = scene.subscription("ada").await["subscriptionId"].clone();
    let path = format!("/v1/subscriptions/{}/receipt", id.as_str().unwrap());
    let kept = scene.broadcaster.call(Method::GET, &path, None);
    let kept = kept.await.unwrap();
    assert_eq!(kept.body["store"], "amazon", "{kept:?}");
    let shown = &kept.body["receipt"];
    assert_eq!(shown["receiptId"], receipt.receipt_id.as_str());
    assert_eq!(shown["testTransaction"], true);
}

#[tokio::test]
async fn a_submission_that_fails_says_why() {
    let scene = Scene::new().await;
    let unlisted = Product::monthly("unlisted", "unlisted_term");
    let mut products = local_stack::broadcaster::amazon::products();
    products.push(unlisted);
    let changes = json!({ "products": products });
    scene.store().reconfigure(&changes).await.unwrap();
    let mut of_nobody = scene.bought(MONTHLY).await;
    of_nobody.receipt_id = "nobody=/bought:this".into();
    let mut of_another_user = scene.bought(MONTHLY).await;
    of_another_user.user_id = "another/user=".into();
    // The stack asks the cloud sandbox, which knows no real purchase.
    let real = NewPurchase::of(MONTHLY).silently();
    let real = scene.bought_as(real).await;
    let refunded = scene.bought(MONTHLY).await;
    scene.happens(&refunded, Action::CancelOrder).await;
    let invalid = scene.bought(MONTHLY).await;
    scene.happens(&invalid, Action::Invalidate).await;

    for (receipt, code) in [
        (&of_nobody, "PURCHASE_NOT_FOUND"),
        (&of_another_user, "STORE_REJECTED"),
        (&real, "PURCHASE_NOT_FOUND"),
        (&refunded, "PURCHASE_EXPIRED"),
        (&invalid, "PURCHASE_NOT_FOUND"),
        (&scene.bought("unlisted_term").await, "PRODUCT_NOT_MAPPED"),
    ] {
        let outcome = scene.submits("ada", receipt).await;
        assert_eq!(outcome["error"]["code"], code, "{outcome}");
    }
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    let right = submission(&of_another_user);
    for (field, wrong) in [
        ("receiptId", json!(null)),
        ("receiptId", json!("")),
        ("receiptId", json!("r".repeat(2049))),
        ("userId", json!(null)),
        ("userId", json!("u".repeat(256))),
        ("userId", json!(7)),
        ("customerId", json!("")),
    ] {
        let mut body = right.clone();
        body["customerId"] = json!("ada");
        body[field] = wrong;
        let (status, code, message) =
            refused(&scene.broadcaster, Method::POST, PATH, Some(&body)).await;
        assert_eq!((status, code.as_str()), (400, "REQ0001"), "{message}");
        assert!(message.contains(field), "{field}: {message}");
    }
    let mut body = right.clone();
    body["customerId"] = json!("bob");
    let of_another = scene
        .broadcaster
        .call_as("ada", Method::POST, PATH, Some(&body));
    assert_eq!(of_another.await.unwrap().status, 403);
    let bare = scene
        .broadcaster
        .api
        .request(Method::POST, PATH)
        .json(&body);
    assert_eq!(bare.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn is_nobody_s_before_it_is_submitted_and_then_of_whoever_did_so_last() {
    let scene = Scene::new().await;
    let receipt = scene.bought_as(tested(MONTHLY)).await;
    scene.asked_again(&receipt.receipt_id, 0).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    let first = scene.submits("ada", &receipt).await;
    assert_eq!(first["result"], "SubscriptionCreated");
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    let outcome = scene.submits("bob", &receipt).await;

    assert_eq!(outcome["result"], "SubscriptionTransferred");
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(scene.may_watch("bob", MONTHLY_OFFER).await);
    let told = scene
        .told(&receipt.receipt_id, &["new", "cancel", "new"])
        .await;
    assert_eq!(told[1]["external_user_id"], "ada");
    assert_eq!(told[2]["external_user_id"], "bob");
    // What Amazon tells from now on is about the new one.
    scene.happens(&receipt, Action::TurnAutoRenewOff).await;
    let types = ["new", "cancel", "new", "cancel"];
    let told = scene.told(&receipt.receipt_id, &types).await;
    assert_eq!(told[3]["external_user_id"], "bob");
    assert_eq!(subscriptions(&scene.broadcaster, "ada").await.len(), 1);
}

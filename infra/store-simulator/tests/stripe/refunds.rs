//! Refunds: the subscription continues.

use store_simulator::stripe::model::{Action, Options, RefundStatus};

use crate::scene::{Scene, kinds};

const CREATED: &str = "refund.created";
const REFUNDED: &str = "charge.refunded";

#[tokio::test]
async fn a_full_refund_is_on_the_charge_and_the_subscription_goes_on() {
    let (scene, bought) = Scene::bought().await;
    let reason = Options {
        reason: Some("requested_by_customer".to_owned()),
        ..Options::default()
    };
    let refunded = scene.does_with(&bought.id, Action::Refund, &reason).await;
    assert_eq!(kinds(&refunded), [CREATED, REFUNDED]);
    let charge_id = &refunded.purchase.charges[0].charge_id;
    let charge = scene.get(&format!("/charges/{charge_id}")).await;
    assert_eq!(charge["refunded"], true);
    assert_eq!(charge["amount_refunded"], 999);
    assert!(charge.get("refunds").is_none(), "only when expanded");
    assert!(charge.get("invoice").is_none(), "not any more");
    let intent = charge["payment_intent"].as_str().unwrap();
    let refunds = scene
        .get(&format!("/refunds?payment_intent={intent}"))
        .await;
    assert_eq!(refunds["data"][0]["status"], "succeeded");
    assert_eq!(refunds["data"][0]["reason"], "requested_by_customer");
    assert_eq!(scene.look_up(&bought).await["status"], "active");
}

#[tokio::test]
async fn a_partial_refund_is_not_a_full_one() {
    let (scene, bought) = Scene::bought().await;
    let part = Options::of_amount(300);
    let refunded = scene.does_with(&bought.id, Action::Refund, &part).await;
    let charge = refunded.purchase.latest_charge().unwrap();
    assert!(!charge.is_refunded());
    assert_eq!(charge.amount_refunded, 300);
    let too_much = Options::of_amount(700);
    assert_eq!(
        scene.refuses(&bought.id, Action::Refund, &too_much).await,
        409
    );
    let rest = scene.does(&bought.id, Action::Refund).await.purchase;
    assert!(rest.latest_charge().unwrap().is_refunded());
}

#[tokio::test]
async fn a_refund_can_come_back() {
    let (scene, bought) = Scene::bought().await;
    let pending = Options {
        refund_status: RefundStatus::Pending,
        ..Options::default()
    };
    scene.does_with(&bought.id, Action::Refund, &pending).await;
    let failed = scene.does(&bought.id, Action::FailRefund).await;
    let expected = ["refund.failed", "refund.updated", "charge.refund.updated"];
    assert_eq!(kinds(&failed), expected);
    let charge = failed.purchase.latest_charge().unwrap();
    assert_eq!(charge.amount_refunded, 0);
    let refund_id = &failed.purchase.refunds[0].refund_id;
    let refund = scene.get(&format!("/refunds/{refund_id}")).await;
    assert_eq!(refund["status"], "failed");
}

#[tokio::test]
async fn an_older_charge_can_be_chosen() {
    let (scene, bought) = Scene::bought().await;
    scene.does(&bought.id, Action::Renew).await;
    let older = Options {
        charge_id: Some(bought.charges[0].charge_id.clone()),
        ..Options::default()
    };
    let refunded = scene
        .does_with(&bought.id, Action::Refund, &older)
        .await
        .purchase;
    assert!(refunded.charges[0].is_refunded());
    assert!(!refunded.charges[1].is_refunded());
}

#[tokio::test]
async fn from_a_refund_the_way_leads_to_the_subscription() {
    let (scene, bought) = Scene::bought().await;
    let refunded = scene.does(&bought.id, Action::Refund).await.purchase;
    let intent = &refunded.refunds[0].payment_intent_id;
    let path =
        format!("/invoice_payments?payment[type]=payment_intent&payment[payment_intent]={intent}");
    let payments = scene.get(&path).await;
    let payment = &payments["data"][0];
    assert_eq!(payment["payment"]["payment_intent"], intent.as_str());
    assert_eq!(payment["status"], "paid");
    let invoice = payment["invoice"].as_str().unwrap();
    let invoice = scene.get(&format!("/invoices/{invoice}")).await;
    let parent = &invoice["parent"]["subscription_details"];
    assert_eq!(parent["subscription"], bought.id.as_str());
}

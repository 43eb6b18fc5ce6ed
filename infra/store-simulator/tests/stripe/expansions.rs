//! Expansion of ids in responses.

use serde_json::json;
use store_simulator::stripe::model::{Action, NewCheckout};

use crate::scene::{LIVE_KEY, Scene};

#[tokio::test]
async fn an_invoice_and_its_payments_come_with_the_subscription() {
    let (scene, bought) = Scene::bought().await;
    let path = format!("/subscriptions/{}?expand[]=latest_invoice", bought.id);
    let shown = scene.get(&path).await;
    assert_eq!(shown["latest_invoice"]["object"], "invoice");
    assert!(shown["latest_invoice"].get("payments").is_none());
    let shown = scene.get(&format!("{path}.payments")).await;
    let payment = &shown["latest_invoice"]["payments"]["data"][0];
    let intent = bought.payment_intents[0].payment_intent_id.as_str();
    assert_eq!(payment["payment"]["payment_intent"], intent);
}

#[tokio::test]
async fn from_an_invoice_to_its_charge_and_from_there_to_its_refunds() {
    let (scene, bought) = Scene::bought().await;
    scene.does(&bought.id, Action::Refund).await;
    let invoice = &bought.invoices[0].invoice_id;
    let path = format!("/invoices/{invoice}?expand[]=payments.data.payment.payment_intent");
    let shown = scene.get(&path).await;
    let intent = &shown["payments"]["data"][0]["payment"]["payment_intent"];
    assert_eq!(intent["object"], "payment_intent");
    let intent = intent["id"].as_str().unwrap();
    let path = format!("/payment_intents/{intent}?expand[]=latest_charge.refunds");
    let shown = scene.get(&path).await;
    let refunds = &shown["latest_charge"]["refunds"];
    assert_eq!(refunds["data"][0]["amount"], 999);
}

#[tokio::test]
async fn several_paths_and_lists_can_be_expanded() {
    let (scene, bought) = Scene::bought().await;
    let path = format!(
        "/subscriptions/{}?expand[0]=customer&expand[1]=items.data.price.product",
        bought.id
    );
    let shown = scene.get(&path).await;
    assert_eq!(shown["customer"]["object"], "customer");
    let product = &shown["items"]["data"][0]["price"]["product"];
    assert_eq!(product["object"], "product");
    let shown = scene
        .get("/subscriptions?expand[]=data.latest_invoice")
        .await;
    assert_eq!(shown["data"][0]["latest_invoice"]["object"], "invoice");
    let rental = scene
        .creates(&NewCheckout::rental("price_film"))
        .await
        .purchase;
    let path = format!(
        "/checkout/sessions/{}?expand[]=line_items",
        rental.session_id()
    );
    let shown = scene.get(&path).await;
    assert_eq!(shown["line_items"]["data"][0]["price"]["id"], "price_film");
}

#[tokio::test]
async fn four_levels_are_the_limit_and_a_path_must_lead_somewhere() {
    let (scene, bought) = Scene::bought().await;
    let path = format!("/subscriptions/{}?expand[]=", bought.id);
    let deep = format!("{path}latest_invoice.payments.data.payment.payment_intent");
    let (status, error) = scene.refused(LIVE_KEY, &deep).await;
    assert_eq!(status, 400);
    assert_eq!(error["code"], json!("property_expansion_max_depth"));
    for wrong in [
        "status",
        "nothing",
        "latest_invoice.nothing",
        "latest_invoice.charge",
    ] {
        let (status, _) = scene.refused(LIVE_KEY, &format!("{path}{wrong}")).await;
        assert_eq!(status, 400, "{wrong}");
    }
}

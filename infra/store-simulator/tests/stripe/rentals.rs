//! One-time purchases.

use serde_json::Value;
use store_simulator::stripe::model::{Action, NewCheckout, Options, PaymentStatus, Purchase};

use crate::scene::{Scene, kinds};

fn rental() -> NewCheckout {
    NewCheckout::rental("price_film")
        .for_user("u-4821")
        .on("web")
}

async fn session(scene: &Scene, purchase: &Purchase) -> Value {
    let path = format!("/checkout/sessions/{}", purchase.session_id());
    scene.get(&path).await
}

#[tokio::test]
async fn a_rental_is_a_checkout_session_and_a_payment() {
    let scene = Scene::set().await;
    let bought = scene.creates(&rental()).await;
    let expected = [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ];
    assert_eq!(kinds(&bought), expected);
    let shown = session(&scene, &bought.purchase).await;
    assert_eq!(shown["mode"], "payment");
    assert_eq!(shown["payment_status"], "paid");
    assert_eq!(shown["subscription"], Value::Null);
    assert_eq!(shown["client_reference_id"], "u-4821");
    assert_eq!(shown["amount_total"], 399);
    assert_eq!(shown["payment_intent"], bought.purchase.id.as_str());

    let path = format!(
        "/payment_intents/{}?expand[]=latest_charge",
        bought.purchase.id
    );
    let intent = scene.get(&path).await;
    assert_eq!(intent["status"], "succeeded");
    assert_eq!(intent["metadata"]["app_user_id"], "u-4821");
    assert_eq!(intent["latest_charge"]["object"], "charge");
    assert_eq!(intent["latest_charge"]["amount"], 399);
}

#[tokio::test]
async fn the_session_tells_what_was_bought_and_is_found_by_its_payment() {
    let scene = Scene::set().await;
    let bought = scene.creates(&rental()).await.purchase;
    let path = format!("/checkout/sessions/{}/line_items", bought.session_id());
    let items = scene.get(&path).await;
    assert_eq!(items["data"][0]["price"]["product"], "prod_film");
    assert_eq!(items["data"][0]["price"]["type"], "one_time");
    let path = format!("/checkout/sessions?payment_intent={}", bought.id);
    let sessions = scene.get(&path).await;
    assert_eq!(sessions["data"][0]["id"], bought.session_id());
}

#[tokio::test]
async fn it_is_refunded_and_disputed_like_any_payment() {
    let scene = Scene::set().await;
    let bought = scene.creates(&rental()).await.purchase;
    assert!(bought.grants());
    let refunded = scene.does(&bought.id, Action::Refund).await;
    assert_eq!(kinds(&refunded), ["refund.created", "charge.refunded"]);
    assert!(!refunded.purchase.grants());

    let other = scene.creates(&rental()).await.purchase;
    let disputed = scene.does(&other.id, Action::Dispute).await.purchase;
    assert!(!disputed.grants());
    let won = scene.does(&other.id, Action::WinDispute).await.purchase;
    assert!(won.grants());
}

#[tokio::test]
async fn it_can_be_paid_late() {
    let scene = Scene::set().await;
    let late = scene.creates(&rental().delayed()).await.purchase;
    assert_eq!(session(&scene, &late).await["payment_status"], "unpaid");
    assert!(!late.grants());
    let paid = scene
        .does(&late.id, Action::AsyncPaymentSucceeds)
        .await
        .purchase;
    assert!(paid.grants());
    assert_eq!(paid.session.unwrap().payment_status, PaymentStatus::Paid);

    let declined = scene.creates(&rental().incomplete()).await.purchase;
    assert_eq!(session(&scene, &declined).await["status"], "open");
    let paid = scene
        .does(&declined.id, Action::CompletePayment)
        .await
        .purchase;
    assert!(paid.grants());
}

#[tokio::test]
async fn nothing_of_a_subscription_happens_to_it() {
    let scene = Scene::set().await;
    let bought = scene.creates(&rental()).await.purchase;
    let plain = Options::default();
    for action in [
        Action::Renew,
        Action::Cancel,
        Action::Pause,
        Action::CancelNow,
    ] {
        assert_eq!(scene.refuses(&bought.id, action, &plain).await, 409);
    }
}

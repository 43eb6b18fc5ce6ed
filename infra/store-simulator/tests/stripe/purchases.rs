//! Look-ups after a subscription was bought, in every way.

use serde_json::{Value, json};
use store_simulator::stripe::model::{Action, NewCheckout, Options};

use crate::{
    DAY, START,
    scene::{PAID, Scene, UPDATED, at, kinds},
};

#[tokio::test]
async fn a_paid_subscription_looks_as_described() {
    let scene = Scene::set().await;
    let wanted = NewCheckout::subscription("price_m")
        .for_user("u-4821")
        .on("samsung_tv")
        .with_id("sub_1SynthSub0001");
    let bought = scene.creates(&wanted).await;
    let shown = scene.look_up(&bought.purchase).await;
    let expected = json!({
        "id": "sub_1SynthSub0001", "object": "subscription", "livemode": true, "status": "active",
        "currency": "eur", "created": at(START), "start_date": at(START),
        "billing_cycle_anchor": at(START), "billing_mode": {"type": "flexible"},
        "collection_method": "charge_automatically", "cancel_at": null,
        "cancel_at_period_end": false, "canceled_at": null, "ended_at": null,
        "cancellation_details": {"reason": null, "feedback": null, "comment": null},
        "pause_collection": null, "trial_start": null, "trial_end": null, "pending_update": null,
        "schedule": null, "test_clock": null,
        "metadata": {"app_user_id": "u-4821", "platform": "samsung_tv"},
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(shown[name], *value, "{name}");
    }
    let items = &shown["items"];
    assert_eq!(items["has_more"], false);
    let item = &items["data"][0];
    assert_eq!(item["current_period_start"], at(START));
    assert_eq!(item["current_period_end"], at("2026-12-22T00:00:00Z"));
    assert_eq!(item["price"]["product"], "prod_premium");
    assert_eq!(item["price"]["lookup_key"], "premium_monthly");
    assert_eq!(item["price"]["recurring"]["interval"], "month");
    assert_eq!(item["price"]["unit_amount"], 999);
    assert!(shown.get("current_period_end").is_none());
    assert!(shown.get("status_details").is_none());
}

#[tokio::test]
async fn buying_tells_of_the_subscription_its_invoice_and_its_checkout() {
    let scene = Scene::set().await;
    let bought = scene.creates(&NewCheckout::subscription("price_m")).await;
    let mut expected = vec!["customer.subscription.created", "invoice.created"];
    expected.extend(PAID);
    expected.push("checkout.session.completed");
    assert_eq!(kinds(&bought), expected);

    let by_api = NewCheckout::subscription("price_m").without_checkout();
    let bought = scene.creates(&by_api).await;
    expected.pop();
    assert_eq!(kinds(&bought), expected);
    assert_eq!(bought.purchase.session_id(), "");
}

#[tokio::test]
async fn the_session_links_user_customer_and_subscription() {
    let (scene, bought) = Scene::bought().await;
    let path = format!("/checkout/sessions/{}", bought.session_id());
    let session = scene.get(&path).await;
    assert_eq!(session["mode"], "subscription");
    assert_eq!(session["status"], "complete");
    assert_eq!(session["payment_status"], "paid");
    assert_eq!(session["client_reference_id"], "u-4821");
    assert_eq!(session["customer"], bought.customer_id.as_str());
    assert_eq!(session["subscription"], bought.id.as_str());
    assert_eq!(session["payment_intent"], Value::Null);
    assert_eq!(session["metadata"], json!({}), "not the subscription's");
    assert!(bought.session_id().starts_with("cs_live_"));
}

#[tokio::test]
async fn a_trial_has_an_invoice_of_nothing() {
    let scene = Scene::set().await;
    let wanted = NewCheckout::subscription("price_m").with_trial(7 * DAY);
    let bought = scene.creates(&wanted).await.purchase;
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["status"], "trialing");
    assert_eq!(shown["trial_end"], at("2026-11-29T00:00:00Z"));
    let item = &shown["items"]["data"][0];
    assert_eq!(item["current_period_end"], shown["trial_end"]);
    let path = format!("/invoices/{}", shown["latest_invoice"].as_str().unwrap());
    let invoice = scene.get(&path).await;
    assert_eq!(invoice["status"], "paid");
    assert_eq!(invoice["amount_paid"], 0);
    assert_eq!(invoice["billing_reason"], "subscription_create");
    assert!(bought.charges.is_empty());
    let session = bought.session.unwrap();
    assert_eq!(json!(session.payment_status), "no_payment_required");
}

#[tokio::test]
async fn a_declined_first_payment_leaves_it_incomplete_until_it_is_paid() {
    let scene = Scene::set().await;
    let wanted = NewCheckout::subscription("price_m").incomplete();
    let bought = scene.creates(&wanted).await;
    let expected = [
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
    ];
    assert_eq!(kinds(&bought), expected);
    let id = &bought.purchase.id;
    assert_eq!(
        scene.look_up(&bought.purchase).await["status"],
        "incomplete"
    );

    let paid = scene.does(id, Action::CompletePayment).await;
    let mut expected = PAID[1..].to_vec();
    expected.extend([UPDATED, "checkout.session.completed"]);
    assert_eq!(kinds(&paid), expected);
    assert_eq!(scene.look_up(&bought.purchase).await["status"], "active");
}

#[tokio::test]
async fn what_nobody_pays_in_23_hours_expires() {
    let scene = Scene::set().await;
    let wanted = NewCheckout::subscription("price_m").incomplete();
    let bought = scene.creates(&wanted).await.purchase;
    let expired = scene.does(&bought.id, Action::ExpireIncomplete).await;
    assert_eq!(kinds(&expired), [UPDATED, "invoice.voided"]);
    assert_eq!(expired.now.to_string(), "2026-11-22T23:00:00Z");
    assert_eq!(scene.look_up(&bought).await["status"], "incomplete_expired");
}

#[tokio::test]
async fn a_delayed_payment_completes_the_checkout_unpaid() {
    let scene = Scene::set().await;
    let wanted = NewCheckout::subscription("price_m").delayed();
    let bought = scene.creates(&wanted).await;
    assert_eq!(
        kinds(&bought).last(),
        Some(&"checkout.session.completed"),
        "the customer is through"
    );
    let path = format!("/checkout/sessions/{}", bought.purchase.session_id());
    assert_eq!(scene.get(&path).await["payment_status"], "unpaid");
    let paid = scene
        .does(&bought.purchase.id, Action::AsyncPaymentSucceeds)
        .await;
    assert_eq!(kinds(&paid)[0], "checkout.session.async_payment_succeeded");
    assert_eq!(scene.look_up(&paid.purchase).await["status"], "active");
}

#[tokio::test]
async fn the_first_event_can_say_incomplete() {
    let scene = Scene::set().await;
    let wanted = NewCheckout::subscription("price_m").created_incomplete();
    let bought = scene.creates(&wanted).await;
    assert!(kinds(&bought).contains(&UPDATED));
    let events = scene.store.events().await.unwrap();
    let created = events
        .iter()
        .find(|event| event["type"] == "customer.subscription.created");
    assert_eq!(created.unwrap()["data"]["object"]["status"], "incomplete");
    assert_eq!(scene.look_up(&bought.purchase).await["status"], "active");
}

#[tokio::test]
async fn what_is_not_for_sale_cannot_be_bought_and_ids_are_taken_once() {
    let scene = Scene::set().await;
    assert!(
        scene
            .store
            .buy(&NewCheckout::subscription("price_none"))
            .await
            .is_err()
    );
    let wanted = NewCheckout::subscription("price_m").with_id("sub_mine");
    scene.creates(&wanted).await;
    assert!(scene.store.buy(&wanted).await.is_err());
}

#[tokio::test]
async fn what_has_ended_can_be_bought_again_by_the_same_customer() {
    let (scene, bought) = Scene::bought().await;
    let plain = Options::default();
    assert_eq!(
        scene.refuses(&bought.id, Action::Resubscribe, &plain).await,
        409
    );
    scene.does(&bought.id, Action::CancelNow).await;
    let again = scene.does(&bought.id, Action::Resubscribe).await.purchase;
    assert_ne!(again.id, bought.id);
    assert_eq!(again.customer_id, bought.customer_id);
    let metadata = again.subscription.unwrap().metadata;
    assert_eq!(metadata.get("app_user_id"), Some("u-4821"));
    assert_eq!(scene.look_up(&bought).await["status"], "canceled");
}

#[tokio::test]
async fn any_word_can_be_shown_as_a_status() {
    let (scene, bought) = Scene::bought().await;
    let word = Options {
        status: Some("hibernating".to_owned()),
        ..Options::default()
    };
    scene.does_with(&bought.id, Action::SetStatus, &word).await;
    assert_eq!(scene.look_up(&bought).await["status"], "hibernating");
    scene.does(&bought.id, Action::SetStatus).await;
    assert_eq!(scene.look_up(&bought).await["status"], "active");
}

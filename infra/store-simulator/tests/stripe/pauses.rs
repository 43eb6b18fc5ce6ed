//! The two kinds of pause.

use serde_json::{Value, json};
use store_simulator::stripe::model::{Action, NewCheckout, Options, PauseBehavior, PauseType};

use crate::{
    DAY, START,
    scene::{PAID, Scene, UPDATED, at, kinds},
};

#[tokio::test]
async fn a_pause_cuts_the_period_and_says_why() {
    let (scene, bought) = Scene::bought().await;
    scene.store.advance_clock(DAY).await.unwrap();
    let paused = scene.does(&bought.id, Action::Pause).await;
    assert_eq!(kinds(&paused), ["customer.subscription.paused", UPDATED]);
    let shown = scene.look_up(&bought).await;
    let then = at("2026-11-23T00:00:00Z");
    assert_eq!(shown["status"], "paused");
    assert_eq!(shown["items"]["data"][0]["current_period_end"], then);
    let details = json!({"paused": {"type": "subscription", "transitioned_at": then,
        "subscription": {"type": "pause_requested"}}});
    assert_eq!(shown["status_details"], details);
}

#[tokio::test]
async fn every_reason_for_a_pause_can_be_shown() {
    for (pause_type, word) in [
        (PauseType::FirstPaymentFailure, "first_payment_failure"),
        (PauseType::FinalPaymentFailure, "final_payment_failure"),
        (PauseType::System, "system"),
        (
            PauseType::TrialEndWithoutPaymentMethod,
            "trial_end_without_payment_method",
        ),
    ] {
        let (scene, bought) = Scene::bought().await;
        let options = Options {
            pause_type,
            ..Options::default()
        };
        scene.does_with(&bought.id, Action::Pause, &options).await;
        let shown = scene.look_up(&bought).await;
        let details = &shown["status_details"]["paused"]["subscription"];
        assert_eq!(details["type"], word);
    }
}

#[tokio::test]
async fn it_goes_on_with_a_new_period_that_is_paid() {
    let (scene, bought) = Scene::bought().await;
    scene.does(&bought.id, Action::Pause).await;
    scene.store.advance_clock(10 * DAY).await.unwrap();
    let resumed = scene.does(&bought.id, Action::Resume).await;
    let mut expected = vec!["invoice.created"];
    expected.extend(PAID);
    expected.extend(["customer.subscription.resumed", UPDATED]);
    assert_eq!(kinds(&resumed), expected);
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["status"], "active");
    assert!(shown.get("status_details").is_none());
    let item = &shown["items"]["data"][0];
    assert_eq!(item["current_period_start"], at("2026-12-02T00:00:00Z"));
    assert_eq!(item["current_period_end"], at("2027-01-02T00:00:00Z"));
}

#[tokio::test]
async fn a_pause_by_request_needs_flexible_billing_no_schedule_and_no_trial() {
    let scene = Scene::set().await;
    let plain = Options::default();
    let classic = NewCheckout::subscription("price_m").classic();
    let trial = NewCheckout::subscription("price_m").with_trial(DAY);
    for wanted in [classic, trial] {
        let bought = scene.creates(&wanted).await.purchase;
        assert_eq!(scene.refuses(&bought.id, Action::Pause, &plain).await, 409);
    }
    let scheduled = scene.buy().await;
    let to = Options::to_price("price_b");
    scene
        .does_with(&scheduled.id, Action::ScheduleChange, &to)
        .await;
    assert_eq!(
        scene.refuses(&scheduled.id, Action::Pause, &plain).await,
        409
    );
}

#[tokio::test]
async fn a_paused_collection_changes_neither_status_nor_periods() {
    let (scene, bought) = Scene::bought().await;
    let options = Options {
        behavior: PauseBehavior::MarkUncollectible,
        ..Options::lasting(40 * DAY)
    };
    let paused = scene
        .does_with(&bought.id, Action::PauseCollection, &options)
        .await;
    assert_eq!(kinds(&paused), [UPDATED]);
    let shown = scene.look_up(&bought).await;
    let until = at(START) + 40 * 86_400;
    let expected = json!({"behavior": "mark_uncollectible", "resumes_at": until});
    assert_eq!(shown["pause_collection"], expected);
    assert_eq!(shown["status"], "active");

    scene.does(&bought.id, Action::Renew).await;
    let shown = scene.look_up(&bought).await;
    let item = &shown["items"]["data"][0];
    assert_eq!(item["current_period_start"], at("2026-12-22T00:00:00Z"));
    let resumed = scene.does(&bought.id, Action::ResumeCollection).await;
    assert_eq!(kinds(&resumed), [UPDATED]);
    assert_eq!(
        scene.look_up(&bought).await["pause_collection"],
        Value::Null
    );
}

#[tokio::test]
async fn a_paused_collection_treats_invoices_by_its_behavior() {
    for (behavior, status) in [
        (PauseBehavior::KeepAsDraft, "draft"),
        (PauseBehavior::MarkUncollectible, "uncollectible"),
        (PauseBehavior::Void, "void"),
    ] {
        let (scene, bought) = Scene::bought().await;
        let options = Options {
            behavior,
            ..Options::default()
        };
        scene
            .does_with(&bought.id, Action::PauseCollection, &options)
            .await;
        let renewed = scene.does(&bought.id, Action::Renew).await;
        assert!(!kinds(&renewed).contains(&"invoice.paid"));
        let invoice = renewed.purchase.latest_invoice().unwrap().status;
        assert_eq!(json!(invoice), status);

        scene.does(&bought.id, Action::ResumeCollection).await;
        let renewed = scene.does(&bought.id, Action::Renew).await;
        assert!(kinds(&renewed).contains(&"invoice.paid"), "{behavior:?}");
        assert_eq!(renewed.purchase.invoices.len(), 3);
    }
}

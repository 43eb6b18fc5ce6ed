//! Free trials: converted, extended, and without a payment method.

use store_simulator::stripe::model::{
    Action, MissingPaymentMethod, NewCheckout, Options, Purchase,
};

use crate::{
    DAY,
    scene::{PAID, Scene, UPDATED, at, kinds},
};

const WILL_END: &str = "customer.subscription.trial_will_end";

async fn trial(scene: &Scene) -> Purchase {
    let wanted = NewCheckout::subscription("price_m").with_trial(7 * DAY);
    scene.creates(&wanted).await.purchase
}

#[tokio::test]
async fn a_trial_converts_at_its_end_and_keeps_its_dates() {
    let scene = Scene::set().await;
    let bought = trial(&scene).await;
    let converted = scene.does(&bought.id, Action::Renew).await;
    let mut expected = vec![UPDATED, "invoice.created"];
    expected.extend(PAID);
    assert_eq!(kinds(&converted), expected);
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["status"], "active");
    assert_eq!(shown["trial_end"], at("2026-11-29T00:00:00Z"));
    let item = &shown["items"]["data"][0];
    assert_eq!(item["current_period_end"], at("2026-12-29T00:00:00Z"));
}

#[tokio::test]
async fn a_short_trial_is_said_to_end_at_once() {
    let scene = Scene::set().await;
    let wanted = NewCheckout::subscription("price_m").with_trial(3 * DAY);
    assert!(kinds(&scene.creates(&wanted).await).contains(&WILL_END));
}

#[tokio::test]
async fn a_trial_can_be_extended() {
    let scene = Scene::set().await;
    let bought = trial(&scene).await;
    let longer = Options::lasting(DAY);
    let extended = scene
        .does_with(&bought.id, Action::ExtendTrial, &longer)
        .await;
    assert_eq!(kinds(&extended), [UPDATED]);
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["trial_end"], at("2026-11-30T00:00:00Z"));
}

#[tokio::test]
async fn a_trial_without_a_payment_method_ends_by_its_rule() {
    for (rule, status) in [
        (MissingPaymentMethod::Cancel, "canceled"),
        (MissingPaymentMethod::CreateInvoice, "past_due"),
        (MissingPaymentMethod::Pause, "paused"),
    ] {
        let scene = Scene::set().await;
        let wanted = NewCheckout::subscription("price_m")
            .with_trial(7 * DAY)
            .without_payment_method()
            .at_trial_end(rule);
        let bought = scene.creates(&wanted).await.purchase;
        scene.does(&bought.id, Action::Renew).await;
        let shown = scene.look_up(&bought).await;
        assert_eq!(shown["status"], status, "{rule:?}");
        if rule == MissingPaymentMethod::Pause {
            let paused = &shown["status_details"]["paused"]["subscription"];
            assert_eq!(paused["type"], "trial_end_without_payment_method");
        }
    }
}

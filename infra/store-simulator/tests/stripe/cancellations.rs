//! Cancellations: the forms of their fields, revoked, and reached.

use serde_json::{Value, json};
use store_simulator::stripe::model::{Action, CancelForm, CancelReason, NewCheckout, Options};

use crate::{
    DAY,
    scene::{Scene, UPDATED, at, kinds},
};

const END: &str = "2026-12-22T00:00:00Z";
const DELETED: &str = "customer.subscription.deleted";

#[tokio::test]
async fn the_form_decides_which_fields_are_set() {
    let in_three_days = Options {
        seconds: Some(3 * DAY),
        ..Options::with_form(CancelForm::AtDate)
    };
    for (options, flag, cancel_at) in [
        (
            Options::with_form(CancelForm::PeriodEnd),
            true,
            json!(at(END)),
        ),
        (
            Options::with_form(CancelForm::CancelAt),
            false,
            json!(at(END)),
        ),
        (Options::with_form(CancelForm::FlagOnly), true, Value::Null),
        (in_three_days, false, json!(at("2026-11-25T00:00:00Z"))),
    ] {
        let (scene, bought) = Scene::bought().await;
        let cancelled = scene.does_with(&bought.id, Action::Cancel, &options).await;
        assert_eq!(kinds(&cancelled), [UPDATED]);
        let shown = scene.look_up(&bought).await;
        assert_eq!(shown["cancel_at_period_end"], flag, "{options:?}");
        assert_eq!(shown["cancel_at"], cancel_at, "{options:?}");
        assert_eq!(shown["status"], "active");
        let reason = &shown["cancellation_details"]["reason"];
        assert_eq!(reason, "cancellation_requested");
    }
}

#[tokio::test]
async fn the_billing_mode_decides_if_nobody_says() {
    let scene = Scene::set().await;
    for (wanted, flag) in [
        (NewCheckout::subscription("price_m"), false),
        (NewCheckout::subscription("price_m").classic(), true),
    ] {
        let bought = scene.creates(&wanted).await.purchase;
        scene.does(&bought.id, Action::Cancel).await;
        let shown = scene.look_up(&bought).await;
        assert_eq!(shown["cancel_at_period_end"], flag);
        assert_eq!(shown["cancel_at"], at(END));
    }
}

#[tokio::test]
async fn taking_it_back_clears_both_fields() {
    for form in [
        CancelForm::PeriodEnd,
        CancelForm::CancelAt,
        CancelForm::FlagOnly,
    ] {
        let (scene, bought) = Scene::bought().await;
        let options = Options::with_form(form);
        scene.does_with(&bought.id, Action::Cancel, &options).await;
        let back = scene.does(&bought.id, Action::Reactivate).await;
        assert_eq!(kinds(&back), [UPDATED]);
        let shown = scene.look_up(&bought).await;
        assert_eq!(shown["cancel_at_period_end"], false);
        assert_eq!(shown["cancel_at"], Value::Null);
        assert_eq!(shown["canceled_at"], Value::Null);
    }
}

#[tokio::test]
async fn it_ends_when_its_end_has_come_and_can_still_be_looked_up() {
    let (scene, bought) = Scene::bought().await;
    let plain = Options::default();
    assert_eq!(scene.refuses(&bought.id, Action::Expire, &plain).await, 409);
    let feedback = Options {
        feedback: Some("too_expensive".to_owned()),
        ..Options::default()
    };
    scene.does_with(&bought.id, Action::Cancel, &feedback).await;
    assert_eq!(scene.refuses(&bought.id, Action::Renew, &plain).await, 409);
    let ended = scene.does(&bought.id, Action::Expire).await;
    assert_eq!(kinds(&ended), [DELETED]);
    assert_eq!(ended.now.to_string(), END);
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["status"], "canceled");
    assert_eq!(shown["ended_at"], at(END));
    assert_eq!(shown["canceled_at"], at(crate::START));
    assert_eq!(shown["cancellation_details"]["feedback"], "too_expensive");
}

#[tokio::test]
async fn it_can_end_at_once_for_a_reason() {
    for (reason, shown) in [
        (None, "cancellation_requested"),
        (Some(CancelReason::PaymentDisputed), "payment_disputed"),
        (
            Some(CancelReason::CanceledByRetentionPolicy),
            "canceled_by_retention_policy",
        ),
    ] {
        let (scene, bought) = Scene::bought().await;
        let options = Options {
            cancel_reason: reason,
            ..Options::default()
        };
        let ended = scene
            .does_with(&bought.id, Action::CancelNow, &options)
            .await;
        assert_eq!(kinds(&ended), [DELETED]);
        let answer = scene.look_up(&bought).await;
        assert_eq!(answer["cancellation_details"]["reason"], shown);
        assert_eq!(answer["ended_at"], at(crate::START));
    }
}

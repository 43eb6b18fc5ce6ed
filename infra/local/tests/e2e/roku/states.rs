//! Cancellations that are taken back, money that is returned, and payments that fail.

use std::time::Duration;

use jiff::Timestamp;
use local_stack::broadcaster::MONTHLY_OFFER;
use serde_json::{Value, json};
use store_simulator::roku::model::{Action, Options};

use super::Scene;

const THREE_DAYS: i64 = 3 * 24 * 3600;

#[tokio::test]
async fn a_cancellation_or_a_refund_keeps_access_and_both_together_end_it() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;

    scene.happens(&id, Action::Cancel).await;

    let told = scene.told(&id, &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[0]["end_date"]);
    assert!(told[1]["cancellation_date"].as_i64() < told[1]["end_date"].as_i64());
    let state = scene.is("ada", "cancelled").await;
    assert!(state["cancelledAt"].is_string(), "{state}");
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    scene.happens(&id, Action::Resubscribe).await;

    scene.told(&id, &["new", "cancel", "resume"]).await;
    assert_eq!(scene.is("ada", "active").await["cancelledAt"], Value::Null);

    let asked = scene.times_asked(&id).await;

    let partly = Options::of_amount("1.00");
    scene.happens_with(&id, Action::Refund, partly).await;

    scene.asked_again(&id, asked).await;
    scene.is("ada", "active").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    let unauthorized = Options {
        unauthorized: true,
        ..Options::default()
    };
    scene.happens_with(&id, Action::Refund, unauthorized).await;

    scene.is("ada", "revoked").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let told = scene
        .told(&id, &["new", "cancel", "resume", "cancel"])
        .await;
    assert_eq!(told[3]["end_date"], told[3]["cancellation_date"]);
}

#[tokio::test]
async fn an_unpaid_renewal_leads_to_hold_or_grace_and_back_or_to_the_end() {
    let scene = Scene::with(&json!({"grace": "renew"})).await;
    let id = scene.subscribed("ada").await;

    scene.period_ends(&id).await;
    scene.happens(&id, Action::Hold).await;
    scene.is("ada", "on_hold").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    scene.told(&id, &["new", "hold"]).await;

    scene.periods_last("PT3S").await;
    let paid = scene.happens(&id, Action::Recover).await;
    let ends_at = paid.expiration_date.unwrap();
    let told = scene.told(&id, &["new", "hold", "resume"]).await;
    assert_eq!(told[2]["end_date"], ends_at.as_second());
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    let left = ends_at.duration_since(Timestamp::now());
    tokio::time::sleep(Duration::try_from(left).unwrap_or_default()).await;
    scene.happens(&id, Action::EnterGrace).await;
    scene.is("ada", "grace").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    let told = scene.told(&id, &["new", "hold", "resume", "renew"]).await;
    assert_eq!(told[3]["end_date"], ends_at.as_second() + THREE_DAYS);

    scene.periods_last("P1M").await;
    let paid = scene.happens(&id, Action::Recover).await;
    scene.is("ada", "active").await;
    let types = ["new", "hold", "resume", "renew", "renew"];
    let told = scene.told(&id, &types).await;
    let next = paid.expiration_date.unwrap().as_second();
    assert_eq!(told[4]["end_date"], next, "the cycle stays");

    scene.period_ends(&id).await;
    scene.happens(&id, Action::Hold).await;
    scene.is("ada", "on_hold").await;
    scene.happens(&id, Action::Expire).await;
    scene.is("ada", "expired").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let types = [types.as_slice(), &["hold", "cancel"]].concat();
    scene.told(&id, &types).await;
}

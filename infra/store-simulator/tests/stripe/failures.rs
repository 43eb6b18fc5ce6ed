//! Failed payments: past due, and the consequences.

use serde_json::Value;
use store_simulator::stripe::model::{Action, AfterRetries, Options};

use crate::scene::{PAID, Scene, UPDATED, at, kinds};

const DECLINED: [&str; 3] = [
    "charge.failed",
    "payment_intent.payment_failed",
    "invoice.payment_failed",
];

async fn past_due() -> (Scene, String) {
    let (scene, bought) = Scene::bought().await;
    scene.does(&bought.id, Action::Fail).await;
    (scene, bought.id)
}

fn then(after_retries: AfterRetries) -> Options {
    Options {
        after_retries: Some(after_retries),
        ..Options::default()
    }
}

async fn status(scene: &Scene, id: &str) -> Value {
    scene.get(&format!("/subscriptions/{id}")).await["status"].clone()
}

#[tokio::test]
async fn a_declined_renewal_is_past_due_in_the_period_that_is_not_paid() {
    let (scene, bought) = Scene::bought().await;
    let failed = scene.does(&bought.id, Action::Fail).await;
    let mut expected = vec![UPDATED, "invoice.created", "invoice.finalized"];
    expected.extend(DECLINED);
    expected.push(UPDATED);
    assert_eq!(kinds(&failed), expected);
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["status"], "past_due");
    let item = &shown["items"]["data"][0];
    assert_eq!(item["current_period_start"], at("2026-12-22T00:00:00Z"));
    let path = format!("/invoices/{}", shown["latest_invoice"].as_str().unwrap());
    let invoice = scene.get(&path).await;
    assert_eq!(invoice["status"], "open");
    assert_eq!(invoice["attempt_count"], 1);
    assert_eq!(invoice["next_payment_attempt"], at("2026-12-25T01:00:00Z"));
}

#[tokio::test]
async fn further_attempts_fail_until_none_is_left() {
    let (scene, id) = past_due().await;
    let again = scene.does(&id, Action::Fail).await;
    assert_eq!(kinds(&again), DECLINED);
    assert_eq!(again.now.to_string(), "2026-12-25T01:00:00Z");
    let last = Options {
        last_attempt: true,
        ..Options::default()
    };
    let last = scene.does_with(&id, Action::Fail, &last).await.purchase;
    let invoice = last.latest_invoice().unwrap();
    assert_eq!(invoice.attempt_count, 3);
    assert_eq!(invoice.next_payment_attempt, None);
    assert_eq!(status(&scene, &id).await, "past_due");
}

#[tokio::test]
async fn what_is_owed_can_be_paid() {
    let (scene, id) = past_due().await;
    let recovered = scene.does(&id, Action::Recover).await;
    let mut expected = PAID[1..].to_vec();
    expected.push(UPDATED);
    assert_eq!(kinds(&recovered), expected);
    assert_eq!(status(&scene, &id).await, "active");
}

#[tokio::test]
async fn the_account_decides_what_follows_the_last_attempt() {
    let deleted = "customer.subscription.deleted";
    let paused = "customer.subscription.paused";
    for (after, told, shown) in [
        (AfterRetries::Cancel, vec![deleted], "canceled"),
        (AfterRetries::MarkUnpaid, vec![UPDATED], "unpaid"),
        (AfterRetries::StayPastDue, vec![], "past_due"),
        (AfterRetries::Pause, vec![paused, UPDATED], "paused"),
    ] {
        let (scene, id) = past_due().await;
        let exhausted = scene.does_with(&id, Action::Exhaust, &then(after)).await;
        let mut expected = DECLINED.to_vec();
        expected.extend(told);
        assert_eq!(kinds(&exhausted), expected, "{after:?}");
        assert_eq!(status(&scene, &id).await, shown);
    }
}

#[tokio::test]
async fn the_reasons_are_told() {
    let (scene, id) = past_due().await;
    scene.does(&id, Action::Exhaust).await;
    let shown = scene.get(&format!("/subscriptions/{id}")).await;
    assert_eq!(shown["cancellation_details"]["reason"], "payment_failed");
    assert_eq!(shown["ended_at"], at("2026-12-25T01:00:00Z"));

    let (scene, id) = past_due().await;
    scene
        .does_with(&id, Action::Exhaust, &then(AfterRetries::Pause))
        .await;
    let shown = scene.get(&format!("/subscriptions/{id}")).await;
    let paused = &shown["status_details"]["paused"];
    assert_eq!(paused["type"], "subscription");
    assert_eq!(paused["subscription"]["type"], "final_payment_failure");
}

#[tokio::test]
async fn unpaid_goes_on_with_drafts_and_all_of_them_are_paid_in_the_end() {
    let (scene, id) = past_due().await;
    scene
        .does_with(&id, Action::Exhaust, &then(AfterRetries::MarkUnpaid))
        .await;
    let next = scene.does(&id, Action::Renew).await;
    assert_eq!(kinds(&next), [UPDATED, "invoice.created"]);
    assert_eq!(status(&scene, &id).await, "unpaid");
    let recovered = scene.does(&id, Action::Recover).await.purchase;
    let mut unpaid = recovered.invoices.iter();
    assert!(unpaid.all(|invoice| invoice.paid_at.is_some()));
    assert_eq!(status(&scene, &id).await, "active");
}

//! Periods: paid, in trial, in grace.

use serde_json::Value;
use store_simulator::amazon::model::{Action, NewPurchase, Options, Promotion};

use crate::scene::{MONTHLY, Scene, TRIAL, kinds, millis};

#[tokio::test]
async fn buying_is_told() {
    let scene = Scene::set().await;
    let outcome = scene.store.buy(&NewPurchase::of(MONTHLY)).await.unwrap();
    assert_eq!(kinds(&outcome), ["SUBSCRIPTION_PURCHASED"]);
    let message = scene.last_message().await;
    assert_eq!(message["receiptId"], *outcome.receipt.receipt_id);
    assert_eq!(message["appUserId"], *outcome.receipt.user_id);
}

#[tokio::test]
async fn a_renewal_keeps_the_receipt_and_moves_its_date() {
    let (scene, receipt) = Scene::bought().await;
    let outcome = scene.does(&receipt, Action::Renew).await;
    assert_eq!(kinds(&outcome), ["SUBSCRIPTION_RENEWED"]);
    assert_eq!(outcome.now.to_string(), "2026-12-15T00:00:00Z");
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["receiptId"], *receipt.receipt_id);
    assert_eq!(shown["purchaseDate"], millis("2026-11-15T00:00:00Z"));
    assert_eq!(shown["renewalDate"], millis("2027-01-15T00:00:00Z"));
}

#[tokio::test]
async fn an_early_renewal_leaves_the_clock_alone() {
    let (scene, receipt) = Scene::bought().await;
    let options = Options::default().without_moving_the_clock();
    let outcome = scene.does_with(&receipt, Action::Renew, &options).await;
    assert_eq!(outcome.now.to_string(), "2026-11-15T00:00:00Z");
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["renewalDate"], millis("2027-01-15T00:00:00Z"));
}

#[tokio::test]
async fn a_trial_becomes_paid() {
    let scene = Scene::set().await;
    let receipt = scene.buys(&NewPurchase::of(TRIAL)).await;
    let outcome = scene.does(&receipt, Action::ConvertTrial).await;
    assert_eq!(
        kinds(&outcome),
        ["SUBSCRIPTION_CONVERTED_FREE_TRIAL_TO_PAID"]
    );
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["freeTrialEndDate"], Value::Null);
    assert_eq!(shown["renewalDate"], millis("2026-12-22T00:00:00Z"));
    let refused = scene
        .store
        .plainly(&receipt.receipt_id, Action::ConvertTrial);
    assert!(refused.await.is_err());

    let other = scene.buys(&NewPurchase::of(TRIAL)).await;
    let renewed = scene.does(&other, Action::Renew).await;
    assert_eq!(
        kinds(&renewed),
        ["SUBSCRIPTION_CONVERTED_FREE_TRIAL_TO_PAID"]
    );
}

#[tokio::test]
async fn a_trial_need_not_be_taken() {
    let scene = Scene::set().await;
    let receipt = scene.buys(&NewPurchase::of(TRIAL).without_trial()).await;
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["freeTrialEndDate"], Value::Null);
    assert_eq!(shown["renewalDate"], millis("2026-12-15T00:00:00Z"));
}

#[tokio::test]
async fn auto_renewal_goes_off_and_on() {
    let (scene, receipt) = Scene::bought().await;
    let off = scene.does(&receipt, Action::TurnAutoRenewOff).await;
    assert_eq!(kinds(&off), ["SUBSCRIPTION_AUTO_RENEWAL_OFF"]);
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["autoRenewing"], false);
    assert_eq!(shown["renewalDate"], Value::Null);
    assert_eq!(shown["cancelDate"], millis("2026-12-15T00:00:00Z"));
    assert_eq!(shown["cancelReason"], Value::Null);
    let on = scene.does(&receipt, Action::TurnAutoRenewOn).await;
    assert_eq!(kinds(&on), ["SUBSCRIPTION_AUTO_RENEWAL_ON"]);
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["autoRenewing"], true);
    assert_eq!(shown["cancelDate"], Value::Null);
}

#[tokio::test]
async fn the_grace_period_is_shown_and_recovered_on_schedule() {
    let (scene, receipt) = Scene::bought().await;
    let failed = scene.does(&receipt, Action::EnterGrace).await;
    assert_eq!(kinds(&failed), ["SUBSCRIPTION_IN_GRACE_PERIOD"]);
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["gracePeriodEndDate"], millis("2026-12-20T00:00:00Z"));
    assert_eq!(shown["autoRenewing"], true);
    scene.store.advance_clock(86_400).await.unwrap();
    let paid = scene.does(&receipt, Action::Recover).await;
    assert_eq!(kinds(&paid), ["SUBSCRIPTION_OUT_OF_GRACE_PERIOD"]);
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["gracePeriodEndDate"], Value::Null);
    assert_eq!(shown["renewalDate"], millis("2027-01-15T00:00:00Z"));
}

#[tokio::test]
async fn promotions_go_on_with_the_periods() {
    let scene = Scene::set().await;
    let wanted = NewPurchase::of(MONTHLY).with_promotion(Promotion::introductory());
    let receipt = scene.buys(&wanted).await;
    scene.does(&receipt, Action::Renew).await;
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["promotions"][0]["promotionStatus"], "Completed");
}

#[tokio::test]
async fn silent_changes_are_not_told() {
    let (scene, receipt) = Scene::bought().await;
    let options = Options::default().silently();
    let outcome = scene.does_with(&receipt, Action::Renew, &options).await;
    assert!(outcome.messages.is_empty());
    assert_eq!(scene.receipt_of(&receipt).await.renewals, 1);
    scene.settle().await;
    assert!(scene.receiver.received().is_empty());
}

#[tokio::test]
async fn whatever_is_due_happens_at_once() {
    let (scene, receipt) = Scene::bought().await;
    scene.store.advance_clock(70 * 86_400).await.unwrap();
    let outcomes = scene.store.run_due().await.unwrap();
    let all: Vec<_> = outcomes.iter().flat_map(kinds).collect();
    assert_eq!(all, ["SUBSCRIPTION_RENEWED", "SUBSCRIPTION_RENEWED"]);
    let shown = scene.shown(&receipt).await;
    assert_eq!(shown["renewalDate"], millis("2027-02-15T00:00:00Z"));
}

impl Scene {
    pub async fn receipt_of(
        &self,
        receipt: &store_simulator::amazon::model::Receipt,
    ) -> store_simulator::amazon::model::Receipt {
        self.store.purchase(&receipt.receipt_id).await.unwrap()
    }
}

//! Effects of each action on the subscription, and its notifications.

use store_simulator::{
    ControlError,
    vizio::{
        Action, ActionOptions, CustomNotification, InvoiceStatus, NewSubscription, Status,
        Subscription,
    },
};

use crate::{SUBSCRIPTION, Scene};

async fn bought(scene: &Scene, plan_code: &str) -> Subscription {
    let wanted = NewSubscription::of_plan(plan_code)
        .with_id(SUBSCRIPTION)
        .for_account("cust-300200100");
    scene.store.buy(&wanted).await.unwrap().subscription
}

fn text(at: Option<jiff::Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(answer: Result<T, ControlError>, expected: u16) {
    match answer {
        Err(ControlError::Refused { status, .. }) => assert_eq!(status, expected),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_purchase_is_created_and_paid() {
    let scene = Scene::set().await;
    let subscription = bought(&scene, "demo_monthly_899").await;
    assert_eq!(subscription.status, Status::Active);
    assert_eq!(subscription.invoice_number(), Some("VZINV-0000001"));
    assert_eq!(
        subscription.current_period_end.to_string(),
        "2026-12-05T09:30:00Z"
    );
    scene.settle().await;
    assert_eq!(scene.receiver.events(), ["CREATED", "PAYMENT.SUCCESSFUL"]);
}

#[tokio::test]
async fn another_account_of_the_partner_can_pay_a_renewal() {
    let scene = Scene::set().await;
    bought(&scene, "demo_monthly_899").await;
    let by_another = ActionOptions {
        partner_account_id: Some("cust-2".to_owned()),
        ..ActionOptions::default()
    };
    let outcome = scene
        .store
        .act(SUBSCRIPTION, Action::Renew, &by_another)
        .await;
    let account = outcome.unwrap().subscription.partner_account_id;
    assert_eq!(account.as_deref(), Some("cust-2"));
    scene.settle().await;
    assert_eq!(scene.receiver.last()["data"]["partnerAccountId"], "cust-2");
}

#[tokio::test]
async fn a_notification_has_every_field_of_the_envelope() {
    let scene = Scene::set().await;
    bought(&scene, "demo_monthly_899").await;
    scene.store.renew(SUBSCRIPTION).await.unwrap();
    scene.settle().await;
    let mut body = scene.receiver.last();
    let id = body["notificationId"].take();
    assert!(id.as_str().unwrap().starts_with("nv-"), "{id}");
    let expected: serde_json::Value =
        serde_json::from_str(include_str!("payment-successful.json")).unwrap();
    assert_eq!(body, expected);
}

#[tokio::test]
async fn a_trial_is_paid_at_its_first_renewal() {
    let scene = Scene::set().await;
    let trial = bought(&scene, "demo_trial_899").await;
    assert_eq!((trial.status, trial.in_trial), (Status::Trial, true));
    assert_eq!(trial.invoice_number(), None);
    let paid = scene.store.renew(SUBSCRIPTION).await.unwrap();
    assert_eq!(paid.subscription.status, Status::Active);
    assert!(!paid.subscription.in_trial);
    assert_eq!(
        paid.subscription.current_period_start,
        trial.current_period_end
    );
    assert_eq!(paid.now, trial.current_period_end);
    scene.settle().await;
    assert_eq!(scene.receiver.events(), ["CREATED", "PAYMENT.SUCCESSFUL"]);
}

#[tokio::test]
async fn a_failed_charge_is_recovered_with_the_same_invoice() {
    let scene = Scene::set().await;
    bought(&scene, "demo_monthly_899").await;
    let failed = scene.store.fail(SUBSCRIPTION, Some(3 * 86_400)).await;
    let failed = failed.unwrap().subscription;
    assert_eq!(failed.status, Status::PastDue);
    assert_eq!(
        text(failed.grace_period_end).as_deref(),
        Some("2026-12-08T09:30:00Z")
    );
    assert_eq!(failed.invoice_number(), Some("VZINV-0000001"));
    let again = scene.store.fail(SUBSCRIPTION, None).await.unwrap();
    assert_eq!(again.subscription, failed);

    let recovered = scene.store.recover(SUBSCRIPTION).await.unwrap();
    assert_eq!(recovered.subscription.status, Status::Active);
    assert_eq!(recovered.subscription.grace_period_end, None);
    assert_eq!(
        recovered.subscription.invoice_number(),
        Some("VZINV-0000002")
    );
    assert_eq!(
        recovered.subscription.current_period_start,
        failed.current_period_end
    );
    scene.settle().await;
    let events = scene.receiver.events();
    assert_eq!(
        events[2..],
        ["PAYMENT.FAILED", "PAYMENT.FAILED", "PAYMENT.SUCCESSFUL"]
    );
    let failure = scene.receiver.received()[2].json();
    assert_eq!(failure["data"]["payment"]["status"], "FAILED");
    assert_eq!(failure["data"]["invoiceNumber"], "VZINV-0000002");
    assert_eq!(failure["data"]["gracePeriodEnd"], "2026-12-08T09:30:00Z");
}

#[tokio::test]
async fn refunding_the_present_period_ends_it() {
    let scene = Scene::set().await;
    bought(&scene, "demo_monthly_899").await;
    let refunded = scene.store.refund(SUBSCRIPTION).await.unwrap();
    assert_eq!(refunded.subscription.status, Status::Refunded);
    assert!(!refunded.subscription.auto_renew);
    assert_refused(scene.store.refund(SUBSCRIPTION).await, 409);
    scene.settle().await;
    let body = scene.receiver.last();
    assert_eq!(body["eventType"], "SUBSCRIPTION.PAYMENT.REFUND");
    assert_eq!(body["data"]["payment"]["refundAmount"], "8.99");
    assert_eq!(body["data"]["payment"]["refundedAt"], crate::START);
}

#[tokio::test]
async fn refunding_an_older_invoice_changes_nothing_else() {
    let scene = Scene::set().await;
    bought(&scene, "demo_monthly_899").await;
    let renewed = scene.store.renew(SUBSCRIPTION).await.unwrap().subscription;
    let options = ActionOptions {
        invoice_number: Some("VZINV-0000001".to_owned()),
        ..ActionOptions::default()
    };
    let refund = scene.store.act(SUBSCRIPTION, Action::Refund, &options);
    let after = refund.await.unwrap().subscription;
    assert_eq!(after.invoices[0].status, InvoiceStatus::Refunded);
    let apart_from_invoices = Subscription {
        invoices: renewed.invoices.clone(),
        ..after
    };
    assert_eq!(apart_from_invoices, renewed);
    scene.settle().await;
    let body = scene.receiver.last();
    assert_eq!(body["data"]["invoiceNumber"], "VZINV-0000001");
    assert_eq!(body["data"]["status"], "ACTIVE");
}

#[tokio::test]
async fn a_cancelled_one_runs_on_and_can_come_back() {
    let scene = Scene::set().await;
    let before = bought(&scene, "demo_monthly_899").await;
    let cancelled = scene.store.cancel(SUBSCRIPTION).await.unwrap().subscription;
    assert_eq!(cancelled.status, Status::Canceled);
    assert_eq!(text(cancelled.canceled_at).as_deref(), Some(crate::START));
    assert_eq!(cancelled.next_billing_date, None);
    assert_eq!(cancelled.current_period_end, before.current_period_end);
    assert_refused(scene.store.renew(SUBSCRIPTION).await, 409);

    let back = scene.store.reactivate(SUBSCRIPTION).await.unwrap();
    assert_eq!(back.subscription, before);
    scene.settle().await;
    assert_eq!(scene.receiver.events()[2..], ["CANCELED", "REACTIVATED"]);
}

#[tokio::test]
async fn an_upgrade_takes_effect_now() {
    let scene = Scene::set().await;
    bought(&scene, "demo_basic_499").await;
    let upgrade = scene.store.upgrade(SUBSCRIPTION, "demo_monthly_899");
    let upgraded = upgrade.await.unwrap().subscription;
    assert_eq!(
        (upgraded.plan_code.as_str(), upgraded.amount.as_str()),
        ("demo_monthly_899", "8.99")
    );
    scene.settle().await;
    let body = scene.receiver.last();
    assert_eq!(body["eventType"], "SUBSCRIPTION.UPDATED");
    assert_eq!(body["data"]["previousPlanCode"], "demo_basic_499");
    assert_refused(scene.store.upgrade(SUBSCRIPTION, "unheard of").await, 400);
}

#[tokio::test]
async fn a_downgrade_waits_for_the_renewal() {
    let scene = Scene::set().await;
    bought(&scene, "demo_monthly_899").await;
    let downgrade = scene.store.downgrade(SUBSCRIPTION, "demo_basic_499");
    let pending = downgrade.await.unwrap().subscription;
    assert_eq!(pending.plan_code, "demo_monthly_899");
    assert_eq!(pending.pending_plan_code.as_deref(), Some("demo_basic_499"));
    let renewed = scene.store.renew(SUBSCRIPTION).await.unwrap().subscription;
    assert_eq!(renewed.plan_code, "demo_basic_499");
    assert_eq!(renewed.pending_plan_code, None);
    assert_eq!(renewed.invoices[1].amount, "4.99");
    scene.settle().await;
    let events = scene.receiver.events();
    assert_eq!(
        events[2..],
        ["DOWNGRADE.PENDING", "PAYMENT.SUCCESSFUL", "UPDATED"]
    );
    assert_eq!(
        scene.receiver.last()["data"]["previousPlanCode"],
        "demo_monthly_899"
    );
}

#[tokio::test]
async fn an_end_after_cancelling_moves_the_clock_there() {
    let scene = Scene::set().await;
    bought(&scene, "demo_monthly_899").await;
    scene.store.cancel(SUBSCRIPTION).await.unwrap();
    let expired = scene.store.expire(SUBSCRIPTION).await.unwrap();
    assert_eq!(expired.subscription.status, Status::Expired);
    assert_eq!(expired.now.to_string(), "2026-12-05T09:30:00Z");
    scene.settle().await;
    assert_eq!(scene.receiver.events()[2..], ["CANCELED", "EXPIRED"]);
    assert_eq!(scene.receiver.last()["eventTime"], "2026-12-05T09:30:00Z");
    for action in [Action::Renew, Action::Cancel, Action::Reactivate] {
        let options = ActionOptions::default();
        assert_refused(scene.store.act(SUBSCRIPTION, action, &options).await, 409);
    }
}

#[tokio::test]
async fn a_silent_change_sends_nothing() {
    let scene = Scene::set().await;
    let wanted = NewSubscription::of_plan("demo_monthly_899").silently();
    let created = scene.store.buy(&wanted).await.unwrap();
    assert!(created.notifications.is_empty());
    let id = created.subscription.subscription_id;
    let silently = ActionOptions::default().silently();
    let cancel = scene.store.act(&id, Action::Cancel, &silently);
    assert_eq!(cancel.await.unwrap().subscription.status, Status::Canceled);
    scene.settle().await;
    assert!(scene.receiver.received().is_empty());
}

#[tokio::test]
async fn what_is_due_runs_by_the_clock() {
    let scene = Scene::set().await;
    bought(&scene, "demo_monthly_899").await;
    let leaver = NewSubscription::of_plan("demo_monthly_899").with_id("leaver");
    scene.store.buy(&leaver).await.unwrap();
    scene.store.cancel("leaver").await.unwrap();
    assert!(scene.store.run_due().await.unwrap().is_empty());

    scene.store.advance_clock(65 * 86_400).await.unwrap();
    let outcomes = scene.store.run_due().await.unwrap();
    assert_eq!(outcomes.len(), 3, "one end and two renewals");
    let leaver = scene.store.purchase("leaver").await.unwrap();
    assert_eq!(leaver.status, Status::Expired);
    let stayer = scene.store.purchase(SUBSCRIPTION).await.unwrap();
    assert_eq!(stayer.invoices.len(), 3);
    assert!(stayer.current_period_end > scene.store.now().await.unwrap());
}

#[tokio::test]
async fn an_event_of_the_future_and_a_body_that_is_no_json_can_be_sent() {
    let scene = Scene::set().await;
    bought(&scene, "demo_monthly_899").await;
    scene.settle().await;
    let future = CustomNotification {
        event_type: Some("SUBSCRIPTION.GIFTED".to_owned()),
        subscription_id: Some(SUBSCRIPTION.to_owned()),
        raw: None,
    };
    scene.store.notify(&future).await.unwrap();
    scene.settle().await;
    assert_eq!(scene.receiver.last()["eventType"], "SUBSCRIPTION.GIFTED");
    assert_eq!(
        scene.receiver.last()["data"]["subscriptionId"],
        SUBSCRIPTION
    );

    let broken = CustomNotification {
        raw: Some("{not json".to_owned()),
        ..CustomNotification::default()
    };
    scene.store.notify(&broken).await.unwrap();
    scene.settle().await;
    assert_eq!(
        scene.receiver.received().last().unwrap().body,
        "{not json".as_bytes()
    );
}

#[tokio::test]
async fn the_control_api_says_what_is_not_possible() {
    let scene = Scene::set().await;
    bought(&scene, "demo_monthly_899").await;
    let store = &scene.store;
    let twice = NewSubscription::of_plan("demo_monthly_899").with_id(SUBSCRIPTION);
    assert_refused(store.buy(&twice).await, 409);
    assert_refused(
        store.buy(&NewSubscription::of_plan("unheard of")).await,
        400,
    );
    assert_refused(store.renew("unknown").await, 404);
    assert_refused(store.purchase("unknown").await, 404);
    assert_refused(store.recover(SUBSCRIPTION).await, 409);
    let no_plan = ActionOptions::default();
    assert_refused(
        store.act(SUBSCRIPTION, Action::Upgrade, &no_plan).await,
        400,
    );
}

//! Renewals and failed charges.

use store_simulator::apple::model::{Action, Environment, NewPurchase, Options};

use crate::{
    START,
    scene::{Scene, millis},
};

const DAY: u64 = 86_400;

#[tokio::test]
async fn a_renewal_is_another_transaction_from_the_old_end_on() {
    let (scene, id) = Scene::bought().await;
    let outcome = scene.act(&id, Action::Renew, &Options::default()).await;
    assert_eq!(outcome.now.to_string(), "2026-12-15T00:00:00Z");
    assert_eq!(outcome.notifications[0].kind, "DID_RENEW");
    let (status, shown, _) = scene.status(&id).await;
    assert_eq!(status, 1);
    assert_ne!(shown["transactionId"], id);
    assert_eq!(shown["originalTransactionId"], id);
    assert_eq!(shown["transactionReason"], "RENEWAL");
    assert_eq!(shown["purchaseDate"], millis("2026-12-15T00:00:00Z"));
    assert_eq!(shown["originalPurchaseDate"], millis(START));
    assert_eq!(shown["expiresDate"], millis("2027-01-15T00:00:00Z"));
    assert_ne!(
        shown["webOrderLineItemId"],
        scene.transaction(&id).await["webOrderLineItemId"]
    );
    assert_eq!(
        scene.told().await["data"]["signedTransactionInfo"]["transactionId"],
        shown["transactionId"]
    );
}

#[tokio::test]
async fn a_renewal_may_come_before_the_old_end() {
    let (scene, id) = Scene::bought().await;
    let early = Options {
        move_clock: false,
        ..Options::default()
    };
    let outcome = scene.act(&id, Action::Renew, &early).await;
    assert_eq!(outcome.now.to_string(), START);
    let (_, shown, _) = scene.status(&id).await;
    assert_eq!(shown["expiresDate"], millis("2027-01-15T00:00:00Z"));
}

#[tokio::test]
async fn in_the_grace_period_access_goes_on_and_recovery_keeps_the_cycle() {
    let (scene, id) = Scene::bought().await;
    let kinds = scene
        .kinds(&id, Action::EnterGrace, &Options::lasting(3 * DAY))
        .await;
    assert_eq!(kinds, ["DID_FAIL_TO_RENEW/GRACE_PERIOD"]);
    let (status, _, renewal) = scene.status(&id).await;
    assert_eq!(status, 4);
    assert_eq!(renewal["isInBillingRetryPeriod"], true);
    assert_eq!(
        renewal["gracePeriodExpiresDate"],
        millis("2026-12-18T00:00:00Z")
    );
    assert_eq!(scene.told().await["data"]["status"], 4);
    scene.store.advance_clock(DAY).await.unwrap();
    let kinds = scene.kinds(&id, Action::Recover, &Options::default()).await;
    assert_eq!(kinds, ["DID_RENEW/BILLING_RECOVERY"]);
    let (status, shown, renewal) = scene.status(&id).await;
    assert_eq!(status, 1);
    assert_eq!(shown["purchaseDate"], millis("2026-12-16T00:00:00Z"));
    assert_eq!(shown["expiresDate"], millis("2027-01-15T00:00:00Z"));
    assert!(renewal.get("gracePeriodExpiresDate").is_none());
}

#[tokio::test]
async fn after_the_grace_period_a_recovery_begins_a_new_cycle() {
    let (scene, id) = Scene::bought().await;
    scene
        .act(&id, Action::EnterGrace, &Options::lasting(3 * DAY))
        .await;
    let outcome = scene
        .act(&id, Action::ExpireGrace, &Options::default())
        .await;
    assert_eq!(outcome.notifications[0].kind, "GRACE_PERIOD_EXPIRED");
    assert_eq!(outcome.now.to_string(), "2026-12-18T00:00:00Z");
    assert_eq!(scene.status(&id).await.0, 3);
    scene.store.advance_clock(DAY).await.unwrap();
    scene.act(&id, Action::Recover, &Options::default()).await;
    let (status, shown, _) = scene.status(&id).await;
    assert_eq!(status, 1);
    assert_eq!(shown["expiresDate"], millis("2027-01-19T00:00:00Z"));
}

#[tokio::test]
async fn without_grace_access_ends_while_the_charge_is_tried_again() {
    let (scene, id) = Scene::bought().await;
    let kinds = scene
        .kinds(&id, Action::EnterRetry, &Options::default())
        .await;
    assert_eq!(kinds, ["DID_FAIL_TO_RENEW"]);
    let (status, _, renewal) = scene.status(&id).await;
    assert_eq!(status, 3);
    assert_eq!(renewal["isInBillingRetryPeriod"], true);
    assert_eq!(renewal["expirationIntent"], 2);
    let outcome = scene.act(&id, Action::Expire, &Options::default()).await;
    assert_eq!(outcome.notifications[0].kind, "EXPIRED/BILLING_RETRY");
    assert_eq!(outcome.now.to_string(), "2027-02-13T00:00:00Z");
    let (status, _, renewal) = scene.status(&id).await;
    assert_eq!(
        (status, renewal["isInBillingRetryPeriod"].clone()),
        (2, false.into())
    );
}

#[tokio::test]
async fn what_is_due_happens_step_by_step() {
    let (scene, id) = Scene::bought().await;
    let wanted = NewPurchase::of("basic").in_sandbox();
    let other = scene.buy(&wanted).await.original_transaction_id;
    scene.act(&other, Action::Cancel, &Options::default()).await;
    assert!(scene.store.run_due().await.unwrap().is_empty());
    scene.store.advance_clock(31 * DAY).await.unwrap();
    let done = scene.store.run_due().await.unwrap();
    let mut kinds: Vec<_> = done
        .iter()
        .map(|outcome| {
            (
                outcome.purchase.environment,
                outcome.notifications[0].kind.as_str(),
            )
        })
        .collect();
    kinds.sort_unstable();
    let expected = [
        (Environment::Production, "DID_RENEW"),
        (Environment::Sandbox, "EXPIRED/VOLUNTARY"),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(
        scene.store.purchase(&id).await.unwrap().transactions.len(),
        2
    );
}

#[tokio::test]
async fn an_action_that_does_not_fit_is_refused() {
    let (scene, id) = Scene::bought().await;
    let plain = Options::default();
    assert_eq!(scene.refusal(&id, Action::Recover, &plain).await, 409);
    assert_eq!(scene.refusal(&id, Action::Reactivate, &plain).await, 409);
    assert_eq!(scene.refusal(&id, Action::Upgrade, &plain).await, 400);
    assert_eq!(
        scene
            .refusal("700000000000000", Action::Renew, &plain)
            .await,
        404
    );
    scene.act(&id, Action::Cancel, &plain).await;
    assert_eq!(scene.refusal(&id, Action::Renew, &plain).await, 409);
}

//! States that the store signed, for when it cannot be asked.

use cloud::queue::{Verification, VerificationCause};
use cloud::retry::STORE_DELIVERIES;
use cloud::subscriptions::ParkedNotice;
use domain::{Notice, NoticePolicy, Reading, Status, StoreState, Timestamp};
use in_process_aws::Purchase;

use crate::{Scene, batch, check, scene, seconds_ago, verification};

/// A notification with a state that was signed when it was received.
fn told(
    received_at: Timestamp,
    alone: NoticePolicy,
    change: impl Fn(&mut StoreState),
) -> Verification {
    let mut purchase = Purchase::new("vzs-1");
    purchase.now = received_at;
    let mut snapshot = purchase.snapshot(purchase.active());
    if let Reading::Known(state) = &mut snapshot.reading {
        state.period_end = "2099-01-05T09:30:00Z".parse().unwrap();
        change(state);
    }
    let cause = VerificationCause::Notification {
        id: "vzn-1".to_owned(),
        kind: "SUBSCRIPTION.CANCELED".to_owned(),
        sent_at: None,
        notice: Some(Box::new(Notice { snapshot, alone })),
        voided: None,
    };
    verification("vzs-1", cause, received_at)
}

fn cancelled(received_at: Timestamp) -> Verification {
    told(received_at, NoticePolicy::AfterGivingUp, |state| {
        state.status = Status::Cancelled;
        state.auto_renew = false;
    })
}

/// Ada holds the purchase, since so many seconds; now the store is down.
async fn held_since(seconds: i64) -> Scene {
    let scene = scene().await;
    let mut purchase = Purchase::new("vzs-1");
    purchase.now = seconds_ago(seconds);
    purchase.claim("ada");
    let locator = purchase.locator();
    let table = scene.subscriptions();
    table
        .write(&purchase.change(&locator), Vec::new())
        .await
        .unwrap();
    scene.store.fails("vzs-1", 500);
    scene
}

async fn status(scene: &Scene) -> Status {
    scene
        .stored("vzs-1")
        .await
        .unwrap()
        .subscription
        .state
        .status
}

#[tokio::test]
async fn while_the_store_may_still_answer_a_state_is_kept_and_not_applied() {
    let scene = held_since(600).await;
    let word = cancelled(seconds_ago(60));

    assert_eq!(scene.verify(std::slice::from_ref(&word)).await, ["m0"]);
    assert_eq!(
        scene.stored("vzs-1").await.unwrap().notice,
        None,
        "it is still in the queue"
    );
    assert_eq!(
        scene.deliver(batch(&[(word, STORE_DELIVERIES)])).await,
        [""; 0]
    );

    let stored = scene.stored("vzs-1").await.unwrap();
    assert_eq!(stored.subscription.state.status, Status::Active);
    assert!(stored.notice.is_some());
    scene.verify(&[check("vzs-1")]).await;
    let stored = scene.stored("vzs-1").await.unwrap();
    assert!(stored.notice.is_some(), "kept over the checks that follow");
}

#[tokio::test]
async fn after_the_give_up_time_it_is_applied() {
    // The seeded store is given up after an hour.
    let scene = held_since(9000).await;
    let word = cancelled(seconds_ago(3000));
    scene.deliver(batch(&[(word, STORE_DELIVERIES)])).await;
    assert_eq!(status(&scene).await, Status::Active);

    let late = cancelled(seconds_ago(3610));
    assert_eq!(
        scene.deliver(batch(&[(late, STORE_DELIVERIES)])).await,
        [""; 0]
    );
    let stored = scene.stored("vzs-1").await.unwrap();
    assert_eq!(stored.subscription.state.status, Status::Cancelled);
    assert_eq!(stored.notice, None);
}

#[tokio::test]
async fn a_kept_state_is_applied_by_a_later_check() {
    let scene = held_since(9000).await;
    let VerificationCause::Notification { notice, .. } = cancelled(seconds_ago(7200)).cause else {
        panic!("a notification");
    };
    let kept = ParkedNotice {
        notice: *notice.unwrap(),
        received_at: seconds_ago(7200),
    };
    let stored = scene.stored("vzs-1").await.unwrap();
    let rescheduled_at = seconds_ago(7000);
    scene
        .subscriptions()
        .reschedule(&stored, rescheduled_at, Some(&kept), rescheduled_at)
        .await
        .unwrap();

    assert_eq!(scene.verify(&[check("vzs-1")]).await, [""; 0]);

    let stored = scene.stored("vzs-1").await.unwrap();
    assert_eq!(stored.subscription.state.status, Status::Cancelled);
    assert_eq!(stored.notice, None);
    let items = scene.aws.items("subscriptions");
    let current = items
        .iter()
        .find(|item| item["sk"]["S"] == "current")
        .unwrap();
    assert_eq!(current["announce"]["BOOL"], true);
}

#[tokio::test]
async fn a_signed_end_is_applied_at_once() {
    let scene = held_since(600).await;
    let end = told(seconds_ago(10), NoticePolicy::AtOnce, |state| {
        state.status = Status::Revoked;
        state.auto_renew = false;
    });
    assert_eq!(scene.verify(&[end]).await, [""; 0]);
    let stored = scene.stored("vzs-1").await.unwrap().subscription;
    assert_eq!(stored.state.status, Status::Revoked);
    assert!(!stored.access_granted(cloud::clock::now()));
}

#[tokio::test]
async fn a_store_that_answers_is_believed_more_than_what_it_signed() {
    let scene = held_since(600).await;
    scene.store.sells("vzs-1");
    let end = told(seconds_ago(10), NoticePolicy::AtOnce, |state| {
        state.status = Status::Revoked;
    });
    assert_eq!(scene.verify(&[end]).await, [""; 0]);
    assert_eq!(status(&scene).await, Status::Active);
}

#[tokio::test]
async fn what_was_signed_before_the_last_look_changes_nothing() {
    let scene = held_since(600).await;
    let old = told(seconds_ago(4000), NoticePolicy::AtOnce, |state| {
        state.status = Status::Revoked;
    });
    assert_eq!(scene.verify(&[old]).await, [""; 0]);
    assert_eq!(status(&scene).await, Status::Active);
    assert!(scene.store.asked().is_empty(), "the store was asked since");
}

#[tokio::test]
async fn an_answer_of_the_store_clears_what_was_kept() {
    let scene = held_since(600).await;
    scene
        .deliver(batch(&[(cancelled(seconds_ago(60)), STORE_DELIVERIES)]))
        .await;
    scene.store.sells("vzs-1");
    scene.verify(&[check("vzs-1")]).await;
    let stored = scene.stored("vzs-1").await.unwrap();
    assert_eq!(stored.notice, None);
    assert_eq!(stored.subscription.state.status, Status::Active);
}

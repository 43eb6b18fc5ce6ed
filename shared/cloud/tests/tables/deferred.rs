//! Notifications that wait for their store's answer.

use cloud::purchases::Purchases;
use cloud::queue::{Verification, VerificationCause};
use domain::{Notice, NoticePolicy, Store, Timestamp, VoidedPayment};
use in_process_aws::Purchase;
use jiff::SignedDuration;

use crate::{at, broadcaster, purchases};

const RECEIVED: &str = "2026-12-05T09:30:00Z";

fn received(minutes: i64) -> Timestamp {
    at(RECEIVED) + SignedDuration::from_mins(minutes)
}

fn notification(minutes: i64, voided: Option<VoidedPayment>) -> Verification {
    let cause = VerificationCause::Notification {
        id: format!("vzn-{minutes}"),
        kind: "SUBSCRIPTION.UPDATED".to_owned(),
        sent_at: None,
        notice: None,
        voided,
    };
    let locator = Purchase::new("vzs-secret").locator();
    Verification::new(
        broadcaster(),
        Store::Vizio,
        locator,
        cause,
        received(minutes),
    )
}

/// A notification with a state that was signed when it was received.
fn signed(minutes: i64) -> Verification {
    let mut told = notification(minutes, None);
    let mut purchase = Purchase::new("vzs-secret");
    purchase.now = told.received_at;
    if let VerificationCause::Notification { notice, .. } = &mut told.cause {
        *notice = Some(Box::new(Notice {
            snapshot: purchase.snapshot(purchase.active()),
            alone: NoticePolicy::AfterGivingUp,
        }));
    }
    told
}

async fn defer(table: &Purchases, notification: &Verification) -> bool {
    let due_at = |times| received(i64::from(times) + 5);
    table
        .defer_notification(notification, due_at)
        .await
        .unwrap()
}

/// What is due at that time.
async fn due(table: &Purchases, now: Timestamp) -> Vec<Verification> {
    let lease = now + SignedDuration::from_mins(15);
    in_process_aws::take_deferred(table, now, lease).await
}

#[tokio::test]
async fn one_is_due_when_its_time_has_come_and_taken_once() {
    let (_aws, table) = purchases().await;
    assert!(defer(&table, &notification(0, None)).await);
    assert_eq!(due(&table, received(4)).await, []);
    let expected = Verification {
        deferred: true,
        ..notification(0, None)
    };
    assert_eq!(due(&table, received(5)).await, [expected]);
    assert_eq!(due(&table, received(6)).await, [], "it is leased");
    assert_eq!(due(&table, received(21)).await.len(), 1, "and not lost");
}

#[tokio::test]
async fn those_about_one_purchase_are_one_item() {
    let (aws, table) = purchases().await;
    let mut first = signed(0);
    let hint = ("invoiceNumber".to_owned(), "VZINV-1".to_owned());
    first.locator.details.extend([hint.clone()]);
    for told in [&signed(2), &first, &notification(3, None), &first] {
        assert!(defer(&table, told).await);
    }
    assert_eq!(aws.items("purchases").len(), 1);

    let due = due(&table, received(60)).await;
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].received_at, received(3), "the newest");
    assert_eq!(due[0].locator.details.get(&hint.0), Some(&hint.1));
    let VerificationCause::Notification { id, notice, .. } = &due[0].cause else {
        panic!("a notification");
    };
    assert_eq!(id, "vzn-3");
    let notice = notice.as_ref().unwrap();
    assert_eq!(notice.snapshot.observed_at, received(2), "the newest state");
}

#[tokio::test]
async fn each_payment_that_was_taken_back_has_an_item_of_its_own() {
    let (aws, table) = purchases().await;
    let void = |order: &str| VoidedPayment {
        order_id: Some(order.to_owned()),
        at: at(RECEIVED),
    };
    for voided in [
        None,
        Some(void("one")),
        Some(void("two")),
        Some(void("one")),
    ] {
        assert!(defer(&table, &notification(0, voided)).await);
    }
    assert_eq!(aws.items("purchases").len(), 3);
    let due = due(&table, received(60)).await;
    let voids = due.iter().filter(|due| due.cause.voided().is_some());
    assert_eq!(voids.count(), 2);
}

#[tokio::test]
async fn what_was_tried_in_vain_waits_longer_and_what_is_new_does_not() {
    let (_aws, table) = purchases().await;
    defer(&table, &notification(0, None)).await;
    let tried = due(&table, received(5)).await;
    defer(&table, &tried[0]).await;
    assert_eq!(due(&table, received(5)).await, []);
    assert_eq!(due(&table, received(6)).await.len(), 1, "tried once");

    let (_aws, table) = purchases().await;
    for minute in 0..3 {
        defer(&table, &notification(minute, None)).await;
    }
    assert_eq!(due(&table, received(5)).await.len(), 1, "not tried yet");
}

#[tokio::test]
async fn an_answer_ends_the_waiting_but_not_of_what_came_meanwhile() {
    let (aws, table) = purchases().await;
    defer(&table, &notification(0, None)).await;
    let tried = due(&table, received(5)).await;
    defer(&table, &notification(6, None)).await;
    table.end_deferred(&tried[0]).await.unwrap();
    assert_eq!(aws.items("purchases").len(), 1);

    let tried = due(&table, received(60)).await;
    table.end_deferred(&tried[0]).await.unwrap();
    assert!(aws.items("purchases").is_empty());
    table.end_deferred(&tried[0]).await.unwrap();
}

#[tokio::test]
async fn it_is_kept_for_thirty_days() {
    let (aws, table) = purchases().await;
    let day = 24 * 60;
    let first = notification(0, None);
    let later = Verification {
        deferred: true,
        ..first.clone()
    };
    table
        .defer_notification(&first, |_| received(5))
        .await
        .unwrap();
    let kept = table
        .defer_notification(&later, |_| received(30 * day))
        .await
        .unwrap();
    assert!(kept);
    let expires_at = &aws.items("purchases")[0]["expires_at"]["N"];
    assert_eq!(
        expires_at,
        &serde_json::json!(received(30 * day).as_second().to_string())
    );

    let kept = table
        .defer_notification(&later, |_| received(30 * day + 1))
        .await;
    assert!(!kept.unwrap());
    assert!(aws.items("purchases").is_empty());
}

#[tokio::test]
async fn two_at_once_are_both_kept() {
    let (_aws, table) = purchases().await;
    let (one, other) = (signed(1), notification(2, None));
    let (first, second) = tokio::join!(defer(&table, &one), defer(&table, &other));
    assert!(first && second);
    let due = due(&table, received(60)).await;
    assert_eq!(due[0].received_at, received(2));
    let VerificationCause::Notification { notice, .. } = &due[0].cause else {
        panic!("a notification");
    };
    assert!(notice.is_some());
}

#[tokio::test]
async fn its_key_shows_no_purchase_key() {
    let (aws, table) = purchases().await;
    defer(&table, &notification(0, None)).await;
    let item = &aws.items("purchases")[0];
    let pk = item["pk"]["S"].as_str().unwrap();
    assert!(pk.starts_with("700100200#notification#vizio#"), "{pk}");
    assert!(!pk.contains("vzs-secret"), "{pk}");
}

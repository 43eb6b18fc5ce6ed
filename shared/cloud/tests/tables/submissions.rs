//! Recording submissions.

use cloud::purchases::{Purchases, Submission, Submitted};
use domain::validation::ValidationFailure;
use futures::future::join_all;
use in_process_aws::InProcessAws;
use jiff::SignedDuration;

use crate::{at, broadcaster, failed, purchases, submission};

fn later(submission: Submission, seconds: i64) -> Submission {
    let submitted_at = submission
        .submitted_at
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap();
    Submission {
        submitted_at,
        ..submission
    }
}

/// Writes how a submission ended.
async fn end(aws: &InProcessAws, table: &Purchases, ended: &Submission) {
    let write = table.finish(ended).unwrap();
    let client = aws_sdk_dynamodb::Client::new(&aws.aws().config);
    client
        .transact_write_items()
        .transact_items(write)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_new_submission_is_recorded_and_pending() {
    let (_aws, table) = purchases().await;
    let submission = submission(1, "vzs-1", "ada");

    let submitted = table.submit(&submission).await.unwrap();

    assert_eq!(submitted, Submitted::New(submission.correlation_id));
    let stored = table
        .submission(&broadcaster(), submission.correlation_id)
        .await
        .unwrap();
    assert_eq!(stored, Some(submission));
}

#[tokio::test]
async fn the_same_while_one_is_pending_gets_the_earlier_id() {
    let (_aws, table) = purchases().await;
    let first = submission(1, "vzs-1", "ada");
    table.submit(&first).await.unwrap();

    for (seconds, queue_again) in [(1, false), (2, false), (3, true)] {
        let again = later(submission(2, "vzs-1", "ada"), seconds);
        let expected = Submitted::Pending {
            correlation_id: first.correlation_id,
            queue_again,
        };
        assert_eq!(table.submit(&again).await.unwrap(), expected, "{seconds} s");
    }
}

#[tokio::test]
async fn another_customer_or_another_purchase_is_another_submission() {
    let (_aws, table) = purchases().await;
    for (number, purchase, who) in [
        (1, "vzs-1", "ada"),
        (2, "vzs-1", "bob"),
        (3, "vzs-2", "ada"),
    ] {
        let submission = submission(number, purchase, who);
        let submitted = table.submit(&submission).await.unwrap();
        assert_eq!(submitted, Submitted::New(submission.correlation_id));
    }
}

#[tokio::test]
async fn one_that_ended_is_replaced() {
    let (aws, table) = purchases().await;
    let first = submission(1, "vzs-1", "ada");
    table.submit(&first).await.unwrap();
    let ended = failed(
        &first,
        ValidationFailure::ProductNotMapped,
        at("2026-11-05T09:30:01Z"),
    );
    end(&aws, &table, &ended).await;

    let second = later(submission(2, "vzs-1", "ada"), 2);
    let submitted = table.submit(&second).await.unwrap();

    assert_eq!(submitted, Submitted::New(second.correlation_id));
    let third = later(submission(3, "vzs-1", "ada"), 3);
    let expected = Submitted::Pending {
        correlation_id: second.correlation_id,
        queue_again: false,
    };
    assert_eq!(table.submit(&third).await.unwrap(), expected);
    let kept = table
        .submission(&broadcaster(), first.correlation_id)
        .await
        .unwrap();
    assert_eq!(kept, Some(ended), "the first can still be polled");
}

fn decided(ended: &Submission) -> Submitted {
    Submitted::Decided {
        correlation_id: ended.correlation_id,
        outcome: Box::new(ended.outcome.clone().unwrap().outcome),
    }
}

#[tokio::test]
async fn a_store_s_no_stands_for_a_minute() {
    for failure in [
        ValidationFailure::StoreRejected,
        ValidationFailure::PurchaseNotFound,
    ] {
        let (aws, table) = purchases().await;
        let first = submission(1, "vzs-1", "ada");
        table.submit(&first).await.unwrap();
        let ended = failed(&first, failure, first.submitted_at);
        end(&aws, &table, &ended).await;

        let soon = later(submission(2, "vzs-1", "ada"), 59);
        assert_eq!(table.submit(&soon).await.unwrap(), decided(&ended));

        let late = later(submission(3, "vzs-1", "ada"), 60);
        let submitted = table.submit(&late).await.unwrap();
        assert_eq!(submitted, Submitted::New(late.correlation_id));
    }
}

/// One with another of everything that a submission can say.
fn others(number: u128) -> Vec<Submission> {
    let one = submission(number, "vzs-1", "ada");
    let details = [("invoiceNumber".to_owned(), "VZINV-1".to_owned())];
    let mut others = vec![
        submission(number, "vzs-2", "ada"),
        submission(number, "vzs-1", "bob"),
        Submission {
            store: domain::Store::Roku,
            ..one.clone()
        },
        Submission {
            offer_id: domain::OfferId::new("S1_US").ok(),
            ..one.clone()
        },
        Submission {
            coupon_code: Some("INTRO2M".to_owned()),
            ..one.clone()
        },
        one,
    ];
    others.last_mut().unwrap().locator.details = details.into();
    others
}

#[tokio::test]
async fn whatever_is_asked_with_makes_it_another_submission() {
    let (aws, table) = purchases().await;
    let first = submission(1, "vzs-1", "ada");
    table.submit(&first).await.unwrap();
    let ended = failed(&first, ValidationFailure::StoreRejected, first.submitted_at);
    end(&aws, &table, &ended).await;
    for (number, mut other) in (2..).zip(others(0)) {
        other.correlation_id = submission(number, "vzs-1", "ada").correlation_id;
        let submitted = table.submit(&other).await.unwrap();
        assert_eq!(submitted, Submitted::New(other.correlation_id), "{other:?}");
        let stored = table.submission(&broadcaster(), other.correlation_id).await;
        assert_eq!(
            stored.unwrap(),
            Some(other),
            "the schedule asks with the same"
        );
    }
}

#[tokio::test]
async fn a_correlation_id_belongs_to_one_submission() {
    let (aws, table) = purchases().await;
    let first = submission(1, "vzs-1", "ada");
    table.submit(&first).await.unwrap();

    for other in others(1) {
        let taken = table.submit(&other).await.unwrap();
        assert_eq!(taken, Submitted::CorrelationIdTaken, "{other:?}");
    }
    let same = Submitted::Pending {
        correlation_id: first.correlation_id,
        queue_again: false,
    };
    assert_eq!(table.submit(&first).await.unwrap(), same);

    // Repeated after the end, it still answers with that end.
    let ended = failed(
        &first,
        ValidationFailure::PurchaseExpired,
        first.submitted_at,
    );
    end(&aws, &table, &ended).await;
    assert_eq!(table.submit(&first).await.unwrap(), decided(&ended));
}

#[tokio::test]
async fn of_two_at_once_one_is_new_and_the_other_the_same() {
    let (_aws, table) = purchases().await;
    for round in 0..20 {
        let purchase = format!("vzs-{round}");
        let requests = [1, 2].map(|n| submission(100 * (round + 1) + n, &purchase, "ada"));
        let answers = join_all(requests.iter().map(|submission| table.submit(submission))).await;
        let ids: Vec<_> = answers
            .into_iter()
            .map(|answer| match answer.unwrap() {
                Submitted::New(id) => (id, true),
                Submitted::Pending { correlation_id, .. } => (correlation_id, false),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(ids[0].0, ids[1].0);
        assert!(ids[0].1 ^ ids[1].1, "{ids:?}");
    }
}

#[tokio::test]
async fn what_ended_cannot_end_again() {
    let (aws, table) = purchases().await;
    let submission = submission(1, "vzs-1", "ada");
    table.submit(&submission).await.unwrap();
    let ended = failed(
        &submission,
        ValidationFailure::PurchaseExpired,
        submission.submitted_at,
    );
    end(&aws, &table, &ended).await;

    let other = failed(
        &submission,
        ValidationFailure::NotConfigured,
        submission.submitted_at,
    );
    let client = aws_sdk_dynamodb::Client::new(&aws.aws().config);
    let write = table.finish(&other).unwrap();
    let refused = client
        .transact_write_items()
        .transact_items(write)
        .send()
        .await;

    assert!(refused.is_err());
    let stored = table
        .submission(&broadcaster(), submission.correlation_id)
        .await
        .unwrap();
    assert_eq!(stored, Some(ended));
}

#[tokio::test]
async fn another_tenant_s_id_finds_nothing() {
    let (_aws, table) = purchases().await;
    let submission = submission(1, "vzs-1", "ada");
    table.submit(&submission).await.unwrap();
    let other = domain::BroadcasterId::new("700100201").unwrap();
    assert_eq!(
        table
            .submission(&other, submission.correlation_id)
            .await
            .unwrap(),
        None
    );
}

/// A function whose clock was ahead recorded it.
#[tokio::test]
async fn a_submission_dated_in_the_future_is_read_as_past() {
    let (_aws, table) = purchases().await;
    let ahead = at("2099-01-01T00:00:00Z");
    let submission = Submission {
        submitted_at: ahead,
        ..submission(1, "vzs-1", "ada")
    };
    table.submit(&submission).await.unwrap();

    let stored = table
        .submission(&broadcaster(), submission.correlation_id)
        .await
        .unwrap()
        .unwrap();

    let now = cloud::clock::now();
    assert!(stored.submitted_at < now);
    let later = at("2099-02-01T00:00:00Z");
    let due = in_process_aws::due(&table.due_submissions(), later).await;
    assert_eq!(due.len(), 1);
    assert!(due[0].content.submitted_at < now);
}

#[tokio::test]
async fn a_submission_of_an_earlier_version_has_no_proof() {
    let (aws, table) = purchases().await;
    let submission = submission(1, "vzs-1", "ada");
    table.submit(&submission).await.unwrap();
    // Without one it is written as it was before there were any.
    let items = aws.items("purchases");
    assert!(items.iter().all(|item| item.get("proof").is_none()));
    let stored = table
        .submission(&broadcaster(), submission.correlation_id)
        .await;
    assert_eq!(stored.unwrap().unwrap().proof, None);
}

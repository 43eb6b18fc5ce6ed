//! The sparse indexes of what is due.

use cloud::CloudError;
use cloud::due::Due;
use cloud::purchases::{DueSubmission, Purchases};
use cloud::subscriptions::{DueCheck, Subscriptions};
use domain::validation::ValidationFailure;
use domain::{Status, Store, Timestamp};
use in_process_aws::{Purchase, Refusal};
use serde_json::json;

use crate::{at, broadcaster, failed, key, of_store, purchases, submission, subscriptions, write};

const FAR: &str = "2030-01-01T00:00:00Z";

async fn due(table: &Subscriptions, now: Timestamp) -> Vec<Due<DueCheck>> {
    in_process_aws::due(&table.due_checks(), now).await
}

async fn due_submissions(table: &Purchases, now: Timestamp) -> Vec<Due<DueSubmission>> {
    in_process_aws::due(&table.due_submissions(), now).await
}

#[tokio::test]
async fn a_living_subscription_is_due_and_an_ended_one_is_not() {
    let (_aws, table) = subscriptions().await;
    let mut living = Purchase::claimed("vzs-1", "ada");
    write(&table, &living).await;
    let mut ended = Purchase::claimed("vzs-2", "ada");
    write(&table, &ended).await;
    let mut state = ended.active();
    state.status = Status::Expired;
    state.period_end = ended.now;
    write(&table, ended.notify(state)).await;
    let unclaimed = Purchase::new("vzs-3").active();
    write(&table, Purchase::new("vzs-3").notify(unclaimed)).await;

    let found = due(&table, at(FAR)).await;

    assert_eq!(found.len(), 1);
    assert_eq!(found[0].content.locator, living.locator());
    assert_eq!(found[0].content.broadcaster_id, broadcaster());
    // A week later, and up to five minutes more, so that not all come at once.
    let (week, more) = (at("2026-11-12T09:31:00Z"), at("2026-11-12T09:36:00Z"));
    assert!(
        (week..=more).contains(&found[0].since().unwrap()),
        "{:?}",
        found[0]
    );
    let earlier = at("2026-11-12T09:30:59.999Z");
    assert_eq!(due(&table, earlier).await, []);

    // Ended as well, it leaves the index.
    let mut state = living.active();
    state.status = Status::Revoked;
    write(&table, living.notify(state)).await;
    assert_eq!(due(&table, at(FAR)).await, []);
}

#[tokio::test]
async fn what_is_taken_is_due_later_and_only_once() {
    let (_aws, table) = subscriptions().await;
    write(&table, &Purchase::claimed("vzs-1", "ada")).await;
    let found = due(&table, at(FAR)).await.remove(0);
    let until = at("2026-11-12T10:00:00Z");

    assert!(table.due_checks().take(&found, until).await.unwrap());

    assert_eq!(due(&table, at("2026-11-12T09:59:59Z")).await, []);
    let moved = due(&table, until).await.remove(0);
    assert_eq!(moved.since(), Some(until));
    let second = table.due_checks().take(&found, at(FAR)).await.unwrap();
    assert!(!second, "an older lease is worth nothing");
    assert_eq!(due(&table, until).await, [moved]);
}

#[tokio::test]
async fn what_is_given_back_is_due_again_since_when_it_was() {
    let (_aws, table) = subscriptions().await;
    write(&table, &Purchase::claimed("vzs-1", "ada")).await;
    let (index, until) = (table.due_checks(), at("2026-11-12T10:00:00Z"));
    let found = due(&table, at(FAR)).await.remove(0);
    assert!(index.take(&found, until).await.unwrap());

    // Under another lease it is not this run's any more.
    index.give_back(&found, at(FAR)).await.unwrap();
    assert_eq!(due(&table, at("2026-11-12T09:59:59Z")).await, []);
    index.give_back(&found, until).await.unwrap();

    assert_eq!(due(&table, at("2026-11-12T09:59:59Z")).await, [found]);
}

#[tokio::test]
async fn a_shard_is_read_page_by_page_and_the_longest_overdue_first() {
    let (aws, table) = subscriptions().await;
    for minute in [3, 1, 4, 0, 2] {
        let _put = aws.dynamodb(
            "PutItem",
            json!({"TableName": "subscriptions", "Item": {
                "pk": {"S": format!("700100200#vizio#{minute}")}, "sk": {"S": "current"},
                "broadcaster_id": {"S": "700100200"}, "store": {"S": "vizio"},
                "locator": {"M": {"key": {"S": format!("vzs-{minute}")}}},
                "due_shard": {"S": "due-63"}, "due_at": {"S": format!("2026-01-01T00:0{minute}:00.000Z")},
            }}),
        );
    }
    let (index, mut keys, mut after) = (table.due_checks(), Vec::new(), None);
    loop {
        let page = index.page("due-63", at(FAR), 2, after).await.unwrap();
        assert!(page.due.len() <= 2);
        let key = |due: Due<DueCheck>| due.content.locator.key.as_str().to_owned();
        keys.extend(page.due.into_iter().map(key));
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(keys, ["vzs-0", "vzs-1", "vzs-2", "vzs-3", "vzs-4"]);
}

#[tokio::test]
async fn a_write_in_the_meantime_takes_it_off_the_list() {
    let (aws, table) = subscriptions().await;
    let mut purchase = Purchase::claimed("vzs-1", "ada");
    write(&table, &purchase).await;
    let found = due(&table, at(FAR)).await.remove(0);
    write(&table, purchase.renew()).await;

    assert!(!table.due_checks().take(&found, at(FAR)).await.unwrap());

    let announced = aws.dynamodb("Scan", json!({"TableName": "subscriptions"}));
    let items = announced["Items"].as_array().unwrap();
    let current = items
        .iter()
        .find(|item| item["sk"]["S"] == "current")
        .unwrap();
    assert_eq!(current["announce"]["BOOL"], true, "still to be told");
}

#[tokio::test]
async fn taking_announces_nothing_and_keeps_the_version() {
    let (aws, table) = subscriptions().await;
    let mut purchase = Purchase::claimed("vzs-1", "ada");
    write(&table, &purchase).await;
    let found = due(&table, at(FAR)).await.remove(0);
    table.due_checks().take(&found, at(FAR)).await.unwrap();

    let scanned = aws.dynamodb("Scan", json!({"TableName": "subscriptions"}));
    let items = scanned["Items"].as_array().unwrap();
    let current = items
        .iter()
        .find(|item| item["sk"]["S"] == "current")
        .unwrap();
    assert_eq!(current["announce"]["BOOL"], false);
    // A decision that was made before can still be written.
    write(&table, purchase.renew()).await;
}

#[tokio::test]
async fn an_item_that_cannot_be_read_does_not_hide_the_others() {
    let (aws, table) = subscriptions().await;
    let purchase = Purchase::claimed("vzs-1", "ada");
    write(&table, &purchase).await;
    let pk = cloud::item::purchase_partition(&of_store(Store::Vizio, &key("vzs-1")));
    let _put = aws.dynamodb(
        "PutItem",
        json!({"TableName": "subscriptions", "Item": {
            "pk": {"S": "700100200#vizio#damaged"}, "sk": {"S": "current"},
            "due_shard": {"S": cloud::item::due_shard(&pk)}, "due_at": {"S": "2026-01-01T00:00:00.000Z"},
        }}),
    );

    let found = due(&table, at(FAR)).await;

    assert_eq!(found.len(), 1);
    assert_eq!(found[0].content.locator.key, purchase.key);
}

#[tokio::test]
async fn a_pending_submission_is_due_after_two_minutes() {
    let (aws, table) = purchases().await;
    let submission = submission(1, "vzs-1", "ada");
    table.submit(&submission).await.unwrap();

    assert_eq!(
        due_submissions(&table, at("2026-11-05T09:31:59Z")).await,
        []
    );
    let found = due_submissions(&table, at("2026-11-05T09:32:00Z"))
        .await
        .remove(0);
    assert_eq!(found.content.correlation_id, submission.correlation_id);
    assert_eq!(found.content.customer_id, submission.customer_id);
    assert_eq!(found.content.locator, submission.locator);
    assert_eq!(found.content.submitted_at, submission.submitted_at);

    let until = at("2026-11-05T10:00:00Z");
    assert!(table.due_submissions().take(&found, until).await.unwrap());
    assert!(!table.due_submissions().take(&found, until).await.unwrap());
    assert_eq!(due_submissions(&table, until).await.len(), 1);

    let ended = failed(
        &submission,
        ValidationFailure::PurchaseExpired,
        submission.submitted_at,
    );
    let client = aws_sdk_dynamodb::Client::new(&aws.aws().config);
    let write = table.finish(&ended).unwrap();
    client
        .transact_write_items()
        .transact_items(write)
        .send()
        .await
        .unwrap();
    assert_eq!(due_submissions(&table, at(FAR)).await, []);
    table.defer_submission(&submission, until).await.unwrap();
    assert_eq!(
        due_submissions(&table, at(FAR)).await,
        [],
        "what has ended is not deferred"
    );
}

#[tokio::test]
async fn only_what_a_store_left_unanswered_counts_as_deferral() {
    let (_aws, table) = purchases().await;
    let submission = submission(1, "vzs-1", "ada");
    table.submit(&submission).await.unwrap();
    let deferrals = async || {
        let stored = table
            .submission(&broadcaster(), submission.correlation_id)
            .await
            .unwrap();
        stored.unwrap().deferrals
    };
    table
        .defer_submission(&submission, at("2026-11-05T10:00:00Z"))
        .await
        .unwrap();
    assert_eq!(deferrals().await, 1);

    let found = due_submissions(&table, at(FAR)).await.remove(0);
    table
        .due_submissions()
        .take(&found, at("2026-11-05T11:00:00Z"))
        .await
        .unwrap();
    assert_eq!(deferrals().await, 1, "a lease is no answer");
}

#[tokio::test]
async fn a_write_that_was_refused_is_not_taken_for_somebody_else_s() {
    let (aws, table) = subscriptions().await;
    write(&table, &Purchase::claimed("vzs-1", "ada")).await;
    let found = due(&table, at(FAR)).await;
    aws.refuse(Refusal::Times("UpdateItem", 1));
    let taken = table.due_checks().take(&found[0], at(FAR)).await;
    assert!(
        matches!(taken, Err(CloudError::Service { .. })),
        "{taken:?}"
    );
    assert!(table.due_checks().take(&found[0], at(FAR)).await.unwrap());
}

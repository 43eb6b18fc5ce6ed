//! Writing and reading subscriptions.

use cloud::CloudError;
use cloud::subscriptions::{Change, Entry, NextCheck, ParkedNotice, PurchaseRecord};
use domain::{BroadcasterId, Notice, NoticePolicy, PurchaseRef, Store};
use in_process_aws::{Purchase, Refusal};
use serde_json::{Value, json};

use crate::{broadcaster, customer, key, of_store, subscriptions, write};

#[tokio::test]
async fn what_is_written_is_read() {
    let (_aws, table) = subscriptions().await;
    let purchase = Purchase::claimed("vzs-1", "ada");
    write(&table, &purchase).await;

    let stored = table
        .current(&of_store(Store::Vizio, &purchase.key))
        .await
        .unwrap()
        .unwrap();

    assert_eq!(Some(stored.subscription), purchase.current);
    assert_eq!(stored.locator, purchase.locator());
    assert_eq!(stored.notice, None);
    let other = BroadcasterId::new("700100201").unwrap();
    let theirs = table
        .current(&PurchaseRef {
            broadcaster: other,
            ..of_store(Store::Vizio, &purchase.key)
        })
        .await
        .unwrap();
    assert_eq!(theirs, None);
}

#[tokio::test]
async fn of_two_first_writes_one_conflicts() {
    let (_aws, table) = subscriptions().await;
    let ada = Purchase::claimed("vzs-1", "ada");
    let bob = Purchase::claimed("vzs-1", "bob");
    write(&table, &ada).await;

    let locator = bob.locator();
    let second = table.write(&bob.change(&locator), Vec::new()).await;

    assert!(matches!(second, Err(CloudError::Conflict(_))), "{second:?}");
    let stored = table
        .current(&of_store(Store::Vizio, &ada.key))
        .await
        .unwrap();
    assert_eq!(stored.map(|stored| stored.subscription), ada.current);
    let nothing = table
        .all_of_customer(&broadcaster(), &customer("bob"))
        .await
        .unwrap();
    assert_eq!(nothing, [], "the link was not written, either");
}

#[tokio::test]
async fn of_two_decisions_on_the_same_state_the_second_conflicts() {
    let (_aws, table) = subscriptions().await;
    let mut first = Purchase::claimed("vzs-1", "ada");
    write(&table, &first).await;
    let mut second = first.clone();

    write(&table, first.renew()).await;
    second.renew().renew();
    let claimed = Purchase::claimed("vzs-1", "ada");
    let locator = claimed.locator();
    let stale = Purchase {
        before: claimed
            .current
            .map(|current| PurchaseRecord::new(current, locator)),
        ..second
    };
    let locator = stale.locator();
    let late = table.write(&stale.change(&locator), Vec::new()).await;

    assert!(matches!(late, Err(CloudError::Conflict(_))), "{late:?}");
    let stored = table
        .current(&of_store(Store::Vizio, &key("vzs-1")))
        .await
        .unwrap();
    assert_eq!(stored.map(|stored| stored.subscription), first.current);
}

#[tokio::test]
async fn a_decision_that_changes_nothing_writes_nothing() {
    let (aws, table) = subscriptions().await;
    let mut purchase = Purchase::claimed("vzs-1", "ada");
    purchase.decision.next = None;
    purchase.decision.events.clear();
    write(&table, &purchase).await;
    assert_eq!(aws.calls(), []);
}

#[tokio::test]
async fn the_events_of_the_last_change_stand_in_the_item_and_go_with_the_next() {
    let (aws, table) = subscriptions().await;
    let mut purchase = Purchase::claimed("vzs-1", "ada");
    write(&table, &purchase).await;
    let stored = |aws: &in_process_aws::InProcessAws| {
        let scanned = aws.dynamodb("Scan", serde_json::json!({"TableName": "subscriptions"}));
        let items = scanned["Items"].as_array().unwrap().clone();
        items
            .into_iter()
            .find(|item| item["sk"]["S"] == "current")
            .unwrap()
    };
    let first = stored(&aws);
    assert_eq!(first["announce"]["BOOL"], true);
    assert_eq!(first["events"]["L"].as_array().unwrap().len(), 1);
    let event = &first["events"]["L"][0]["M"];
    assert!(event.get("subscription").is_none(), "it is the item's own");

    let unchanged = purchase.active();
    write(&table, purchase.notify(unchanged)).await;

    let second = stored(&aws);
    assert_eq!(second["announce"]["BOOL"], false);
    assert!(second.get("events").is_none());
    assert_eq!(second["version"]["N"], "2");
}

#[tokio::test]
async fn an_earlier_check_stays_after_an_answer_that_shows_nothing_new() {
    for (next_check, renewed, stays) in [
        (NextCheck::NotLater, false, true),
        (NextCheck::NotLater, true, false),
        (NextCheck::Scheduled, false, false),
    ] {
        let (_aws, table) = subscriptions().await;
        let mut purchase = Purchase::claimed("vzs-1", "ada");
        write(&table, &purchase).await;
        let current = of_store(Store::Vizio, &purchase.key);
        let before = table.current(&current).await.unwrap().unwrap();
        let unchanged = purchase.active();
        if renewed {
            purchase.renew();
        } else {
            purchase.notify(unchanged);
        }
        let locator = purchase.locator();
        let change = Change {
            before: Some(&before),
            next_check,
            ..purchase.change(&locator)
        };
        let after = table.write(&change, Vec::new()).await.unwrap().unwrap();
        assert_eq!(after.due_at == before.due_at, stays, "{next_check:?}");
        assert!(after.due_at >= before.due_at);
    }
}

#[tokio::test]
async fn an_answer_that_shows_what_is_stored_is_not_written() {
    let (aws, table) = subscriptions().await;
    let mut purchase = Purchase::claimed("vzs-1", "ada");
    write(&table, &purchase).await;
    let current = of_store(Store::Vizio, &purchase.key);
    let before = table.current(&current).await.unwrap().unwrap();
    let locator = purchase.locator();
    let answered = async |purchase: &Purchase| {
        aws.forget_calls();
        let change = Change {
            before: Some(&before),
            next_check: NextCheck::NotLater,
            ..purchase.change(&locator)
        };
        let after = table.write(&change, Vec::new()).await.unwrap();
        (after, aws.calls().len())
    };
    let unchanged = purchase.active();
    let (after, calls) = answered(purchase.notify(unchanged)).await;
    assert_eq!((after, calls), (Some(before.clone()), 0));
    let mut reason = purchase.active();
    reason.cancel_reason = Some("price".to_owned());
    let (after, calls) = answered(purchase.notify(reason)).await;
    assert_eq!(calls, 1, "it is no event, but it is new");
    assert_eq!(after.unwrap().subscription.version, 2);
}

#[tokio::test]
async fn a_notice_is_kept_beside_the_subscription_until_the_next_write() {
    let (_aws, table) = subscriptions().await;
    let mut purchase = Purchase::claimed("vzs-1", "ada");
    let locator = purchase.locator();
    let notice = ParkedNotice {
        notice: Notice {
            snapshot: purchase.snapshot(purchase.active()),
            alone: NoticePolicy::AfterGivingUp,
        },
        received_at: purchase.now,
    };
    let written = table.write(&purchase.change(&locator), Vec::new()).await;
    let stored = written.unwrap().unwrap();
    table
        .reschedule(&stored, purchase.now, Some(&notice), purchase.now)
        .await
        .unwrap();
    purchase.current.as_mut().unwrap().version += 1;
    let read = async || {
        let stored = table.current(&of_store(Store::Vizio, &key("vzs-1"))).await;
        stored.unwrap().unwrap().notice
    };
    assert_eq!(read().await, Some(notice));

    write(&table, purchase.renew()).await;
    assert_eq!(read().await, None);
}

#[tokio::test]
async fn a_customer_s_subscriptions_are_paged() {
    let (aws, table) = subscriptions().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let purchase = Purchase::claimed(&format!("vzs-{number}"), "ada");
        write(&table, &purchase).await;
        ids.push(purchase.current.unwrap().ownership.subscription_id);
    }
    write(&table, &Purchase::claimed("vzs-9", "bob")).await;
    ids.sort();
    aws.forget_calls();

    let ada = customer("ada");
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = table
            .of_customer(&broadcaster(), &ada, 2, after)
            .await
            .unwrap();
        assert!(page.rows.len() <= 2);
        seen.extend(page.rows.iter().map(|row| row.ownership.subscription_id));
        match page.next {
            Some(next) => after = Some(next.parse().unwrap()),
            None => break,
        }
    }

    assert_eq!(seen, ids);
    let all = table.all_of_customer(&broadcaster(), &ada).await.unwrap();
    assert_eq!(all.len(), 5);
    let consistent = |input: &Value| input["ConsistentRead"] == true;
    assert!(aws.inputs("Query").iter().all(consistent));
}

#[tokio::test]
async fn more_subscriptions_than_one_batch_read_takes() {
    let (_aws, table) = subscriptions().await;
    for number in 0..120 {
        write(&table, &Purchase::claimed(&format!("vzs-{number}"), "ada")).await;
    }
    let all = table
        .all_of_customer(&broadcaster(), &customer("ada"))
        .await
        .unwrap();
    assert_eq!(all.len(), 120);
}

/// A function whose clock was ahead wrote them.
#[tokio::test]
async fn times_that_have_not_come_yet_are_read_as_past_on_every_path() {
    let (aws, table) = subscriptions().await;
    let purchase = Purchase::claimed("vzs-1", "ada");
    write(&table, &purchase).await;
    let items = aws.items("subscriptions").into_iter();
    let mut item = items
        .clone()
        .find(|item| item["sk"]["S"] == "current")
        .unwrap();
    let ahead = json!({"S": "2099-01-01T00:00:00Z"});
    for time in ["watermark", "stateAsOf"] {
        item["subscription"]["M"][time] = ahead.clone();
    }
    item["subscription"]["M"]["claim"]["M"]["submittedAt"] = ahead;
    aws.put_item("subscriptions", &item);
    item["sk"] = json!({"S": "former#000007"});
    aws.put_item("subscriptions", &item);

    let (broadcaster, ada) = (broadcaster(), customer("ada"));
    let stored = of_store(Store::Vizio, &purchase.key);
    let current = table.current(&stored);
    let followed = table.follow(&stored);
    let former = table.generation(&stored, 7);
    let listed = table.all_of_customer(&broadcaster, &ada);
    let read = [
        current.await.unwrap().unwrap().subscription,
        followed.await.unwrap().unwrap().subscription,
        former.await.unwrap().unwrap(),
        listed.await.unwrap().remove(0),
    ];

    let now = cloud::clock::now();
    for subscription in read {
        assert!(subscription.watermark < now);
        assert!(subscription.state_as_of.unwrap() < now);
        assert!(subscription.ownership.claim.unwrap().submitted_at < now);
    }
}

#[tokio::test]
async fn a_lead_that_has_not_begun_yet_leads_at_once() {
    let (aws, table) = subscriptions().await;
    let mut purchase = Purchase::claimed("vzs-2", "ada");
    purchase.now = "2099-01-01T00:00:00Z".parse().unwrap();
    let locator = purchase.locator();
    let change = Change {
        alias: Some(&key("vzs-1")),
        ..purchase.change(&locator)
    };
    table.write(&change, Vec::new()).await.unwrap();

    let place = table
        .place(&of_store(Store::Vizio, &key("vzs-1")))
        .await
        .unwrap();
    let Some(Entry::Alias(lead)) = place else {
        panic!("it is no lead: {:?}", aws.items("subscriptions"));
    };
    assert!(lead.since < cloud::clock::now());
}

#[tokio::test]
async fn a_list_that_is_throttled_is_read_on_and_not_without_end() {
    let (aws, table) = subscriptions().await;
    write(&table, &Purchase::claimed("vzs-1", "ada")).await;
    let current = |item: &Value| item["sk"]["S"] == "current";
    let item = aws
        .items("subscriptions")
        .into_iter()
        .find(current)
        .unwrap();
    let answer = |found: Value| {
        json!({"Responses": {"subscriptions": found}, "UnprocessedKeys": {"subscriptions": {
            "Keys": [{"pk": item["pk"], "sk": item["sk"]}], "ConsistentRead": true,
        }}})
        .to_string()
    };
    let list = async || {
        table
            .all_of_customer(&broadcaster(), &customer("ada"))
            .await
            .map(|all| all.len())
    };
    // A part of the answer each time, as often as it takes.
    for _call in 0..8 {
        aws.refuse(Refusal::Garbled("BatchGetItem", answer(json!([item]))));
    }
    assert_eq!(list().await.unwrap(), 9);

    aws.refuse(Refusal::Answer(
        "BatchGetItem",
        usize::MAX,
        200,
        answer(json!([])),
    ));
    aws.forget_calls();
    let listed = list().await;
    assert!(matches!(listed, Err(CloudError::Busy(_))), "{listed:?}");
    assert_eq!(aws.inputs("BatchGetItem").len(), 5);
}

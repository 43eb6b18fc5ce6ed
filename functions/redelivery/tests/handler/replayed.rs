//! Replays of a window of time.

use cloud::journal::Journal;
use cloud::purchases::Purchases;
use domain::replay::{Cursor, Replay, ReplayState};
use domain::{CustomerId, Event, Timestamp};
use in_process_aws::{InProcessAws, Purchase, event};
use jiff::SignedDuration;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{ENDPOINT, broadcaster, call, published, purchases, run, started};

/// Begin of the window; the events are a second apart.
const FROM: &str = "2026-11-30T22:59:00Z";

fn from() -> Timestamp {
    FROM.parse().unwrap()
}

fn at(seconds: usize) -> Timestamp {
    from() + SignedDuration::from_secs(i64::try_from(seconds).unwrap())
}

/// Journals so many events, one of each purchase and customer in turn.
async fn journaled(aws: &InProcessAws, events: usize, purchases: usize) {
    let journal = Journal::from_environment(&aws.aws()).unwrap();
    let template: Vec<Event> = (0..purchases)
        .map(|number| {
            let who = format!("customer-{number}");
            let purchase = Purchase::claimed(&format!("vzs-{number}"), &who);
            purchase.decision.events[0].clone()
        })
        .collect();
    let mut all = Vec::with_capacity(events);
    for number in 0..events {
        let mut event = template[number % purchases].clone();
        event.sequence = u64::try_from(number / purchases + 1).unwrap();
        event.occurred_at = at(number);
        all.push(event);
    }
    let all: Vec<&Event> = all.iter().collect();
    journal.append(&all).await.unwrap();
    aws.forget_calls();
}

fn replay(to: Timestamp) -> Replay {
    Replay {
        broadcaster_id: broadcaster(),
        endpoint_id: ENDPOINT.to_owned(),
        replay_id: Uuid::from_u128(1),
        from: from(),
        to,
        customer_id: None,
        subscription_id: None,
        state: ReplayState::Running,
        sent: 0,
        cursor: Cursor {
            hour: from(),
            shard: 0,
            after: None,
        },
        created_at: cloud::clock::now(),
    }
}

async fn begins(aws: &InProcessAws, replay: &Replay) {
    let table: Purchases = purchases(aws);
    assert!(table.begin_replay(replay, replay.created_at).await.unwrap());
    aws.forget_calls();
}

async fn stored(aws: &InProcessAws) -> Replay {
    let table = purchases(aws);
    let stored = table.replay(&broadcaster(), ENDPOINT).await;
    stored.unwrap().unwrap()
}

fn falls_due(aws: &InProcessAws) {
    for mut item in aws.items("purchases") {
        if item["due_shard"]["S"] == "replay" {
            item["due_at"] = json!({"S": "2026-01-01T00:00:00.000Z"});
            aws.put_item("purchases", &item);
        }
    }
}

/// Customer and date of each message, in the order of publication.
fn told(aws: &InProcessAws) -> Vec<(String, i64)> {
    let of = |message: &Value| {
        let customer = message["external_user_id"].as_str().unwrap().to_owned();
        (customer, message["notification_date"].as_i64().unwrap())
    };
    published(aws)
        .iter()
        .map(|(_, message)| of(message))
        .collect()
}

#[tokio::test]
async fn the_events_of_the_window_are_sent_in_the_order_of_each_purchase() {
    let aws = started().await;
    // Over the end of an hour and of a day.
    journaled(&aws, 5_000, 7).await;
    begins(&aws, &replay(at(4_000))).await;
    let mut runs = 0;
    while stored(&aws).await.state == ReplayState::Running {
        falls_due(&aws);
        let report = run(&aws).await;
        assert!(report.replayed <= 3_100, "{report:?}");
        runs += 1;
    }
    assert_eq!(runs, 2, "3,000 in each");
    let told = told(&aws);
    assert_eq!(told.len(), 4_000);
    assert_eq!(stored(&aws).await.sent, 4_000);
    for number in 0..7 {
        let who = format!("customer-{number}");
        let dates: Vec<_> = told
            .iter()
            .filter(|(customer, _)| *customer == who)
            .collect();
        assert!(dates.is_sorted(), "{who}");
        assert!(
            dates.windows(2).all(|pair| pair[0] != pair[1]),
            "{who}: once"
        );
    }
    for (audience, _) in published(&aws) {
        assert_eq!(audience, ENDPOINT);
    }
}

#[tokio::test]
async fn one_customer_s_events_are_sent_alone() {
    let aws = started().await;
    journaled(&aws, 100, 10).await;
    let wanted = Replay {
        customer_id: Some(CustomerId::new("customer-3").unwrap()),
        ..replay(at(50))
    };
    begins(&aws, &wanted).await;
    assert_eq!(run(&aws).await.replayed, 5);
    assert!(
        told(&aws)
            .iter()
            .all(|(customer, _)| customer == "customer-3")
    );
}

#[tokio::test]
async fn a_cancelled_replay_sends_no_more() {
    let aws = started().await;
    journaled(&aws, 4_000, 5).await;
    let running = replay(at(4_000));
    begins(&aws, &running).await;
    run(&aws).await;
    let table = purchases(&aws);
    table.cancel_replay(&stored(&aws).await).await.unwrap();
    aws.forget_calls();
    falls_due(&aws);
    assert_eq!(run(&aws).await.replayed, 0);
    assert_eq!(stored(&aws).await.state, ReplayState::Cancelled);
    assert!(
        table
            .begin_replay(&running, running.created_at)
            .await
            .unwrap()
    );
    assert!(
        !table
            .begin_replay(&running, running.created_at)
            .await
            .unwrap(),
        "one at a time"
    );
}

#[tokio::test]
async fn a_killed_replay_leaves_nothing_out() {
    for calls in 1.. {
        let aws = started().await;
        journaled(&aws, 30, 3).await;
        begins(&aws, &replay(at(30))).await;
        aws.die_after(calls);
        let limit = std::time::Duration::from_millis(400);
        let ended = tokio::time::timeout(limit, call(&aws, event("redelivery/schedule"))).await;
        aws.die_after(0);
        while stored(&aws).await.state == ReplayState::Running {
            falls_due(&aws);
            run(&aws).await;
        }
        let mut dates: Vec<_> = told(&aws).into_iter().map(|(_, date)| date).collect();
        dates.sort_unstable();
        dates.dedup();
        assert_eq!(dates.len(), 30, "{calls}");
        if ended.is_ok() {
            return;
        }
    }
}

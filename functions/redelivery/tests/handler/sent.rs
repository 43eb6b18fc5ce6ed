//! What is sent to an endpoint, and what it costs.

use domain::redelivery::{Phase, Redelivery};
use in_process_aws::{InProcessAws, Refusal};
use serde_json::json;

use crate::{
    ENDPOINT, LONG_AGO, QUEUE, broadcaster, broadcasters, fails, falls_due, letter, published,
    register, run, started, state, waits,
};

#[tokio::test]
async fn one_message_goes_first_and_the_rest_once_it_did_not_come_back() {
    let aws = started().await;
    waits(&aws, QUEUE, (0..25).map(letter)).await;
    fails(&aws, ENDPOINT, Redelivery::begun(LONG_AGO)).await;

    assert_eq!(run(&aws).await.sent, 1);
    assert_eq!(
        state(&aws).await.unwrap().phase,
        Phase::Probing { left: 24 }
    );
    assert_eq!(run(&aws).await.endpoints, 0, "not due");

    falls_due(&aws);
    assert_eq!(run(&aws).await.sent, 24);
    assert_eq!(state(&aws).await.unwrap().phase, Phase::Settling);
    let all = published(&aws);
    assert_eq!(all.len(), 25);
    for (audience, message) in &all {
        assert_eq!(audience, ENDPOINT);
        assert_eq!(message["notification_type"], "renew");
    }
    falls_due(&aws);
    run(&aws).await;
    assert_eq!(state(&aws).await, None);
}

#[tokio::test]
async fn what_came_back_during_the_probe_stops_the_attempt() {
    let aws = started().await;
    waits(&aws, QUEUE, (0..3).map(letter)).await;
    fails(&aws, ENDPOINT, Redelivery::begun(cloud::clock::now())).await;
    falls_due(&aws);
    run(&aws).await;
    waits(&aws, QUEUE, [letter(0)]).await;
    falls_due(&aws);
    assert_eq!(run(&aws).await.sent, 0);
    let state = state(&aws).await.unwrap();
    assert_eq!((state.phase, state.attempts), (Phase::Waiting, 1));
}

#[tokio::test]
async fn what_was_sent_again_and_lies_there_stops_the_rest() {
    let aws = started().await;
    let mut back: serde_json::Value = serde_json::from_str(&letter(0)).unwrap();
    let sent_at = cloud::clock::now().to_string();
    back["MessageAttributes"]["redelivered_at"] = json!({"Type": "String", "Value": sent_at});
    waits(&aws, QUEUE, [back.to_string()]).await;
    let sending = Redelivery {
        phase: Phase::Sending { since: LONG_AGO },
        ..Redelivery::begun(LONG_AGO)
    };
    fails(&aws, ENDPOINT, sending).await;
    assert_eq!(run(&aws).await.sent, 0);
    assert_eq!(state(&aws).await.unwrap().attempts, 1);
}

#[tokio::test]
async fn what_sns_does_not_take_stays_in_the_queue() {
    let aws = started().await;
    waits(&aws, QUEUE, (0..3).map(letter)).await;
    let sending = Redelivery::asked(None, LONG_AGO);
    fails(&aws, ENDPOINT, sending).await;
    aws.refuse(Refusal::Entries(|message| message.contains("\"number\":1")));
    assert_eq!(run(&aws).await.sent, 2);
    assert_eq!(aws.inputs("DeleteMessage").len(), 2);
    assert!(matches!(
        state(&aws).await.unwrap().phase,
        Phase::Sending { .. }
    ));
}

#[tokio::test]
async fn the_rest_does_not_follow_a_probe_that_was_not_sent() {
    let aws = started().await;
    waits(&aws, QUEUE, (0..3).map(letter)).await;
    fails(&aws, ENDPOINT, Redelivery::begun(LONG_AGO)).await;
    aws.refuse(Refusal::Entries(|_| true));
    assert_eq!(run(&aws).await.sent, 0);
    assert_eq!(state(&aws).await.unwrap().phase, Phase::Waiting);
    assert_eq!(aws.inputs("DeleteMessage").len(), 0);
}

#[tokio::test]
async fn nothing_is_sent_again_while_an_endpoint_may_have_no_audience() {
    let aws = started().await;
    waits(&aws, QUEUE, [letter(0)]).await;
    fails(&aws, ENDPOINT, Redelivery::begun(LONG_AGO)).await;
    let broadcasters = broadcasters(&aws);
    let now = cloud::clock::now();
    broadcasters
        .put_audiences(&broadcaster(), now)
        .await
        .unwrap();
    assert_eq!(run(&aws).await.sent, 0);
    assert!(aws.inputs("ReceiveMessage").is_empty());
}

#[tokio::test]
async fn a_deleted_endpoint_ends_its_redelivery() {
    let aws = started().await;
    let gone = "00000000-0000-4000-8000-000000000001";
    fails(&aws, gone, Redelivery::begun(LONG_AGO)).await;
    run(&aws).await;
    falls_due(&aws);
    assert_eq!(run(&aws).await.endpoints, 0);
}

/// Calls of a run in which three endpoints fail, beside so many others.
async fn calls_beside(others: usize) -> Vec<String> {
    let aws: InProcessAws = started().await;
    for number in 0..others {
        register(&aws, &format!("00000000-0000-4000-8000-{number:012}")).await;
    }
    for number in 1..=3 {
        let id = format!("00000000-0000-4000-9000-{number:012}");
        register(&aws, &id).await;
        let queue = format!("in-process-endpoint-{}", id.replace('-', ""));
        waits(&aws, &queue, [letter(number)]).await;
        fails(&aws, &id, Redelivery::begun(LONG_AGO)).await;
    }
    assert_eq!(run(&aws).await.sent, 3);
    let mut operations: Vec<_> = aws.calls().into_iter().map(|call| call.operation).collect();
    operations.sort();
    operations
}

#[tokio::test]
async fn a_run_costs_by_the_endpoints_that_fail() {
    let alone = calls_beside(0).await;
    assert_eq!(alone, calls_beside(997).await);
    // Queries for endpoints (two, until none is due) and replays, and for each: taken, read twice, counted, received, published, deleted, stored.
    assert_eq!(alone.len(), 3 + 3 * 8, "{alone:?}");
}

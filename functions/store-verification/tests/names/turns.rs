//! A store with a rate limit.

use std::time::{Duration, Instant};

use cloud::clock;
use cloud::queue::Verification;
use in_process_aws::BROADCASTER;
use serde_json::{Value, json};

use crate::invoices::{bought, samsung, submission};
use crate::scene::{Scene, created};

const MINUTE: Duration = Duration::from_secs(60);

/// So many claims of purchases, in a scene whose store allows so many look-ups in a second.
async fn claims(requests_per_second: u32, number: u128) -> (Scene, Vec<Verification>) {
    let (scene, control) = samsung(&json!({"requestsPerSecond": requests_per_second})).await;
    let mut messages = Vec::new();
    for number in 0..number {
        let (invoice, customer) = (format!("INV-{number}"), format!("tv-{number}"));
        bought(&control, &invoice, &customer).await;
        let body = submission(&invoice, &customer);
        messages.push(scene.submits(number, "ada", &body, 0).await);
    }
    scene.aws.forget_calls();
    (scene, messages)
}

/// What the function has queued again.
fn queued(scene: &Scene) -> Vec<Value> {
    scene.aws.inputs("SendMessage")
}

/// Sets the time of the next turn, so many seconds from now.
fn next_turn_in(scene: &Scene, seconds: i64) {
    let turn = clock::now().as_millisecond() + seconds * 1000;
    let item = json!({
        "pk": {"S": format!("{BROADCASTER}#pace#samsung-tv")}, "next_turn": {"N": turn.to_string()},
    });
    scene.aws.put_item("purchases", &item);
}

#[tokio::test]
async fn look_ups_are_an_interval_apart() {
    let (scene, messages) = claims(2, 4).await;
    let began = Instant::now();

    assert_eq!(scene.verify(&messages).await, 0);

    // The first at once, three more half a second apart.
    assert!(began.elapsed() >= Duration::from_millis(1_400));
    for number in 0..4 {
        assert_eq!(scene.ended(number).await, created());
    }
}

#[tokio::test]
async fn a_claim_waits_for_its_turn_in_the_queue_and_not_in_the_function() {
    let (scene, messages) = claims(1, 4).await;
    let began = Instant::now();

    assert_eq!(scene.deliver_once(&messages, 1, MINUTE).await, 0);

    assert!(began.elapsed() < Duration::from_secs(2), "nobody slept");
    let delays: Vec<_> = queued(&scene)
        .iter()
        .map(|message| message["DelaySeconds"].as_u64().unwrap())
        .collect();
    assert_eq!(delays.len(), 3);
    assert!(
        delays.iter().all(|delay| (1..=4).contains(delay)),
        "{delays:?}"
    );
    assert!(scene.aws.inputs("ChangeMessageVisibility").is_empty());
    let group = &queued(&scene)[0]["MessageGroupId"];
    assert_eq!(group, &format!("{BROADCASTER}.samsung-tv"));
}

#[tokio::test]
async fn turns_are_reserved_together() {
    let (scene, messages) = claims(50, 10).await;
    assert_eq!(scene.verify(&messages).await, 0);
    let turns = scene
        .aws
        .inputs("UpdateItem")
        .iter()
        .filter(|input| input["Key"]["pk"]["S"].as_str().unwrap().contains("#pace#"))
        .count();
    // The first reservation needs two writes, because there is no item yet. A new invoice takes two
    // look-ups.
    assert!(turns <= 5, "{turns} writes for 20 look-ups");
}

#[tokio::test]
async fn whoever_would_wait_too_long_is_left_to_the_schedule() {
    let (scene, messages) = claims(1, 1).await;
    next_turn_in(&scene, 120);

    assert_eq!(scene.verify(&messages).await, 0);

    assert!(queued(&scene).is_empty());
    assert_eq!(scene.submission(0).await.deferrals, 1);
    assert_eq!(scene.due_in("purchases"), 1);
}

#[tokio::test]
async fn claims_are_before_checks() {
    let (scene, messages) = claims(1, 1).await;
    assert_eq!(scene.verify(&messages).await, 0);
    let check = Verification {
        cause: cloud::queue::VerificationCause::Reconciliation,
        received_at: clock::now(),
        ..messages[0].clone()
    };
    next_turn_in(&scene, 10);
    scene.aws.forget_calls();

    assert_eq!(scene.deliver_once(&[check], 1, MINUTE).await, 0);
    assert!(queued(&scene).is_empty());
    let deferrals = scene.stored("INV-0").await.unwrap().deferrals;
    assert_eq!(deferrals, 1, "the check goes back to the schedule");

    let again = scene
        .submits(7, "ada", &submission("INV-0", "tv-0"), 0)
        .await;
    scene.aws.forget_calls();
    assert_eq!(scene.deliver_once(&[again], 1, MINUTE).await, 0);
    assert_eq!(queued(&scene).len(), 1, "the claim has a turn");
}

//! What a store sent and nobody took, read by the schedule.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use cloud::purchases::Purchases;
use domain::{BroadcasterId, BroadcasterSettings, Store, Timestamp};
use in_process_aws::{InProcessAws, Refusal, event};
use jiff::SignedDuration;
use lambda_runtime::{Context, LambdaEvent};
use reconciliation::{Queued, Reconciliation};
use serde_json::{Value, json};

/// A store with this many events that nobody took, one a page. It remembers what it was asked.
fn store(events: usize, status: u16) -> (String, Arc<Mutex<Vec<String>>>) {
    slow_store(events, status, Duration::ZERO)
}

/// One that takes so long for each answer.
fn slow_store(events: usize, status: u16, takes: Duration) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    std::thread::spawn(move || {
        for call in listener.incoming() {
            let mut call = call.unwrap();
            let mut buffer = [0; 8192];
            let length = call.read(&mut buffer).unwrap();
            let question = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let line = question.lines().next().unwrap().to_owned();
            let last = line.split("starting_after=evt_").nth(1);
            let number: usize = last.map_or(0, |rest| {
                rest.split(['&', ' ']).next().unwrap().parse().unwrap()
            }) + 1;
            heard.lock().unwrap().push(line);
            std::thread::sleep(takes);
            let data = if number <= events {
                vec![event_number(number)]
            } else {
                Vec::new()
            };
            let body =
                json!({"object": "list", "has_more": number < events, "data": data}).to_string();
            let answer = format!(
                "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            // Whoever asked may have given up.
            let _ = call.write_all(answer.as_bytes());
        }
    });
    (address, asked)
}

fn event_number(number: usize) -> Value {
    json!({
        "id": format!("evt_{number}"), "object": "event", "livemode": false, "created": 1_796_122_865,
        "type": "customer.subscription.updated",
        "data": {"object": {"id": format!("sub_{number}"), "object": "subscription", "status": "active", "livemode": false}},
    })
}

/// A run of the schedule that has so much time.
fn invocation(left: Duration) -> LambdaEvent<Value> {
    let ends_at = SystemTime::now() + left;
    let ends_at = ends_at.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let mut context = Context::default();
    context.deadline = u64::try_from(ends_at.as_millis()).unwrap();
    LambdaEvent::new(event("reconciliation/schedule"), context)
}

const WHOLE: Duration = Duration::from_secs(30);

async fn run(aws: &InProcessAws) -> Queued {
    run_within(aws, WHOLE).await
}

async fn run_within(aws: &InProcessAws, left: Duration) -> Queued {
    let aws = aws.aws_with("LOCAL_STACK", "true");
    let reconciliation = Reconciliation::from_environment(&aws).unwrap();
    reconciliation.handle(invocation(left)).await.unwrap()
}

fn broadcaster() -> BroadcasterId {
    BroadcasterId::new("700100200").unwrap()
}

/// A broadcaster whose store was configured two hours ago.
async fn configured(store_url: &str) -> InProcessAws {
    configured_at(store_url, Timestamp::now() - SignedDuration::from_hours(2)).await
}

/// One whose store was configured then.
async fn configured_at(store_url: &str, then: Timestamp) -> InProcessAws {
    let aws = InProcessAws::start().await;
    aws.seed_with(BroadcasterSettings::default()).await;
    configure(&aws, &broadcaster(), store_url, then).await;
    aws.forget_calls();
    aws
}

async fn configure(aws: &InProcessAws, who: &BroadcasterId, store_url: &str, then: Timestamp) {
    let credentials = json!({
        "apiKey": "rk_test_synthetic", "signingSecrets": ["whsec_synthetic"], "apiBaseUrl": store_url,
    });
    aws.put_secret(&format!("in-process/{who}/stripe"), &credentials);
    let purchases = Purchases::from_environment(&aws.aws()).unwrap();
    let begun = purchases.begin_history(who, Store::Stripe, then);
    begun.await.unwrap();
}

#[tokio::test]
async fn what_nobody_took_is_queued_as_if_it_had_arrived() {
    let (address, asked) = store(2, 200);
    let aws = configured(&address).await;

    assert_eq!(run(&aws).await.undelivered, 2);

    let sent = aws.sent("verification");
    let kinds: Vec<_> = sent.iter().map(|one| &one["cause"]["kind"]).collect();
    assert_eq!(kinds, ["customer.subscription.updated"; 2]);
    assert_eq!(sent[0]["locator"]["key"], "sub_1");
    assert_eq!(sent[1]["locator"]["key"], "sub_2");
    assert_eq!(asked.lock().unwrap().len(), 2, "one question a page");
}

#[tokio::test]
async fn a_store_that_was_configured_a_moment_ago_is_not_asked() {
    let (url, asked) = store(1, 200);
    let aws = configured_at(&url, Timestamp::now()).await;

    assert_eq!(run(&aws).await.undelivered, 0);

    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn it_is_read_once_an_hour() {
    let (address, asked) = store(1, 200);
    let aws = configured(&address).await;
    assert_eq!(run(&aws).await.undelivered, 1);
    assert_eq!(run(&aws).await.undelivered, 0);
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_long_list_is_read_on_by_the_next_run() {
    let (address, asked) = store(7, 200);
    let aws = configured(&address).await;
    assert_eq!(run(&aws).await.undelivered, 5);
    assert_eq!(run(&aws).await.undelivered, 2);
    assert_eq!(run(&aws).await.undelivered, 0);
    assert_eq!(asked.lock().unwrap().len(), 7);
}

#[tokio::test]
async fn nothing_is_passed_over_while_the_store_or_the_queue_is_away() {
    let (address, _) = store(1, 503);
    let aws = configured(&address).await;
    assert_eq!(run(&aws).await.undelivered, 0);
    let item = &aws.items("purchases")[0];
    let since: Timestamp = item["since"]["S"].as_str().unwrap().parse().unwrap();
    assert!(
        since < Timestamp::now() - SignedDuration::from_mins(100),
        "{since}"
    );

    let (address, _) = store(1, 200);
    let aws = configured(&address).await;
    aws.refuse(Refusal::Operation("SendMessageBatch"));
    let refusing = aws.aws_with("LOCAL_STACK", "true");
    let reconciliation = Reconciliation::from_environment(&refusing).unwrap();
    let run = reconciliation.handle(invocation(WHOLE));
    assert!(run.await.is_err());
    let item = &aws.items("purchases")[0];
    let since: Timestamp = item["since"]["S"].as_str().unwrap().parse().unwrap();
    assert!(
        since < Timestamp::now() - SignedDuration::from_mins(100),
        "{since}"
    );
}

#[tokio::test]
async fn a_store_that_is_configured_again_goes_on_where_it_was() {
    let (address, asked) = store(1, 200);
    let aws = configured(&address).await;
    assert_eq!(run(&aws).await.undelivered, 1);
    let purchases = Purchases::from_environment(&aws.aws()).unwrap();
    let broadcaster = broadcaster();
    let again = purchases.begin_history(&broadcaster, Store::Stripe, Timestamp::now());
    again.await.unwrap();
    assert_eq!(run(&aws).await.undelivered, 0);
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn credentials_that_were_rotated_meanwhile_are_read_anew_in_the_same_run() {
    let (old, _) = store(0, 401);
    let (new, asked) = store(1, 200);
    let aws = configured(&old).await;
    let local = aws.aws_with("LOCAL_STACK", "true");
    let reconciliation = Reconciliation::from_environment(&local).unwrap();
    let run = async || {
        let run = reconciliation.handle(invocation(WHOLE));
        run.await.unwrap().undelivered
    };
    assert_eq!(run().await, 0);
    let credentials = json!({
        "apiKey": "rk_test_rotated", "signingSecrets": ["whsec_synthetic"], "apiBaseUrl": new,
    });
    aws.put_secret("in-process/700100200/stripe", &credentials);
    let mut item = aws.items("purchases").remove(0);
    item["due_at"] = json!({"S": "2026-01-01T00:00:00.000Z"});
    aws.put_item("purchases", &item);

    assert_eq!(run().await, 1);
    assert_eq!(asked.lock().unwrap().len(), 1);
}

/// When a list is due, and until when it was read.
fn due_and_read(aws: &InProcessAws, who: &str) -> (Timestamp, Timestamp) {
    let items = aws.items("purchases");
    let pk = format!("{who}#catch-up#stripe");
    let item = items.iter().find(|item| item["pk"]["S"] == pk).unwrap();
    let at = |name: &str| item[name]["S"].as_str().unwrap().parse().unwrap();
    (at("due_at"), at("since"))
}

/// Less than a store may take.
const LITTLE_TIME: Duration = Duration::from_secs(10);

#[tokio::test]
async fn a_slow_page_is_given_up_before_the_function_s_end_and_read_later() {
    let (address, asked) = slow_store(1, 200, Duration::from_secs(20));
    let aws = configured(&address).await;
    let (_, read_before) = due_and_read(&aws, "700100200");
    let began = Instant::now();

    assert_eq!(run_within(&aws, LITTLE_TIME).await.undelivered, 0);

    assert!(began.elapsed() < LITTLE_TIME, "{:?}", began.elapsed());
    assert_eq!(asked.lock().unwrap().len(), 1);
    let (due_at, read) = due_and_read(&aws, "700100200");
    assert_eq!(read, read_before);
    assert!(due_at < Timestamp::now() + SignedDuration::from_mins(16));
}

#[tokio::test]
async fn rotated_credentials_are_not_asked_with_when_the_time_is_used_up() {
    let (old, _) = slow_store(0, 401, Duration::from_secs(2));
    let (new, asked) = store(1, 200);
    let aws = configured(&old).await;
    let local = aws.aws_with("LOCAL_STACK", "true");
    let reconciliation = Reconciliation::from_environment(&local).unwrap();
    let read = reconciliation.handle(invocation(WHOLE)).await.unwrap();
    assert_eq!(read.undelivered, 0);
    let credentials = json!({
        "apiKey": "rk_test_rotated", "signingSecrets": ["whsec_synthetic"], "apiBaseUrl": new,
    });
    aws.put_secret("in-process/700100200/stripe", &credentials);
    let mut item = aws.items("purchases").remove(0);
    item["due_at"] = json!({"S": "2026-01-01T00:00:00.000Z"});
    aws.put_item("purchases", &item);
    let began = Instant::now();

    let run = reconciliation.handle(invocation(Duration::from_millis(6_500)));

    assert_eq!(run.await.unwrap().undelivered, 0);
    assert!(began.elapsed() < Duration::from_secs(6));
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn nothing_is_begun_without_enough_time_and_all_stays_due() {
    let (address, asked) = store(1, 200);
    let aws = configured(&address).await;
    let before = due_and_read(&aws, "700100200");

    assert_eq!(
        run_within(&aws, Duration::from_secs(4)).await.undelivered,
        0
    );

    assert!(asked.lock().unwrap().is_empty());
    assert_eq!(due_and_read(&aws, "700100200"), before);
    assert_eq!(run(&aws).await.undelivered, 1);
}

#[tokio::test]
async fn one_slow_list_does_not_put_the_others_off() {
    let (slow, _) = slow_store(1, 200, Duration::from_secs(20));
    let (quick, asked) = store(1, 200);
    let aws = configured(&slow).await;
    let other = BroadcasterId::new("700100300").unwrap();
    let an_hour_ago = Timestamp::now() - SignedDuration::from_hours(1);
    configure(&aws, &other, &quick, an_hour_ago).await;

    assert_eq!(run_within(&aws, LITTLE_TIME).await.undelivered, 0);

    assert!(asked.lock().unwrap().is_empty());
    let (due_at, _) = due_and_read(&aws, "700100300");
    assert!(due_at <= Timestamp::now());
    assert_eq!(run(&aws).await.undelivered, 1);
}

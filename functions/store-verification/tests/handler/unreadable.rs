//! Messages that a newer version wrote.

use aws_lambda_events::event::sqs::SqsEvent;
use in_process_aws::{Logs, Refusal};
use serde_json::{Value, json};

use crate::{Scene, check, scene};

/// A message with this body.
fn message(body: &str, deliveries: u32) -> SqsEvent {
    let record = json!({
        "messageId": "m0", "receiptHandle": "r0", "body": body, "eventSource": "aws:sqs",
        "attributes": {"ApproximateReceiveCount": deliveries.to_string()},
    });
    serde_json::from_value(json!({"Records": [record]})).unwrap()
}

/// A check, changed into what a newer version may write.
fn newer(change: impl Fn(&mut Value)) -> String {
    let mut newer = serde_json::to_value(check("vzs-88120044")).unwrap();
    change(&mut newer);
    newer.to_string()
}

fn set_aside(scene: &Scene) -> Vec<Value> {
    scene.aws.sent("dead-letters")
}

#[tokio::test]
async fn an_unknown_cause_or_store_is_left_for_a_newer_version_then_set_aside_as_it_is() {
    let bodies = [
        newer(|message| message["cause"] = json!({"type": "replay", "until": 7})),
        newer(|message| message["store"] = json!("playstation")),
        newer(|message| message["broadcasterId"] = json!({"id": 5})),
    ];
    for body in bodies {
        let scene = scene().await;
        for deliveries in [1, 2] {
            scene.aws.forget_calls();
            assert_eq!(scene.deliver(message(&body, deliveries)).await, ["m0"]);
            assert_eq!(scene.hidden(), [("r0".to_owned(), 300)]);
            assert!(set_aside(&scene).is_empty());
        }
        assert_eq!(scene.deliver(message(&body, 3)).await, [""; 0]);
        let expected: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(set_aside(&scene), [expected]);
    }
}

#[tokio::test]
async fn what_is_no_message_at_all_is_set_aside_at_once() {
    let scene = scene().await;
    assert_eq!(scene.deliver(message("[\"nonsense\"]", 1)).await, [""; 0]);
    assert_eq!(set_aside(&scene), [json!(["nonsense"])]);
}

#[tokio::test]
async fn what_cannot_be_set_aside_comes_again() {
    let scene = scene().await;
    scene.aws.refuse(Refusal::Operation("SendMessage"));
    let body = newer(|message| message["store"] = json!("playstation"));
    assert_eq!(scene.deliver(message(&body, 3)).await, ["m0"]);
}

#[tokio::test]
async fn fields_that_nobody_knows_do_no_harm() {
    let scene = scene().await;
    scene.store.sells("vzs-88120044");
    let body = newer(|message| {
        message["newField"] = json!(1);
        message["locator"]["newField"] = json!({"more": 1});
        message["cause"]["newField"] = json!([1]);
    });
    assert_eq!(scene.deliver(message(&body, 1)).await, [""; 0]);
    assert_eq!(scene.store.asked(), ["vzs-88120044"]);
    assert!(set_aside(&scene).is_empty());
}

#[tokio::test]
async fn the_log_names_what_is_unknown_and_no_purchase_key() {
    let scene = scene().await;
    let logs = Logs::collect("trace");
    let body = newer(|message| {
        message["cause"] = json!({"type": "replay"});
        message["receivedAt"] = json!("vzs-88120044");
    });
    scene.deliver(message(&body, 3)).await;
    let text = logs.text();
    assert!(
        text.contains("replay") && text.contains("set aside"),
        "{text}"
    );
    assert!(!text.contains("vzs-88120044"), "{text}");
}

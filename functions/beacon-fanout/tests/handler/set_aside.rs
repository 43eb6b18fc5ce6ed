//! Records that can't be announced as they are, and those beside and behind them.

use beacon_fanout::Fanout;
use in_process_aws::{BROADCASTER, InProcessAws, Logs, Refusal};
use lambda_runtime::{Context, LambdaEvent};
use serde_json::{Value, json};

use crate::{BEACON, WEBHOOKS, batch, deliver, messages, started, story};

fn letters(aws: &InProcessAws) -> Vec<Value> {
    aws.sent("fanout-dead-letters")
}

/// Invokes the function with a letter, as the operator does. Answers what failed.
async fn hand_over(fanout: &Fanout, letter: &Value) -> usize {
    let event = serde_json::from_value(letter.clone()).unwrap();
    let answer = fanout.handle(LambdaEvent::new(event, Context::default()));
    answer.await.unwrap().batch_item_failures.len()
}

/// The purchases that the Beacon feed was told of.
fn told(aws: &InProcessAws) -> Vec<String> {
    let mut told: Vec<_> = messages(aws, BEACON)
        .iter()
        .map(|message| message["transaction_id"].as_str().unwrap().to_owned())
        .collect();
    told.sort();
    told
}

#[tokio::test]
async fn an_unreadable_record_is_kept_and_its_neighbours_are_announced() {
    let (aws, fanout) = started().await;
    let mut images = Vec::new();
    for number in 0..3 {
        images.extend(story(&aws, &format!("vzs-{number}"), 0).await);
    }
    // A kind of event that a later version wrote.
    let kind = images[1]["events"]["L"][0]["M"]["kind"].clone();
    images[1]["events"]["L"][0]["M"]["kind"] = json!({"S": "price_increase_consented"});

    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);

    assert_eq!(told(&aws), ["vzs-0", "vzs-2"]);
    assert_eq!(aws.items("events").len(), 2);
    let mut kept = letters(&aws);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["reason"], "unreadable");
    assert_eq!(kept[0]["Records"][0]["dynamodb"]["SequenceNumber"], "101");
    // A version that reads it.
    kept[0]["Records"][0]["dynamodb"]["NewImage"]["events"]["L"][0]["M"]["kind"] = kind;
    assert_eq!(hand_over(&fanout, &kept[0]).await, 0);
    assert_eq!(told(&aws), ["vzs-0", "vzs-1", "vzs-2"]);
}

#[tokio::test]
async fn a_message_that_sns_refuses_for_good_holds_up_nothing_behind_it() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 2).await;
    let neighbour = story(&aws, "vzs-2", 0).await;
    aws.refuse(Refusal::Invalid(|message| {
        message.contains("vzs-1") && message.contains("\"new\"")
    }));
    let all = [images, neighbour].concat();

    assert_eq!(deliver(&fanout, batch(&all)).await.unwrap(), [""; 0]);

    let kept = letters(&aws);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["reason"], "refused");
    let image = &kept[0]["Records"][0]["dynamodb"]["NewImage"];
    assert_eq!(image["pk"], all[0]["pk"]);
    aws.accept();
    let before = messages(&aws, WEBHOOKS).len();
    aws.forget_calls();
    assert_eq!(hand_over(&fanout, &kept[0]).await, 0);
    assert_eq!(told(&aws), ["vzs-1"], "what was refused");
    assert!(
        messages(&aws, WEBHOOKS).len() < before,
        "of one record alone"
    );
}

/// SNS refuses a whole call for one message in it.
#[tokio::test]
async fn a_call_that_is_refused_for_good_is_split() {
    let (aws, fanout) = started().await;
    let images = [story(&aws, "vzs-1", 0).await, story(&aws, "vzs-2", 0).await].concat();
    let refused = "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameterValue</Code>\
        <Message>an attribute</Message></Error></ErrorResponse>";
    // One call of each feed, then one message alone.
    aws.refuse(Refusal::Answer("PublishBatch", 3, 400, refused.to_owned()));

    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);

    let kept = letters(&aws);
    assert_eq!(kept.len(), 1, "of the one that is at fault");
    assert_eq!(kept[0]["reason"], "refused");
}

#[tokio::test]
async fn what_can_not_be_kept_comes_again() {
    let (aws, fanout) = started().await;
    let mut images = story(&aws, "vzs-1", 0).await;
    images.extend(story(&aws, "vzs-2", 0).await);
    images[0]["events"] = json!({"S": "?"});
    aws.refuse(Refusal::Operation("SendMessage"));
    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), ["100"]);
    assert_eq!(told(&aws), ["vzs-2"]);
}

#[tokio::test]
async fn what_is_not_announced_may_be_unreadable() {
    let (aws, fanout) = started().await;
    let mut images = story(&aws, "vzs-1", 0).await;
    images[0]["events"] = json!({"S": "?"});
    images[0]["announce"] = json!({"BOOL": false});
    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);
    assert_eq!(letters(&aws), [Value::Null; 0]);
}

#[tokio::test]
async fn unreadable_settings_of_one_broadcaster_set_its_records_aside() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 0).await;
    let key = json!({"pk": {"S": BROADCASTER}, "sk": {"S": "profile"}});
    aws.put_item("broadcasters", &key);
    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);
    assert_eq!(aws.published(), [Value::Null; 0]);
    assert_eq!(letters(&aws).len(), 1);
    aws.with_settings(Default::default()).await;
    assert_eq!(hand_over(&fanout, &letters(&aws)[0]).await, 0);
    assert_eq!(told(&aws), ["vzs-1"]);
}

#[tokio::test]
async fn changes_of_a_broadcaster_that_is_gone_end_quietly() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 0).await;
    let key = json!({"pk": {"S": BROADCASTER}, "sk": {"S": "profile"}});
    let _gone = aws.dynamodb(
        "DeleteItem",
        json!({"TableName": "broadcasters", "Key": key}),
    );
    let logs = Logs::collect("info");
    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);
    assert_eq!(aws.published(), [Value::Null; 0]);
    assert_eq!(letters(&aws), [Value::Null; 0]);
    assert!(aws.items("events").is_empty(), "nothing of it comes back");
    let text = logs.text();
    assert!(text.contains("no such broadcaster"), "{text}");
    assert!(!text.contains("\"published\":true"), "{text}");
}

#[tokio::test]
async fn only_a_code_that_blames_the_message_sets_it_aside() {
    let cases = [
        ("InvalidParameter", true),
        ("ParameterValueInvalid", true),
        ("ValidationException", true),
        ("BatchRequestTooLong", true),
        ("InvalidParameterValue", true),
        ("ValidationError", true),
        ("AuthorizationError", false),
        ("InvalidSecurity", false),
        ("KMSDisabled", false),
        ("KMSOptInRequired", false),
        ("SomethingNew", false),
    ];
    for (code, at_fault) in cases {
        let (aws, fanout) = started().await;
        let images = story(&aws, "vzs-1", 0).await;
        let refused = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>"
        );
        aws.refuse(Refusal::Answer("PublishBatch", 100, 400, refused));

        let again = deliver(&fanout, batch(&images)).await.unwrap();

        assert_eq!(again.is_empty(), at_fault, "{code}");
        assert_eq!(!letters(&aws).is_empty(), at_fault, "{code}");
    }
}

#[tokio::test]
async fn an_event_that_the_journal_refuses_for_good_holds_up_nothing_beside_it() {
    let (aws, fanout) = started().await;
    let images = [story(&aws, "vzs-1", 0).await, story(&aws, "vzs-2", 0).await].concat();
    let refused = r#"{"__type": "com.amazonaws.dynamodb.v20120810#ValidationException",
        "message": "Item size has exceeded the maximum allowed size"}"#;
    // The batch, then the first event by itself.
    aws.refuse(Refusal::Answer(
        "BatchWriteItem",
        2,
        400,
        refused.to_owned(),
    ));

    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);

    let kept = letters(&aws);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["reason"], "refused");
    assert_eq!(kept[0]["Records"][0]["dynamodb"]["SequenceNumber"], "100");
    assert_eq!(told(&aws), ["vzs-2"], "nobody hears what the history lacks");
    assert_eq!(aws.items("events").len(), 1);
    assert_eq!(hand_over(&fanout, &kept[0]).await, 0);
    assert_eq!(told(&aws), ["vzs-1", "vzs-2"]);
}

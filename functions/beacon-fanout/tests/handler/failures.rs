//! What fails is told by its sequence number, and comes again.

use in_process_aws::{Logs, Refusal};
use serde_json::{Value, json};

use crate::{BEACON, WEBHOOKS, batch, deliver, messages, started, story};

#[tokio::test]
async fn a_refused_message_fails_its_record_and_no_other() {
    let (aws, fanout) = started().await;
    let mut images = Vec::new();
    for number in 1..=4 {
        images.extend(story(&aws, &format!("vzs-{number}"), 0).await);
    }
    aws.refuse(Refusal::Entries(|message| message.contains("vzs-3")));

    let failed = deliver(&fanout, batch(&images)).await.unwrap();

    assert_eq!(failed, ["102"]);
}

#[tokio::test]
async fn what_follows_a_failure_of_the_same_purchase_is_not_published() {
    let (aws, fanout) = started().await;
    // 100 to 102 are of one purchase, 103 and 104 of another.
    let mut images = story(&aws, "vzs-1", 2).await;
    images.extend(story(&aws, "vzs-2", 1).await);
    aws.refuse(Refusal::Entries(|message| {
        message.contains("vzs-1") && message.contains("\"renew\"")
    }));

    let failed = deliver(&fanout, batch(&images)).await.unwrap();

    assert_eq!(failed, ["101", "102"]);
    let told = messages(&aws, BEACON);
    let of_first = told
        .iter()
        .filter(|message| message["transaction_id"] == "vzs-1");
    assert_eq!(of_first.count(), 2, "new, and the renewal that was refused");
    let of_second = told
        .iter()
        .filter(|message| message["transaction_id"] == "vzs-2");
    assert_eq!(of_second.count(), 2);
}

#[tokio::test]
async fn after_a_failure_the_rest_is_told_in_order() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 2).await;
    aws.refuse(Refusal::Entries(|message| message.contains("\"renew\"")));
    assert_eq!(
        deliver(&fanout, batch(&images)).await.unwrap(),
        ["101", "102"]
    );
    aws.accept();
    aws.forget_calls();

    // Lambda hands everything from the first failure on over again.
    assert_eq!(
        deliver(&fanout, batch(&images[1..])).await.unwrap(),
        [""; 0]
    );

    let dates: Vec<_> = messages(&aws, BEACON)
        .iter()
        .map(|message| message["end_date"].as_i64().unwrap())
        .collect();
    assert_eq!(dates.len(), 2);
    assert!(dates[0] < dates[1]);
}

#[tokio::test]
async fn a_topic_that_refuses_every_call_fails_its_records() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 1).await;
    aws.refuse(Refusal::Operation("PublishBatch"));
    assert_eq!(
        deliver(&fanout, batch(&images)).await.unwrap(),
        ["100", "101"]
    );
    assert_eq!(aws.published().len(), 2, "one call a feed, then no more");
}

#[tokio::test]
async fn without_the_journal_the_batch_fails_and_nothing_is_published() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 1).await;
    aws.refuse(Refusal::Operation("BatchWriteItem"));
    assert!(deliver(&fanout, batch(&images)).await.is_err());
    assert_eq!(aws.published(), [Value::Null; 0]);

    aws.accept();
    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);
    assert_eq!(aws.items("events").len(), 2);
}

#[tokio::test]
async fn without_the_broadcaster_s_switches_the_batch_fails_and_nothing_is_published() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 0).await;
    aws.refuse(Refusal::Operation("GetItem"));
    assert!(deliver(&fanout, batch(&images)).await.is_err());
    assert_eq!(aws.published(), [Value::Null; 0]);
}

#[tokio::test]
async fn a_second_delivery_says_the_same_again() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 1).await;
    deliver(&fanout, batch(&images)).await.unwrap();
    let once = (messages(&aws, BEACON), messages(&aws, WEBHOOKS));
    let journal = aws.items("events");
    aws.forget_calls();

    deliver(&fanout, batch(&images)).await.unwrap();

    assert_eq!((messages(&aws, BEACON), messages(&aws, WEBHOOKS)), once);
    assert_eq!(aws.items("events"), journal);
}

#[tokio::test]
async fn a_record_without_an_announcement_is_ignored() {
    let (aws, fanout) = started().await;
    let mut silent = story(&aws, "vzs-1", 0).await.remove(0);
    silent["announce"] = json!({"BOOL": false});
    let mut older = silent.clone();
    older.as_object_mut().unwrap().remove("announce");
    let link = json!({"pk": {"S": "700100200#customer#ada"}, "sk": {"S": "x"}, "target_pk": {"S": "p"}, "target_sk": {"S": "current"}});
    let gone = json!({});

    let failed = deliver(&fanout, batch(&[silent, older, link, gone]))
        .await
        .unwrap();

    assert_eq!(failed, [""; 0]);
    assert_eq!(aws.published(), [Value::Null; 0]);
    assert!(aws.items("events").is_empty());
}

#[tokio::test]
async fn the_log_tells_no_purchase_key() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-88120044", 1).await;
    let logs = Logs::collect("trace");
    deliver(&fanout, batch(&images)).await.unwrap();
    aws.refuse(Refusal::Operation("PublishBatch"));
    deliver(&fanout, batch(&images)).await.unwrap();
    let text = logs.text();
    assert!(
        text.contains("could not be published") && text.contains("latency_ms"),
        "{text}"
    );
    assert!(!text.contains("vzs-88120044"), "{text}");
}

#[tokio::test]
async fn the_log_says_of_each_event_whether_it_was_published() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 1).await;
    let published = |logs: Logs| -> Vec<bool> {
        let text = logs.text();
        let lines = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        lines
            .filter_map(|line| line["published"].as_bool())
            .collect()
    };
    aws.refuse(Refusal::Entries(|message| message.contains("\"renew\"")));
    let logs = Logs::collect("info");
    deliver(&fanout, batch(&images)).await.unwrap();
    assert_eq!(published(logs), [true, false]);

    aws.accept();
    let logs = Logs::collect("info");
    deliver(&fanout, batch(&images)).await.unwrap();
    assert_eq!(published(logs), [true, true]);
}

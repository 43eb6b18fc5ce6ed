//! What is published, how many at a time, and in what order.

use in_process_aws::Purchase;
use serde_json::{Value, json};

use crate::{BEACON, WEBHOOKS, batch, deliver, image, messages, started, story};

fn of<'a>(messages: &'a [Value], key: &str) -> Vec<&'a str> {
    let of_it = |message: &&Value| message["transaction_id"] == key;
    let of_it = messages.iter().filter(of_it);
    of_it
        .map(|message| message["notification_type"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn each_purchase_is_told_in_order() {
    let (aws, fanout) = started().await;
    let mut images = story(&aws, "vzs-1", 3).await;
    images.extend(story(&aws, "vzs-2", 1).await);
    images.extend(story(&aws, "vzs-3", 2).await);

    assert_eq!(deliver(&fanout, batch(&images)).await.unwrap(), [""; 0]);

    let told = messages(&aws, BEACON);
    assert_eq!(of(&told, "vzs-1"), ["new", "renew", "renew", "renew"]);
    assert_eq!(of(&told, "vzs-2"), ["new", "renew"]);
    assert_eq!(of(&told, "vzs-3"), ["new", "renew", "renew"]);
    let mut last = std::collections::BTreeMap::new();
    for message in &told {
        let date = message["notification_date"].as_i64().unwrap();
        let before = last.insert(message["transaction_id"].to_string(), date);
        assert!(before.is_none_or(|before| before < date));
    }
}

#[tokio::test]
async fn two_messages_of_one_purchase_never_share_a_call() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 4).await;
    deliver(&fanout, batch(&images)).await.unwrap();
    let calls = aws.published();
    assert_eq!(calls.len(), 10, "five a feed");
    assert!(
        calls
            .iter()
            .all(|call| call["entries"].as_array().unwrap().len() == 1)
    );
}

#[tokio::test]
async fn many_purchases_share_calls_of_at_most_ten() {
    let (aws, fanout) = started().await;
    let mut images = Vec::new();
    for number in 0..25 {
        images.extend(story(&aws, &format!("vzs-{number}"), 0).await);
    }
    deliver(&fanout, batch(&images)).await.unwrap();
    for topic in [BEACON, WEBHOOKS] {
        let mut sizes: Vec<usize> = aws
            .published()
            .iter()
            .filter(|call| call["TopicArn"] == topic)
            .map(|call| call["entries"].as_array().unwrap().len())
            .collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [5, 10, 10], "{topic}");
    }
}

#[tokio::test]
async fn a_call_stays_below_the_size_that_sns_takes() {
    let (aws, fanout) = started().await;
    let mut images = Vec::new();
    for number in 0..9 {
        // The key is part of every message.
        let key = format!("vzs-{number}-{}", "k".repeat(2000));
        let mut image = story(&aws, &key, 0).await.remove(0);
        let details = &mut image["subscription"]["M"]["state"]["M"]["details"];
        details["M"]["note"] = json!({"S": "n".repeat(60_000)});
        images.push(image);
    }
    deliver(&fanout, batch(&images)).await.unwrap();
    let webhooks = aws
        .published()
        .into_iter()
        .filter(|call| call["TopicArn"] == WEBHOOKS);
    let sizes: Vec<usize> = webhooks
        .map(|call| call["entries"].to_string().len())
        .collect();
    assert_eq!(messages(&aws, WEBHOOKS).len(), 9);
    assert!(
        sizes.len() >= 3 && sizes.iter().all(|size| *size < 256 * 1024),
        "{sizes:?}"
    );
}

#[tokio::test]
async fn a_transfer_ends_for_the_one_before_it_begins_for_the_other() {
    let (aws, fanout) = started().await;
    let mut purchase = Purchase::claimed("vzs-1", "ada");
    image(&aws, &purchase).await;
    let transferred = image(&aws, purchase.claim("bob")).await;

    deliver(&fanout, batch(&[transferred])).await.unwrap();

    let told: Vec<_> = messages(&aws, BEACON)
        .into_iter()
        .map(|message| {
            (
                message["notification_type"].clone(),
                message["external_user_id"].clone(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (json!("cancel"), json!("ada")),
            (json!("new"), json!("bob"))
        ]
    );
    let topics: Vec<_> = messages(&aws, WEBHOOKS)
        .into_iter()
        .map(|message| message["topic"].clone())
        .collect();
    assert_eq!(
        topics,
        [
            "subscriptionTerminated",
            "subscriptionCreated",
            "subscriptionTransferred"
        ]
    );
    // Both journals have their part.
    assert_eq!(aws.items("events").len(), 2);
}

#[tokio::test]
async fn attributes_help_to_filter() {
    let (aws, fanout) = started().await;
    let images = story(&aws, "vzs-1", 0).await;
    deliver(&fanout, batch(&images)).await.unwrap();
    let entry = |topic: &str| {
        let mut calls = aws.published().into_iter();
        let call = calls.find(|call| call["TopicArn"] == topic).unwrap();
        call["entries"][0]["attributes"].clone()
    };
    let beacon = entry(BEACON);
    assert_eq!(beacon["notification_type"], "new");
    assert_eq!(beacon["sequence"], "1");
    assert_eq!(beacon["environment"], "sandbox");
    let webhook = entry(WEBHOOKS);
    assert_eq!(webhook["topic"], "subscriptionCreated");
    assert_eq!(webhook["event_id"], beacon["event_id"]);
}

#[tokio::test]
async fn the_broadcaster_s_switches_are_used() {
    let (aws, fanout) = started().await;
    let switches = domain::BroadcasterSettings {
        date_unit: domain::DateUnit::Milliseconds,
        ..Default::default()
    };
    let broadcasters = cloud::broadcasters::Broadcasters::from_environment(&aws.aws()).unwrap();
    let id = domain::BroadcasterId::new("700100200").unwrap();
    let mut profile = broadcasters.profile(&id).await.unwrap().unwrap();
    profile.settings = switches;
    broadcasters.put_profile(&profile).await.unwrap();
    let images = story(&aws, "vzs-1", 0).await;
    deliver(&fanout, batch(&images)).await.unwrap();
    let date = messages(&aws, BEACON)[0]["start_date"].as_i64().unwrap();
    assert!(date > 1_000_000_000_000, "{date}");
}

//! Endpoints: the SNS subscription, its dead-letter queue, its alarm.

use in_process_aws::{InProcessAws, Refusal};
use serde_json::{Value, json};

use crate::{call, changed, started, with_body};

fn operations(aws: &InProcessAws) -> Vec<String> {
    let services = ["sns", "sqs", "monitoring"];
    let calls = aws.calls().into_iter();
    calls
        .filter(|call| services.contains(&call.service))
        .map(|call| call.operation)
        .collect()
}

/// The attributes of the last subscription.
fn attributes(aws: &InProcessAws) -> Vec<(String, Value)> {
    let subscribed = aws.inputs("Subscribe").pop().unwrap();
    let text = |name: String| subscribed.get(&name)?.as_str().map(str::to_owned);
    (1..)
        .map_while(|number| {
            let name = text(format!("Attributes.entry.{number}.key"))?;
            let value = text(format!("Attributes.entry.{number}.value"))?;
            Some((name, serde_json::from_str(&value).unwrap()))
        })
        .collect()
}

#[tokio::test]
async fn an_endpoint_gets_its_queue_and_alarm_before_its_subscription() {
    let (aws, api) = started().await;

    let (status, shown) = call(&api, "post-endpoint").await;

    assert_eq!(status, 201);
    assert_eq!(shown["status"], "pending");
    assert_eq!(shown["url"], "https://owner.example/hooks/beacon");
    assert_eq!(
        operations(&aws),
        [
            "CreateQueue",
            "PutMetricAlarm",
            "Subscribe",
            "GetSubscriptionAttributes",
            "GetQueueAttributes"
        ]
    );
    let queue = aws.inputs("CreateQueue").remove(0);
    assert!(
        queue["QueueName"]
            .as_str()
            .unwrap()
            .starts_with("in-process-endpoint-")
    );
    assert_eq!(queue["Attributes"]["MessageRetentionPeriod"], "1209600");
    let policy: Value =
        serde_json::from_str(queue["Attributes"]["Policy"].as_str().unwrap()).unwrap();
    let topic = "arn:aws:sns:us-east-1:123456789012:in-process-700100200-beacon";
    assert_eq!(
        policy["Statement"][0]["Condition"]["ArnEquals"]["aws:SourceArn"],
        topic
    );
    let subscribed = aws.inputs("Subscribe").remove(0);
    assert_eq!(subscribed["TopicArn"], topic);
    assert_eq!(subscribed["Protocol"], "https");
    let dead_letters = policy["Statement"][0]["Resource"].clone();
    for (name, value) in attributes(&aws) {
        match name.as_str() {
            "DeliveryPolicy" => assert_eq!(value["healthyRetryPolicy"]["numRetries"], 15),
            "RedrivePolicy" => assert_eq!(value["deadLetterTargetArn"], dead_letters),
            "FilterPolicy" => assert_eq!(
                value,
                json!({
                    "audience": ["all", shown["endpointId"], {"exists": false}],
                    "notification_type": ["cancel", "new"],
                })
            ),
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn the_waits_between_retries_are_within_what_sns_allows() {
    let (aws, api) = started().await;
    call(&api, "post-endpoint").await;
    let all = attributes(&aws);
    let (_, policy) = all
        .iter()
        .find(|(name, _)| name == "DeliveryPolicy")
        .unwrap();
    let of = |name: &str| policy["healthyRetryPolicy"][name].as_f64().unwrap();
    let (at_once, early, late) = (
        of("numNoDelayRetries"),
        of("numMinDelayRetries"),
        of("numMaxDelayRetries"),
    );
    let (shortest, longest) = (of("minDelayTarget"), of("maxDelayTarget"));
    let between = of("numRetries") - at_once - early - late;
    assert!(between >= 0.0 && of("numRetries") <= 100.0);
    assert!(1.0 <= shortest && shortest <= longest);
    // From the shortest wait to the longest, by the same factor each time.
    let factor = (longest / shortest).powf(1.0 / between);
    let growing: f64 = (1..)
        .map(f64::from)
        .take_while(|n| *n <= between)
        .map(|n| shortest * factor.powf(n))
        .sum();
    let all = early * shortest + growing + late * longest;
    assert!(
        (1200.0..=3600.0).contains(&all),
        "SNS gives an hour in all: {all} s"
    );
}

#[tokio::test]
async fn registering_again_asks_for_confirmation_again_and_makes_no_second_one() {
    let (aws, api) = started().await;
    let first = call(&api, "post-endpoint").await;
    let again = call(&api, "post-endpoint").await;
    assert_eq!(first, again);
    assert_eq!(aws.inputs("Subscribe").len(), 2);
    let (_, listed) = call(&api, "get-endpoints").await;
    assert_eq!(listed["endpoints"].as_array().unwrap().len(), 1);

    let other = json!({"url": "https://owner.example/hooks/beacon", "feed": "beacon"});
    assert_eq!(with_body(&api, "post-endpoint", &other).await.0, 409);
}

#[tokio::test]
async fn each_feed_has_topics_of_its_own() {
    let (aws, api) = started().await;
    let url = "https://owner.example/hooks";
    for (feed, topics, status) in [
        ("beacon", json!(["hold", "pause"]), 201),
        ("beacon", json!(["subscriptionCreated"]), 400),
        ("webhooks", json!(["subscriptionCreated"]), 201),
        ("webhooks", json!(["new"]), 400),
        ("post", json!([]), 400),
    ] {
        let body = json!({"url": url, "feed": feed, "topics": topics});
        let answer = with_body(&api, "post-endpoint", &body).await;
        assert_eq!(answer.0, status, "{body}: {}", answer.1);
    }
    let last = aws.inputs("Subscribe").pop().unwrap();
    assert!(last["TopicArn"].as_str().unwrap().ends_with("-webhooks"));
}

#[tokio::test]
async fn a_stack_that_is_not_local_takes_https_alone() {
    let aws = InProcessAws::start().await;
    aws.seed("https://store.example").await;
    let body = json!({"url": "http://127.0.0.1:9/hook", "feed": "beacon"});
    for (local_stack, status) in [("true", 201), ("false", 400), ("", 400), ("1", 400)] {
        let aws = aws.aws_with("LOCAL_STACK", local_stack);
        let api = broadcaster_api::BroadcasterApi::from_environment(&aws).unwrap();
        let answer = with_body(&api, "post-endpoint", &body).await;
        assert_eq!(answer.0, status, "{local_stack:?}");
    }
}

#[tokio::test]
async fn what_could_not_be_subscribed_is_not_listed() {
    let (aws, api) = started().await;
    aws.refuse(Refusal::Operation("Subscribe"));
    assert_eq!(call(&api, "post-endpoint").await.0, 500);
    let (_, listed) = call(&api, "get-endpoints").await;
    assert_eq!(listed, json!({"endpoints": [], "next": null}));
}

#[tokio::test]
async fn a_deleted_endpoint_hears_no_more() {
    let (aws, api) = started().await;
    assert_eq!(call(&api, "delete-endpoint").await.0, 404);
    call(&api, "post-endpoint").await;
    aws.forget_calls();
    assert_eq!(call(&api, "delete-endpoint").await, (204, Value::Null));
    let done = operations(&aws);
    assert!(
        done.contains(&"Unsubscribe".to_owned()) && done.contains(&"DeleteAlarms".to_owned()),
        "{done:?}"
    );
    assert_eq!(call(&api, "delete-endpoint").await.0, 404);
    assert_eq!(call(&api, "get-endpoints").await.1["endpoints"], json!([]));
}

#[tokio::test]
async fn a_broadcaster_has_no_more_endpoints_than_its_setting_says() {
    let (aws, api) = started().await;
    let settings = domain::BroadcasterSettings {
        max_endpoints: 2,
        ..Default::default()
    };
    aws.with_settings(settings).await;
    let body =
        |number: u8| json!({"url": format!("https://owner.example/{number}"), "feed": "beacon"});
    for number in 1..=2 {
        assert_eq!(with_body(&api, "post-endpoint", &body(number)).await.0, 201);
    }
    aws.forget_calls();
    let (status, refused) = with_body(&api, "post-endpoint", &body(3)).await;
    assert_eq!((status, &refused["code"]), (409, &json!("REQ0101")));
    let rule = "no more than 2 endpoints may be registered; delete one first";
    assert_eq!(refused["message"], rule);
    assert_eq!(operations(&aws), [""; 0], "nothing was made for it");
    // One that is there may be registered again, and one that is gone leaves room.
    let (status, shown) = with_body(&api, "post-endpoint", &body(2)).await;
    assert_eq!(status, 201);
    let deleted = changed(&api, "delete-endpoint", |event| {
        event["pathParameters"]["endpointId"] = shown["endpointId"].clone();
    });
    assert_eq!(deleted.await.0, 204);
    assert_eq!(with_body(&api, "post-endpoint", &body(3)).await.0, 201);
}

#[tokio::test]
async fn an_endpoint_that_was_registered_anew_meanwhile_is_not_deleted() {
    let (aws, api) = started().await;
    call(&api, "post-endpoint").await;
    let mut earlier = aws
        .items("broadcasters")
        .into_iter()
        .find(|item| item["sk"]["S"].as_str().unwrap().starts_with("endpoint#"))
        .unwrap();
    earlier["subscriptionArn"] = json!({"S": "arn:aws:sns:us-east-1:123456789012:topic:earlier"});
    // The token's owner is looked up first.
    let owner = aws
        .items("broadcasters")
        .into_iter()
        .find(|item| item["sk"]["S"] == "token")
        .unwrap();
    for item in [owner, earlier] {
        let answer = json!({ "Item": item }).to_string();
        aws.refuse(Refusal::Answer("GetItem", 1, 200, answer));
    }
    assert_eq!(call(&api, "delete-endpoint").await.0, 503);
    let (_, listed) = call(&api, "get-endpoints").await;
    assert_eq!(listed["endpoints"].as_array().unwrap().len(), 1);
}

//! What an endpoint's owner sees of it and can do for it.

use cloud::purchases::{FailingEndpoint, Purchases};
use domain::redelivery::{Phase, Redelivery};
use in_process_aws::{BROADCASTER, InProcessAws, Refusal};
use serde_json::{Value, json};

use crate::{as_neighbour, call, changed, started, with_body};

const CONFIRMED: &str = "<GetSubscriptionAttributesResponse><GetSubscriptionAttributesResult>\
    <Attributes><entry><key>PendingConfirmation</key><value>false</value></entry></Attributes>\
    </GetSubscriptionAttributesResult></GetSubscriptionAttributesResponse>";

fn is_confirmed(aws: &InProcessAws) {
    let text = CONFIRMED.to_owned();
    aws.refuse(Refusal::Answer("GetSubscriptionAttributes", 9, 200, text));
}

async fn fails(aws: &InProcessAws, endpoint: &Value, phase: Phase) {
    let redelivery = Redelivery::begun("2026-12-01T10:00:00Z".parse().unwrap());
    let failing = FailingEndpoint {
        broadcaster_id: BROADCASTER.to_owned().try_into().unwrap(),
        endpoint_id: endpoint["endpointId"].as_str().unwrap().to_owned(),
        redelivery: Redelivery {
            phase,
            ..redelivery
        },
    };
    let purchases = Purchases::from_environment(&aws.aws()).unwrap();
    purchases.set_redelivery(&failing).await.unwrap();
}

#[tokio::test]
async fn its_state_is_shown_with_what_waits() {
    let (aws, api) = started().await;
    let (_, endpoint) = call(&api, "post-endpoint").await;
    is_confirmed(&aws);
    let (_, shown) = call(&api, "get-endpoint").await;
    assert_eq!(
        (&shown["status"], &shown["waiting"]),
        (&json!("confirmed"), &json!(0))
    );
    assert_eq!(shown["failingSince"], Value::Null);

    let queue = aws.inputs("GetQueueAttributes").pop().unwrap();
    let queue = queue["QueueUrl"].as_str().unwrap();
    let sqs = aws.aws().sqs();
    let sent = sqs.send_message().queue_url(queue).message_body("{}");
    sent.send().await.unwrap();
    for (phase, status) in [(Phase::Waiting, "failing"), (Phase::Suspended, "suspended")] {
        fails(&aws, &endpoint, phase).await;
        let (_, shown) = call(&api, "get-endpoint").await;
        assert_eq!(
            (&shown["status"], &shown["waiting"]),
            (&json!(status), &json!(1))
        );
        assert_eq!(shown["failingSince"], "2026-12-01T10:00:00Z");
        assert_eq!(shown["nextAttemptAt"], "2026-12-01T11:00:00Z");
    }
}

#[tokio::test]
async fn a_test_message_is_for_it_alone_and_no_notification() {
    let (aws, api) = started().await;
    let (_, endpoint) = call(&api, "post-endpoint").await;
    let (status, refused) = call(&api, "post-endpoint-test").await;
    assert_eq!((status, &refused["code"]), (409, &json!("REQ0001")));
    assert_eq!(
        refused["message"],
        "the endpoint must be confirmed; it is pending"
    );
    is_confirmed(&aws);
    assert_eq!(call(&api, "post-endpoint-test").await.0, 202);
    let published = aws.inputs("PublishBatch").remove(0);
    let entry = &published["entries"][0];
    assert_eq!(entry["attributes"]["audience"], endpoint["endpointId"]);
    assert_eq!(
        entry["attributes"]["notification_type"], "cancel",
        "its filter policy lets it through"
    );
    assert_eq!(entry["message"]["test"], true);
    assert_eq!(entry["message"].get("notification_type"), None);
}

#[tokio::test]
async fn a_redelivery_begins_at_once_also_after_the_last_attempt() {
    let (aws, api) = started().await;
    let (_, endpoint) = call(&api, "post-endpoint").await;
    fails(&aws, &endpoint, Phase::Suspended).await;
    for _again in 0..2 {
        assert_eq!(call(&api, "post-endpoint-redeliver").await.0, 202);
        let items = aws.items("purchases");
        let due = items
            .iter()
            .find(|item| item["due_shard"]["S"] == "redelivery");
        let state = &due.unwrap()["redelivery"]["M"];
        assert_eq!(state["phase"]["M"]["name"]["S"], "sending");
        assert_eq!(state["failingSince"]["S"], "2026-12-01T10:00:00Z");
    }
}

#[tokio::test]
async fn a_replay_is_begun_shown_and_cancelled_and_runs_alone() {
    let (_aws, api) = started().await;
    call(&api, "post-endpoint").await;
    let (status, begun) = call(&api, "post-replay").await;
    assert_eq!((status, &begun["state"]), (202, &json!("running")));
    assert_eq!(call(&api, "post-replay").await.0, 409);
    let of_it = async |name: &str| {
        changed(&api, name, |event| {
            event["pathParameters"]["replayId"] = begun["replayId"].clone();
        })
        .await
    };
    assert_eq!(of_it("get-replay").await, (200, begun.clone()));
    assert_eq!(of_it("delete-replay").await.0, 204);
    assert_eq!(of_it("get-replay").await.1["state"], "cancelled");
    assert_eq!(of_it("delete-replay").await.0, 204);
    assert_eq!(call(&api, "post-replay").await.0, 202);
    assert_eq!(
        of_it("get-replay").await.0,
        404,
        "the latest alone is known"
    );
}

#[tokio::test]
async fn a_window_that_cannot_be_replayed_names_its_fault() {
    let (_aws, api) = started().await;
    call(&api, "post-endpoint").await;
    for (body, rule) in [
        (json!({}), "from"),
        (json!({"from": "yesterday"}), "from"),
        (
            json!({"from": "2026-11-02T00:00:00Z", "to": "2026-11-02T00:00:00Z"}),
            "from must be before to",
        ),
        (
            json!({"from": "2026-11-02T00:00:00Z", "to": "2099-01-01T00:00:00Z"}),
            "to must not be in the future",
        ),
        (
            json!({"from": "2024-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}),
            "from must be at most 366 days",
        ),
        (
            json!({"from": "2026-11-02T00:00:00Z", "feed": "webhooks"}),
            "feed must be that of the endpoint",
        ),
        (
            json!({"from": "2026-11-02T00:00:00Z", "subscriptionId": "7"}),
            "subscriptionId",
        ),
        (
            json!({"from": "2026-11-02T00:00:00Z", "customer": "ada"}),
            "customer",
        ),
    ] {
        let (status, refused) = with_body(&api, "post-replay", &body).await;
        assert_eq!(
            (status, &refused["code"]),
            (400, &json!("REQ0001")),
            "{body}"
        );
        let message = refused["message"].as_str().unwrap();
        assert!(message.contains(rule), "{body}: {message}");
    }
}

#[tokio::test]
async fn other_topics_change_its_filter_policy() {
    let (aws, api) = started().await;
    call(&api, "post-endpoint").await;
    let (status, shown) = call(&api, "patch-endpoint").await;
    assert_eq!(
        (status, &shown["topics"]),
        (200, &json!(["cancel", "new", "renew"]))
    );
    let set = aws.inputs("SetSubscriptionAttributes").remove(0);
    let policy: Value = serde_json::from_str(set["AttributeValue"].as_str().unwrap()).unwrap();
    assert_eq!(
        policy["notification_type"],
        json!(["cancel", "new", "renew"])
    );
    assert_eq!(policy["audience"][1], shown["endpointId"]);

    for (body, rule) in [
        (
            json!({"topics": ["subscriptionCreated"]}),
            "topics must be among",
        ),
        (json!({"topics": "new"}), "topics"),
        (json!({"url": "https://other.example/"}), "url"),
        (json!({}), "topics"),
    ] {
        let (status, refused) = with_body(&api, "patch-endpoint", &body).await;
        assert_eq!(status, 400, "{body}");
        let message = refused["message"].as_str().unwrap();
        assert!(message.contains(rule), "{message}");
    }
    aws.refuse(Refusal::Operation("SetSubscriptionAttributes"));
    let none = json!({"topics": []});
    assert_eq!(with_body(&api, "patch-endpoint", &none).await.0, 500);
    aws.accept();
    let (_, shown) = call(&api, "get-endpoint").await;
    assert_eq!(
        shown["topics"],
        json!(["cancel", "new", "renew"]),
        "nothing was stored"
    );
}

#[tokio::test]
async fn the_same_topics_in_another_order_are_the_same_endpoint() {
    let (_aws, api) = started().await;
    let body = |topics: [&str; 3]| json!({"url": "https://owner.example/hooks", "feed": "beacon", "topics": topics});
    let first = with_body(&api, "post-endpoint", &body(["new", "hold", "new"])).await;
    assert_eq!(first.0, 201);
    let again = with_body(&api, "post-endpoint", &body(["hold", "new", "hold"])).await;
    assert_eq!(again, first);
}

#[tokio::test]
async fn the_address_that_was_checked_is_the_one_that_sns_gets() {
    let (aws, api) = started().await;
    let body = json!({"url": "HTTPS://Owner.Example:443/a/../hooks ", "feed": "beacon"});
    let (status, shown) = with_body(&api, "post-endpoint", &body).await;
    assert_eq!(
        (status, &shown["url"]),
        (201, &json!("https://owner.example/hooks"))
    );
    let subscribed = aws.inputs("Subscribe").remove(0);
    assert_eq!(subscribed["Endpoint"], "https://owner.example/hooks");
    let plain = json!({"url": "https://owner.example/hooks", "feed": "beacon"});
    let (_, same) = with_body(&api, "post-endpoint", &plain).await;
    assert_eq!(same["endpointId"], shown["endpointId"]);
}

#[tokio::test]
async fn what_sns_refuses_of_the_caller_s_is_a_400_with_its_reason() {
    let (aws, api) = started().await;
    let refusal = "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code>\
        <Message>Invalid parameter: Unreachable Endpoint</Message></Error></ErrorResponse>";
    aws.refuse(Refusal::Answer("Subscribe", 1, 400, refusal.to_owned()));
    let (status, refused) = call(&api, "post-endpoint").await;
    assert_eq!((status, &refused["code"]), (400, &json!("REQ0001")));
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains("Unreachable Endpoint"), "{message}");
}

#[tokio::test]
async fn an_endpoint_of_another_broadcaster_is_none() {
    let (aws, api) = started().await;
    call(&api, "post-endpoint").await;
    for name in [
        "get-endpoint",
        "patch-endpoint",
        "post-endpoint-test",
        "post-endpoint-redeliver",
        "post-replay",
    ] {
        let (status, _) = as_neighbour(&aws, &api, name).await;
        assert_eq!(status, 404, "{name}");
        let gone = changed(&api, name, |event| {
            event["pathParameters"]["endpointId"] = json!("x".repeat(300));
        });
        assert_eq!(gone.await.0, 404, "{name}");
    }
    assert!(aws.inputs("PublishBatch").is_empty());
    assert!(aws.inputs("SetSubscriptionAttributes").is_empty());
}

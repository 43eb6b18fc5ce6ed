//! The operator's commands, one invocation event each.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use std::time::Duration;

use cloud::broadcasters::{Broadcasters, Endpoint, Feed};
use cloud::token::PublisherToken;
use domain::BroadcasterId;
use in_process_aws::{InProcessAws, Logs, Refusal, event, event_names};
use lambda_runtime::{Context, LambdaEvent};
use operator::Operator;
use serde_json::{Value, json};

async fn command(operator: &Operator, name: &str) -> Value {
    let payload = event(&format!("operator/{name}"));
    let outcome = operator
        .handle(LambdaEvent::new(payload, Context::default()))
        .await;
    serde_json::to_value(outcome.unwrap()).unwrap()
}

async fn started() -> (InProcessAws, Operator) {
    let aws = InProcessAws::start().await;
    let operator = Operator::from_environment(&aws.aws()).unwrap();
    (aws, operator)
}

#[tokio::test]
async fn a_broadcaster_gets_two_topics_that_sign_with_version_2() {
    let (aws, operator) = started().await;

    let created = command(&operator, "create-broadcaster").await;

    let arn = "arn:aws:sns:us-east-1:123456789012:in-process-700100200";
    assert_eq!(created["beaconTopic"], format!("{arn}-beacon"));
    assert_eq!(created["webhooksTopic"], format!("{arn}-webhooks"));
    assert_eq!(created["settings"]["dateUnit"], "s");
    let topics = aws.inputs("CreateTopic");
    assert_eq!(topics.len(), 2);
    for (topic, name) in topics.iter().zip([
        "in-process-700100200-beacon",
        "in-process-700100200-webhooks",
    ]) {
        assert_eq!(topic["Name"], name);
        assert_eq!(topic["Attributes.entry.1.key"], "SignatureVersion");
        assert_eq!(topic["Attributes.entry.1.value"], "2");
    }
    assert_eq!(command(&operator, "create-broadcaster").await, created);
}

#[tokio::test]
async fn without_its_topics_a_broadcaster_is_not_created() {
    let (aws, operator) = started().await;
    aws.refuse(Refusal::Operation("CreateTopic"));
    let payload = event("operator/create-broadcaster");
    let refused = operator
        .handle(LambdaEvent::new(payload, Context::default()))
        .await;
    assert!(refused.is_err());
    assert!(aws.items("broadcasters").is_empty());
}

#[tokio::test]
async fn a_token_is_issued_listed_and_revoked() {
    let (aws, operator) = started().await;
    command(&operator, "create-broadcaster").await;
    let issued = command(&operator, "issue-token").await;
    let token = PublisherToken::received(issued["token"].as_str().unwrap()).unwrap();
    let broadcasters = Broadcasters::from_environment(&aws.aws()).unwrap();
    let owner = async || broadcasters.owner_of(&token).await.unwrap();
    assert_eq!(
        owner().await,
        Some(BroadcasterId::new("700100200").unwrap())
    );

    let listed = command(&operator, "list-tokens").await;
    assert_eq!(listed["tokens"][0]["name"], "server-2026");
    assert_eq!(
        listed["tokens"][0].as_object().unwrap().len(),
        2,
        "name and date"
    );

    let revoked = command(&operator, "revoke-token").await;
    assert_eq!(revoked, json!({"name": "server-2026", "revoked": true}));
    assert_eq!(owner().await, None);
    let again = command(&operator, "revoke-token").await;
    assert_eq!(again, json!({"name": "server-2026", "revoked": false}));
}

#[tokio::test]
async fn a_brake_is_released_once_and_only_of_a_broadcaster_that_exists() {
    let (aws, operator) = started().await;
    let unknown = asked(&operator, event("operator/release-brake")).await;
    assert_eq!(
        unknown,
        Err("broadcasterId names no broadcaster".to_owned())
    );
    command(&operator, "create-broadcaster").await;
    let held = json!({"pk": {"S": "700100200#brake#roku"}, "held_since": {"N": "1764500000"}});
    aws.put_item("purchases", &held);

    let released = command(&operator, "release-brake").await;

    assert_eq!(released, json!({"store": "roku", "released": true}));
    let again = command(&operator, "release-brake").await;
    assert_eq!(again, json!({"store": "roku", "released": false}));
    let mut payload = event("operator/release-brake");
    payload["store"] = json!("rokku");
    let error = asked(&operator, payload).await.unwrap_err();
    assert!(error.contains("rokku"), "{error}");
}

#[tokio::test]
async fn the_log_does_not_tell_the_token() {
    let (_aws, operator) = started().await;
    let logs = Logs::collect("trace");
    command(&operator, "create-broadcaster").await;
    let issued = command(&operator, "issue-token").await;
    let text = logs.text();
    assert!(text.contains("token issued"), "{text}");
    assert!(!text.contains(issued["token"].as_str().unwrap()), "{text}");
}

async fn asked(operator: &Operator, payload: Value) -> Result<Value, String> {
    let outcome = operator.handle(LambdaEvent::new(payload, Context::default()));
    let outcome = outcome.await.map_err(|error| error.to_string())?;
    Ok(serde_json::to_value(outcome).unwrap())
}

#[tokio::test]
async fn a_token_may_end_by_itself() {
    let (_aws, operator) = started().await;
    command(&operator, "create-broadcaster").await;
    let issue = |end: &str| {
        let mut payload = event("operator/issue-token");
        payload["expiresAt"] = json!(end);
        payload
    };
    let past = asked(&operator, issue("2020-01-01T00:00:00Z")).await;
    assert_eq!(past, Err("expiresAt must be in the future".to_owned()));
    let end = "2999-01-01T00:00:00Z";
    let issued = asked(&operator, issue(end)).await.unwrap();
    assert_eq!(issued["expiresAt"], end);
    let listed = command(&operator, "list-tokens").await;
    assert_eq!(listed["tokens"][0]["expiresAt"], end);
}

#[tokio::test]
async fn settings_that_can_not_be_kept_are_refused() {
    let (_aws, operator) = started().await;
    for (settings, rule) in [
        (
            json!({"customerTokenAudience": " "}),
            "settings.customerTokenAudience must have 1 to 255 characters",
        ),
        (
            json!({"maxEndpoints": 0}),
            "settings.maxEndpoints must be from 1 to 1000",
        ),
        (
            json!({"maxEndpoints": 1001}),
            "settings.maxEndpoints must be from 1 to 1000",
        ),
        (
            json!({"checksPerDay": {"android": 10_000_001}}),
            "settings.checksPerDay must be from 0 to 10000000 for each store",
        ),
    ] {
        let mut payload = event("operator/create-broadcaster");
        payload["settings"] = settings;
        assert_eq!(asked(&operator, payload).await, Err(rule.to_owned()));
    }
}

/// A broadcaster with a token, an endpoint, credentials, an offer and history; and a neighbour with history.
async fn furnished(aws: &InProcessAws, operator: &Operator) -> PublisherToken {
    command(operator, "create-broadcaster").await;
    let issued = command(operator, "issue-token").await;
    let id = BroadcasterId::new("700100200").unwrap();
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let endpoint = Endpoint {
        endpoint_id: "0d4a3a0e-5b6f-4c0e-8f0a-6a7a54c0b0d1".to_owned(),
        url: "https://owner.example/hook".to_owned(),
        feed: Feed::Beacon,
        topics: std::collections::BTreeSet::new(),
        subscription_arn: "arn:aws:sns:us-east-1:123456789012:topic:1".to_owned(),
        dead_letter_queue_url: "in-process-endpoint-0d4a3a0e5b6f4c0e8f0a6a7a54c0b0d1".to_owned(),
        created_at: Default::default(),
        audience_since: None,
    };
    table.put_endpoint(&id, &endpoint).await.unwrap();
    aws.put_secret("in-process/700100200/vizio", &json!({}));
    aws.put_secret("in-process/700100201/vizio", &json!({}));
    for tenant in ["700100200", "700100201"] {
        for number in 0..60 {
            let pk = json!({"S": format!("{tenant}#vizio#{number}")});
            aws.put_item("subscriptions", &json!({"pk": pk, "sk": {"S": "current"}}));
            aws.put_item("purchases", &json!({ "pk": pk }));
            aws.put_item("events", &json!({"pk": pk, "sk": {"N": "1"}}));
        }
        aws.put_item(
            "broadcasters",
            &json!({"pk": {"S": tenant}, "sk": {"S": "offer#S1"}}),
        );
    }
    aws.put_item(
        "purchases",
        &json!({"pk": {"S": "700100200#catch-up#apple"}}),
    );
    PublisherToken::received(issued["token"].as_str().unwrap()).unwrap()
}

/// Keys in a table that begin with the broadcaster.
fn left(aws: &InProcessAws, table: &str, tenant: &str) -> usize {
    let items = aws.items(table);
    let own = |item: &&Value| item["pk"]["S"].as_str().unwrap().starts_with(tenant);
    items.iter().filter(own).count()
}

fn nothing_is_left_but_the_neighbour(aws: &InProcessAws) {
    for table in ["broadcasters", "subscriptions", "purchases", "events"] {
        assert_eq!(left(aws, table, "700100200"), 0, "{table}");
        let count = if table == "broadcasters" { 1 } else { 60 };
        assert_eq!(left(aws, table, "700100201"), count, "{table}");
    }
    assert_eq!(left(aws, "broadcasters", "token#"), 0);
    assert_eq!(aws.secret("in-process/700100200/vizio"), None);
    assert!(aws.secret("in-process/700100201/vizio").is_some());
}

#[tokio::test]
async fn a_deleted_broadcaster_leaves_nothing_behind() {
    let (aws, operator) = started().await;
    let token = furnished(&aws, &operator).await;

    let deleted = command(&operator, "delete-broadcaster").await;

    assert_eq!(
        deleted,
        json!({"broadcasterId": "700100200", "history": "erase", "complete": true})
    );
    nothing_is_left_but_the_neighbour(&aws);
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    assert_eq!(table.owner_of(&token).await.unwrap(), None);
    assert_eq!(aws.inputs("DeleteTopic").len(), 2);
    assert_eq!(aws.inputs("Unsubscribe").len(), 1);
    let queue = aws.inputs("DeleteQueue").remove(0);
    assert_eq!(
        queue["QueueUrl"],
        "in-process-endpoint-0d4a3a0e5b6f4c0e8f0a6a7a54c0b0d1"
    );
    assert!(
        aws.calls()
            .iter()
            .any(|call| call.operation == "DeleteAlarms")
    );
    // Again, and anew.
    assert_eq!(command(&operator, "delete-broadcaster").await, deleted);
    command(&operator, "create-broadcaster").await;
}

#[tokio::test]
async fn history_stays_where_it_is_to_be_kept() {
    let (aws, operator) = started().await;
    furnished(&aws, &operator).await;
    let mut payload = event("operator/delete-broadcaster");
    payload["history"] = json!("keep");
    let deleted = asked(&operator, payload.clone()).await.unwrap();
    assert_eq!(deleted["complete"], true);
    assert_eq!(left(&aws, "broadcasters", "700100200"), 0);
    for table in ["subscriptions", "purchases", "events"] {
        assert_eq!(left(&aws, table, "700100200"), 60, "{table}");
    }
    payload.as_object_mut().unwrap().remove("history");
    assert!(asked(&operator, payload).await.is_err(), "it is a choice");
}

#[tokio::test]
async fn a_large_table_is_erased_page_by_page() {
    let (aws, operator) = started().await;
    for number in 0..1_100 {
        let tenant = if number % 2 == 0 {
            "700100200"
        } else {
            "700100201"
        };
        let pk = json!({"S": format!("{tenant}#{number}")});
        aws.put_item("events", &json!({"pk": pk, "sk": {"N": "1"}}));
    }
    aws.forget_calls();
    let deleted = command(&operator, "delete-broadcaster").await;
    assert_eq!(deleted["complete"], true);
    assert_eq!(left(&aws, "events", "700100200"), 0);
    assert_eq!(left(&aws, "events", "700100201"), 550);
    let scans = aws.inputs("Scan");
    let of_events = scans.iter().filter(|scan| scan["TableName"] == "events");
    assert_eq!(of_events.count(), 3);
}

#[tokio::test]
async fn a_deletion_that_was_killed_goes_on_when_it_is_asked_for_again() {
    for calls in (1..).step_by(7) {
        let (aws, operator) = started().await;
        furnished(&aws, &operator).await;
        aws.forget_calls();
        aws.die_after(calls);
        let payload = LambdaEvent::new(event("operator/delete-broadcaster"), Context::default());
        let done = tokio::time::timeout(Duration::from_millis(900), operator.handle(payload));
        let completed = done.await.is_ok();
        aws.die_after(0);
        let operator = Operator::from_environment(&aws.aws()).unwrap();
        let items = aws.items("broadcasters");
        if items.iter().any(|item| item["sk"]["S"] == "deletion") {
            let mut create = event("operator/create-broadcaster");
            create["name"] = json!("Anew");
            let refused = asked(&operator, create).await.unwrap_err();
            assert!(refused.contains("is being deleted"), "{calls}: {refused}");
        }
        let again = command(&operator, "delete-broadcaster").await;
        assert_eq!(again["complete"], true, "{calls}");
        nothing_is_left_but_the_neighbour(&aws);
        if completed {
            break;
        }
    }
}

#[tokio::test]
async fn endpoints_of_an_earlier_version_get_an_audience_once() {
    let (aws, operator) = started().await;
    assert!(
        asked(&operator, event("operator/migrate-endpoints"))
            .await
            .is_err()
    );
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let id: BroadcasterId = "700100200".to_owned().try_into().unwrap();
    furnished(&aws, &operator).await;

    let migrated = command(&operator, "migrate-endpoints").await;

    assert_eq!(
        migrated,
        json!({"broadcasterId": "700100200", "migrated": 1})
    );
    let set = aws.inputs("SetSubscriptionAttributes").remove(0);
    assert_eq!(set["AttributeName"], "FilterPolicy");
    let policy: Value = serde_json::from_str(set["AttributeValue"].as_str().unwrap()).unwrap();
    let endpoint = "0d4a3a0e-5b6f-4c0e-8f0a-6a7a54c0b0d1";
    assert_eq!(
        policy,
        json!({"audience": ["all", endpoint, {"exists": false}]})
    );
    assert_eq!(
        table.owner_of_endpoint(endpoint).await.unwrap(),
        Some(id.clone())
    );
    let since = table.audiences_since(&id).await.unwrap();
    assert!(since.is_some());

    let again = command(&operator, "migrate-endpoints").await;
    assert_eq!(again["migrated"], 0);
    assert_eq!(table.audiences_since(&id).await.unwrap(), since);
}

#[test]
fn every_event_is_used() {
    assert_eq!(
        event_names("operator"),
        [
            "create-broadcaster",
            "delete-broadcaster",
            "issue-token",
            "list-tokens",
            "migrate-endpoints",
            "release-brake",
            "revoke-token"
        ]
    );
}

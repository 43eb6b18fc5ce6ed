//! The operator's commands, one invocation event each.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

use cloud::broadcasters::Broadcasters;
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
    ] {
        let mut payload = event("operator/create-broadcaster");
        payload["settings"] = settings;
        assert_eq!(asked(&operator, payload).await, Err(rule.to_owned()));
    }
}

#[test]
fn every_event_is_used() {
    assert_eq!(
        event_names("operator"),
        [
            "create-broadcaster",
            "issue-token",
            "list-tokens",
            "revoke-token"
        ]
    );
}

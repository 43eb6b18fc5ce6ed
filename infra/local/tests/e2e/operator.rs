//! The operator function: direct invocation only, every command repeatable.

use aws_sdk_dynamodb::types::AttributeValue;
use local_stack::broadcaster::operate;
use reqwest::Method;
use serde_json::{Value, json};

use crate::story::{broadcaster, stack, unique};

#[tokio::test]
async fn creating_a_broadcaster_twice_keeps_its_switches() {
    let stack = stack();
    let id = unique().to_string();
    let create = |settings: Value| json!({"command": "create-broadcaster", "broadcasterId": id, "name": "Acme", "settings": settings});
    let first = operate(&stack, &create(json!({"dateUnit": "ms"})))
        .await
        .unwrap();
    let again = operate(&stack, &create(Value::Null)).await.unwrap();

    assert_eq!(first, again);
    assert_eq!(again["settings"]["dateUnit"], "ms");
}

#[tokio::test]
async fn a_token_is_shown_once_works_and_can_be_revoked() {
    let stack = stack();
    let broadcaster = broadcaster().await;
    let issue =
        json!({"command": "issue-token", "broadcasterId": broadcaster.id, "name": "second"});
    let first = operate(&stack, &issue).await.unwrap();
    let again = operate(&stack, &issue).await.unwrap();
    assert_eq!(first["issued"], true);
    assert_eq!(again, json!({"name": "second", "issued": false}));

    let mut other = broadcaster.clone();
    other.token = first["token"].as_str().unwrap().to_owned();
    assert_eq!(other.token.len(), 48);
    let offers = async |with: &local_stack::broadcaster::Broadcaster| {
        with.call(Method::GET, "/v1/offers", None)
            .await
            .unwrap()
            .status
    };
    assert_eq!(offers(&other).await, 200);
    assert_eq!(offers(&broadcaster).await, 200);

    let revoke =
        json!({"command": "revoke-token", "broadcasterId": broadcaster.id, "name": "second"});
    assert_eq!(operate(&stack, &revoke).await.unwrap()["revoked"], true);
    assert_eq!(operate(&stack, &revoke).await.unwrap()["revoked"], false);
    assert_eq!(offers(&other).await, 401);
    assert_eq!(offers(&broadcaster).await, 200);

    let release =
        json!({"command": "release-brake", "broadcasterId": broadcaster.id, "store": "roku"});
    assert_eq!(operate(&stack, &release).await.unwrap()["released"], false);

    let list = json!({"command": "list-tokens", "broadcasterId": broadcaster.id});
    let listed = operate(&stack, &list).await.unwrap();
    assert_eq!(listed["tokens"].as_array().unwrap().len(), 1);
    assert!(listed["tokens"][0].get("hash").is_none());
}

#[tokio::test]
async fn what_is_no_command_is_refused_with_the_rule() {
    let stack = stack();
    for (command, rule) in [
        (
            json!({"command": "create-broadcaster", "broadcasterId": "x1", "name": "n"}),
            "whole number",
        ),
        (
            json!({"command": "issue-token", "broadcasterId": "999999999999", "name": "n"}),
            "names no broadcaster",
        ),
        (json!({"command": "dance"}), "unknown variant"),
        (
            json!({"command": "create-broadcaster", "broadcasterId": "1", "name": "n", "settings": {"dateunit": "s"}}),
            "settings.dateunit",
        ),
    ] {
        let refused = operate(&stack, &command).await.unwrap_err().to_string();
        assert!(refused.contains(rule), "{refused}");
    }
}

#[tokio::test]
async fn endpoints_of_an_earlier_version_get_an_audience() {
    let broadcaster = broadcaster().await;
    let id = broadcaster.id.to_string();
    let stack = stack();
    let dynamo = aws_sdk_dynamodb::Client::new(&stack.aws().unwrap());
    let table = &stack.tables["broadcasters"];
    let found = dynamo
        .query()
        .table_name(table)
        .key_condition_expression("pk = :pk AND begins_with(sk, :endpoint)")
        .expression_attribute_values(":pk", AttributeValue::S(id.clone()))
        .expression_attribute_values(":endpoint", AttributeValue::S("endpoint#".to_owned()))
        .send()
        .await
        .unwrap();
    let endpoints = found.items();
    assert!(!endpoints.is_empty());
    for endpoint in endpoints {
        dynamo
            .update_item()
            .table_name(table)
            .key("pk", endpoint["pk"].clone())
            .key("sk", endpoint["sk"].clone())
            .update_expression("REMOVE audienceSince")
            .send()
            .await
            .unwrap();
    }
    let command = json!({"command": "migrate-endpoints", "broadcasterId": id});
    for migrated in [endpoints.len(), 0] {
        let done = operate(&stack, &command).await.unwrap();
        assert_eq!(done["migrated"], migrated);
    }
}

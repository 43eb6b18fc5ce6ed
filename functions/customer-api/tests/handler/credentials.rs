//! Who is believed.

use in_process_aws::event;
use serde_json::json;

use crate::{get, started};

#[tokio::test]
async fn an_empty_publisher_token_beside_a_valid_jwt_counts_as_absent() {
    let (_aws, api) = started().await;
    for (empty, authorization, code) in [
        ("", true, 200),
        (" ", true, 200),
        ("", false, 401),
        ("x", true, 401),
    ] {
        let mut event = event("customer-api/get-entitlements");
        event["headers"]["x-publisher-token"] = json!(empty);
        if !authorization {
            event["headers"]["authorization"] = json!("");
        }
        let (status, body) = get(&api, &event).await;
        assert_eq!(status, code, "{empty:?} {authorization}: {body}");
        if !authorization {
            assert_eq!(body["code"], "AUTH0001", "nothing was sent");
        }
    }
}

#[tokio::test]
async fn a_jwt_for_another_audience_is_refused_where_one_is_pinned() {
    let (aws, api) = started().await;
    let list = event("customer-api/get-entitlements");
    assert_eq!(get(&api, &list).await.0, 200);
    let settings = domain::BroadcasterSettings {
        customer_token_audience: Some("tv.example.com".to_owned()),
        ..Default::default()
    };
    aws.with_settings(settings).await;
    let (status, body) = get(&api, &list).await;
    assert_eq!((status, &body["code"]), (401, &json!("AUTH0002")));
    let as_publisher = event("customer-api/get-entitlements-as-publisher");
    assert_eq!(get(&api, &as_publisher).await.0, 200, "a token of its own");
}

#[tokio::test]
async fn a_jwt_of_a_broadcaster_without_a_profile_is_refused() {
    let (aws, api) = started().await;
    let profile = json!({"pk": {"S": in_process_aws::BROADCASTER}, "sk": {"S": "profile"}});
    let _gone = aws.dynamodb(
        "DeleteItem",
        json!({"TableName": "broadcasters", "Key": profile}),
    );
    let (status, body) = get(&api, &event("customer-api/get-entitlements")).await;
    assert_eq!((status, &body["code"]), (401, &json!("AUTH0002")));
}

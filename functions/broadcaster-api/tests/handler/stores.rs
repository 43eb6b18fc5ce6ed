//! What a broadcaster learns of its stores.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use cloud::broadcasters::{Broadcasters, ReceivedConfirmation};
use domain::{BroadcasterId, Confirmation, Store};
use in_process_aws::InProcessAws;
use serde_json::json;

use crate::{as_neighbour, call, changed, started, with_body};

/// A store that answers everything with this status. Its address.
fn store_that_answers(status: u16) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for call in listener.incoming() {
            let mut call = call.unwrap();
            let _asked = call.read(&mut [0; 4096]).unwrap();
            let answer =
                format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            call.write_all(answer.as_bytes()).unwrap();
        }
    });
    address
}

async fn checked(aws: &InProcessAws, store_url: &str) -> serde_json::Value {
    let credentials = json!({
        "apiKey": "k", "partnerId": "p", "signingKeys": ["s"], "apiBaseUrl": store_url,
    });
    aws.put_secret("in-process/700100200/vizio", &credentials);
    let aws_on_this_machine = aws.aws_with("LOCAL_STACK", "true");
    let api = broadcaster_api::BroadcasterApi::from_environment(&aws_on_this_machine).unwrap();
    let (status, body) = call(&api, "post-store-check").await;
    assert_eq!(status, 200, "{body}");
    body
}

#[tokio::test]
async fn a_check_says_what_the_store_thinks_of_the_credentials() {
    let (aws, _api) = started().await;
    let good = checked(&aws, &store_that_answers(404)).await;
    assert_eq!(
        good,
        json!({
            "store": "vizio", "environment": "sandbox", "ok": true,
            "findings": [{"tried": "credentials", "ok": true, "message": "the store accepts the credentials"}],
        })
    );
    let bad = checked(&aws, &store_that_answers(401)).await;
    assert_eq!(
        (&bad["ok"], &bad["findings"][0]["ok"]),
        (&json!(false), &json!(false))
    );
    let unclear = checked(&aws, &store_that_answers(503)).await;
    assert_eq!(
        (&unclear["ok"], &unclear["findings"][0]["ok"]),
        (&json!(false), &json!(null))
    );
}

#[tokio::test]
async fn a_store_that_is_not_configured_is_not_checked() {
    let (aws, api) = started().await;
    assert_eq!(as_neighbour(&aws, &api, "post-store-check").await.0, 404);
    let unknown = changed(&api, "post-store-check", |event| {
        event["pathParameters"]["store"] = json!("corner-shop");
    });
    assert_eq!(unknown.await.0, 404);
}

#[tokio::test]
async fn the_addresses_for_the_store_s_console_are_shown() {
    let (_aws, api) = started().await;
    let (_, shown) = call(&api, "get-store").await;
    assert_eq!(
        shown["notificationUrls"],
        json!([
            "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/vizio/notifications/broadcasters/700100200"
        ])
    );
    let staged = changed(&api, "get-store", |event| {
        event["requestContext"]["stage"] = json!("v2");
        event["requestContext"]["domainName"] = json!("api.example.com");
    });
    assert_eq!(
        staged.await.1["notificationUrls"][0],
        "https://api.example.com/v2/vizio/notifications/broadcasters/700100200"
    );
}

#[tokio::test]
async fn a_store_s_question_is_shown_to_the_broadcaster_whose_address_it_is() {
    let (aws, api) = started().await;
    assert_eq!(call(&api, "get-store").await.1["confirmation"], json!(null));
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let received = ReceivedConfirmation {
        confirmation: Confirmation {
            topic: "arn:aws:sns:us-east-1:000011112222:AB12C".to_owned(),
            token: "2336412f37fb687f".to_owned(),
            url: "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription".to_owned(),
        },
        received_at: "2026-12-05T09:30:00Z".parse().unwrap(),
    };
    let broadcaster = BroadcasterId::new("700100200").unwrap();
    let amazon = json!({"sharedSecret": "s", "packageNames": ["tv.example.fire"],
        "topicArns": [received.confirmation.topic]});
    aws.put_secret("in-process/700100200/amazon", &amazon);
    let mut strangers = received.clone();
    strangers.confirmation.topic = "arn:aws:sns:us-east-1:999988887777:ZZ99Z".to_owned();
    strangers.received_at = "2026-12-05T09:31:00Z".parse().unwrap();
    for one in [&received, &strangers] {
        let put = table.put_confirmation(&broadcaster, Store::Amazon, one, |_| false);
        put.await.unwrap();
    }
    let of_amazon = |event: &mut serde_json::Value| {
        event["pathParameters"]["store"] = json!("amazon");
    };
    let shown = changed(&api, "get-store", of_amazon).await.1;
    let pinned = json!({
        "topic": "arn:aws:sns:us-east-1:000011112222:AB12C",
        "token": "2336412f37fb687f",
        "url": "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription",
        "receivedAt": "2026-12-05T09:30:00Z",
    });
    assert_eq!(
        shown["confirmation"], pinned,
        "not the stranger's, which is newer"
    );
    assert_eq!(
        shown["confirmations"][0]["topic"],
        json!(strangers.confirmation.topic)
    );
    assert_eq!(shown["confirmations"][1], pinned);
    assert_eq!(as_neighbour(&aws, &api, "get-store").await.0, 404);
}

#[tokio::test]
async fn a_secret_of_a_few_characters_is_refused_and_one_that_is_stored_is_read() {
    let (aws, api) = started().await;
    let long = "0123456789abcdef";
    let short = &long[1..];
    let package = "com.example.streaming";
    let stripe = format!("rk_test_{long}");
    for (store, config, field) in [
        (
            "vizio",
            json!({"apiKey": short, "partnerId": "p", "signingKeys": [long]}),
            Some("apiKey"),
        ),
        (
            "vizio",
            json!({"apiKey": long, "partnerId": "p", "signingKeys": [long, "k"]}),
            Some("signingKeys"),
        ),
        (
            "vizio",
            json!({"apiKey": long, "partnerId": "p", "signingKeys": [long]}),
            None,
        ),
        (
            "samsung-tv",
            json!({"appId": "3201911000001", "securityKey": short}),
            Some("securityKey"),
        ),
        (
            "samsung-tv",
            json!({"appId": "3201911000001", "securityKey": long}),
            None,
        ),
        (
            "roku",
            json!({"apiKeys": [short], "channelIds": ["712345"]}),
            Some("apiKeys"),
        ),
        (
            "roku",
            json!({"apiKeys": [long], "channelIds": ["712345"]}),
            None,
        ),
        (
            "stripe",
            json!({"apiKey": "rk_test_1", "signingSecrets": [format!("whsec_{long}")]}),
            Some("apiKey"),
        ),
        (
            "stripe",
            json!({"apiKey": stripe, "signingSecrets": [format!("whsec_{short}")]}),
            Some("signingSecrets"),
        ),
        (
            "stripe",
            json!({"apiKey": stripe, "signingSecrets": [format!("whsec_{long}")]}),
            None,
        ),
        // Amazon's sandbox takes any.
        (
            "amazon",
            json!({"sharedSecret": "x", "packageNames": [package]}),
            None,
        ),
    ] {
        let (status, body) = changed(&api, "put-store", |event| {
            event["pathParameters"]["store"] = json!(store);
            event["body"] = json!(config.to_string());
        })
        .await;
        match field {
            None => assert_eq!(status, 200, "{store}: {body}"),
            Some(field) => {
                assert_eq!(
                    (status, &body["code"]),
                    (400, &json!("REQ0001")),
                    "{store}: {body}"
                );
                let rule = format!("{field} must have at least 16 characters");
                assert_eq!(body["message"], rule);
            }
        }
    }
    let production = aws.aws_with("STAGE", "production");
    let production = broadcaster_api::BroadcasterApi::from_environment(&production).unwrap();
    let amazon = json!({"sharedSecret": "x", "packageNames": [package]});
    let refused = changed(&production, "put-store", |event| {
        event["pathParameters"]["store"] = json!("amazon");
        event["body"] = json!(amazon.to_string());
    });
    assert_eq!(refused.await.0, 400);
    // An earlier version took it.
    let earlier = json!({"apiKey": "a", "partnerId": "p", "signingKeys": ["k"]});
    aws.put_secret("in-process/700100200/vizio", &earlier);
    assert_eq!(call(&api, "get-store").await.0, 200);
    assert_eq!(with_body(&api, "put-store", &earlier).await.0, 400);
}

/// Since when the store's list is read.
fn read_since(aws: &InProcessAws, store: &str) -> Option<serde_json::Value> {
    let pk = format!("700100200#catch-up#{store}");
    let items = aws.items("purchases");
    let item = items.iter().find(|item| item["pk"]["S"] == *pk)?;
    Some(item["since"].clone())
}

#[tokio::test]
async fn a_list_begins_with_the_first_configuration_that_is_put_or_shown() {
    let credentials = json!({
        "apiKey": "rk_test_synthetic00000001", "signingSecrets": ["whsec_synthetic000000001"],
    });
    for first in ["put-store", "get-store"] {
        let (aws, api) = started().await;
        aws.put_secret("in-process/700100200/stripe", &credentials);
        assert_eq!(read_since(&aws, "stripe"), None);
        let mut since = None;
        for name in [first, "get-store", "put-store"] {
            let done = changed(&api, name, |event| {
                event["pathParameters"]["store"] = json!("stripe");
                event["body"] = json!(credentials.to_string());
            });
            let (status, body) = done.await;
            assert_eq!(status, 200, "{body}");
            let read = read_since(&aws, "stripe");
            assert!(read.is_some());
            assert_eq!(*since.get_or_insert(read.clone()), read);
        }
        for name in ["put-store", "get-store"] {
            assert_eq!(call(&api, name).await.0, 200);
        }
        assert_eq!(read_since(&aws, "vizio"), None, "Vizio keeps no list");
    }
}

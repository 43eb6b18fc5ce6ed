//! Confirmations: only a pinned topic's is visited, by an address that is SNS's.

use std::time::Duration;

use serde_json::{Value, json};
use stores::{Ignored, NotificationError, Received};

use crate::amazon::{Call, Reply};
use crate::keys::OTHER;
use crate::scene::{Scene, is_doubt};
use crate::sns::{
    HOST, OTHER_TOPIC, TOKEN, TOPIC, confirmation, confirmation_of, post, posted, signed_by,
    subscribe_url,
};

#[tokio::test]
async fn a_pinned_topic_is_confirmed_by_a_visit() {
    let scene = Scene::set().await;
    let read = scene.receive(&post(confirmation(&json!({})))).await;
    assert_eq!(read, Ok(Received::Ignored(Ignored::Confirmed)));
    let visited = format!("GET /?Action=ConfirmSubscription&TopicArn={TOPIC}&Token={TOKEN}");
    assert_eq!(scene.amazon.asked(Call::Confirm), [visited]);
}

#[tokio::test]
async fn a_visit_that_fails_is_tried_again() {
    for reply in [
        Reply::new(400, "<ErrorResponse/>"),
        Reply::new(500, ""),
        Reply::new(302, "").with("location", "/?Action=ConfirmSubscription"),
    ] {
        let scene = Scene::set().await;
        scene.amazon.replies(Call::Confirm, [reply.clone()]);
        let read = scene.receive(&post(confirmation(&json!({})))).await;
        assert!(is_doubt(&read), "{reply:?}: {read:?}");
        assert_eq!(scene.amazon.count(Call::Confirm), 1);
    }
}

#[tokio::test]
async fn a_visit_that_is_not_answered_is_tried_again() {
    let scene = Scene::set().await;
    let silent = Reply::new(200, "").after(Duration::from_secs(3));
    scene.amazon.replies(Call::Confirm, [silent]);
    let changes = json!({"timeoutSeconds": 1});
    let read = scene
        .receive_by(&changes, &post(confirmation(&json!({}))))
        .await;
    assert!(is_doubt(&read), "{read:?}");
    assert_eq!(scene.amazon.count(Call::Confirm), 1);
}

#[tokio::test]
async fn an_old_confirmation_is_neither_visited_nor_shown() {
    let sent = |time: &str| post(confirmation(&json!({ "Timestamp": time })));
    for changes in [json!({}), json!({"topicArns": null})] {
        let scene = Scene::set().await;
        let old = sent("2026-11-20T09:59:59.999Z");
        let read = scene.receive_by(&changes, &old).await;
        assert_eq!(read, Err(NotificationError::Forged));
        assert_eq!(scene.amazon.count(Call::Confirm), 0);
        let young = sent("2026-11-20T10:00:00Z");
        assert!(scene.receive_by(&changes, &young).await.is_ok());
    }
}

/// What is shown instead of visited.
async fn shown(changes: &Value, topic: &str) {
    let scene = Scene::set().await;
    let post = post(confirmation_of(topic, &json!({})));
    let read = scene.receive_by(changes, &post).await.unwrap();
    let Received::Confirmation(confirmation) = read else {
        panic!("{read:?}");
    };
    assert_eq!(confirmation.topic, topic);
    assert_eq!(confirmation.token, TOKEN);
    assert_eq!(confirmation.url, subscribe_url(HOST, topic));
    assert_eq!(scene.amazon.count(Call::Confirm), 0);
}

#[tokio::test]
async fn a_topic_that_is_not_pinned_is_shown_and_not_visited() {
    shown(&json!({}), OTHER_TOPIC).await;
    shown(&json!({"topicArns": null}), TOPIC).await;
}

#[tokio::test]
async fn a_pinned_topic_can_be_shown_as_well() {
    shown(&json!({"confirmByUrl": false}), TOPIC).await;
}

#[tokio::test]
async fn an_address_that_is_not_of_sns_is_neither_visited_nor_shown() {
    for address in [
        json!(subscribe_url("http://sns.us-east-1.amazonaws.com", TOPIC)),
        json!(subscribe_url(
            "https://sns.us-east-1.amazonaws.com.evil.example",
            TOPIC
        )),
        json!(subscribe_url("https://sns.eu-west-1.amazonaws.com", TOPIC)),
        json!(subscribe_url(&format!("{HOST}:8443"), TOPIC)),
        json!(subscribe_url(
            "https://sns.us-east-1.amazonaws.com@evil.example",
            TOPIC
        )),
        json!(subscribe_url(
            HOST,
            "arn:aws:sns:us-east-1:999988887777:other"
        )),
        json!(format!(
            "{HOST}/?Action=Unsubscribe&TopicArn={TOPIC}&Token={TOKEN}"
        )),
        json!(format!("{}0", subscribe_url(HOST, TOPIC))),
        json!("http://169.254.169.254/"),
        Value::Null,
    ] {
        for changes in [json!({}), json!({"topicArns": null})] {
            let scene = Scene::set().await;
            let post = post(confirmation(&json!({ "SubscribeURL": address })));
            let read = scene.receive_by(&changes, &post).await;
            assert_eq!(read, Err(NotificationError::Forged), "{address}");
            assert_eq!(scene.amazon.count(Call::Confirm), 0);
        }
    }
    let scene = Scene::set().await;
    let read = scene
        .receive(&post(confirmation(&json!({"Token": null}))))
        .await;
    assert_eq!(read, Err(NotificationError::Forged));
}

#[tokio::test]
async fn what_is_not_proven_is_not_visited() {
    let scene = Scene::set().await;
    let forged = posted(&signed_by(&OTHER, confirmation(&json!({}))));
    assert_eq!(scene.receive(&forged).await, Err(NotificationError::Forged));
    let unsigned = posted(&confirmation(&json!({})));
    assert_eq!(
        scene.receive(&unsigned).await,
        Err(NotificationError::Forged)
    );
    assert_eq!(scene.amazon.count(Call::Confirm), 0);
}

#[tokio::test]
async fn the_end_of_a_subscription_is_never_answered() {
    for topic in [TOPIC, OTHER_TOPIC] {
        let scene = Scene::set().await;
        let end = json!({"Type": "UnsubscribeConfirmation"});
        let read = scene.receive(&post(confirmation_of(topic, &end))).await;
        assert_eq!(read, Ok(Received::Ignored(Ignored::Unsubscribed)));
        assert_eq!(scene.amazon.count(Call::Confirm), 0);
    }
}

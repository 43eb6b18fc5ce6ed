//! What Amazon has certainly not sent, and what can't be told.

use serde_json::{Value, json};
use stores::{NotificationError, Received};

use crate::amazon::{Call, Reply};
use crate::keys::{AMAZON, OTHER};
use crate::scene::{Scene, is_doubt};
use crate::sns::{
    FILE, HOST, OTHER_TOPIC, Post, TOPIC, confirmation, confirmation_of, notification, post,
    posted, signed_by, telling,
};

/// Refused, and nobody was asked for a certificate.
async fn refused_at_once(post: &Post) {
    let scene = Scene::set().await;
    let read = scene.receive(post).await;
    assert_eq!(read, Err(NotificationError::Forged));
    assert_eq!(scene.amazon.count(Call::Certificate), 0);
}

async fn refused(post: &Post) {
    let read = Scene::set().await.receive(post).await;
    assert_eq!(read, Err(NotificationError::Forged));
}

fn from_certificate_at(address: &str) -> Post {
    post(notification(&json!({ "SigningCertURL": address })))
}

#[tokio::test]
async fn a_signature_by_another_key_is_forged() {
    refused(&posted(&signed_by(&OTHER, notification(&json!({}))))).await;
}

#[tokio::test]
async fn a_changed_message_is_forged() {
    for (field, value) in [
        ("Message", json!("{}")),
        ("Subject", json!("added")),
        ("MessageId", json!("another")),
        ("Timestamp", json!("2026-11-20T11:59:31.004Z")),
        ("TopicArn", json!(OTHER_TOPIC)),
    ] {
        let mut envelope = signed_by(&AMAZON, notification(&json!({})));
        envelope[field] = value;
        let both = json!({"topicArns": [TOPIC, OTHER_TOPIC]});
        let read = Scene::set()
            .await
            .receive_by(&both, &posted(&envelope))
            .await;
        assert_eq!(read, Err(NotificationError::Forged), "{field}");
    }
}

#[tokio::test]
async fn what_is_not_signed_is_forged() {
    refused_at_once(&posted(&notification(&json!({})))).await;
    for signature in [json!(""), json!("not base64"), json!(7)] {
        let mut envelope = notification(&json!({}));
        envelope["Signature"] = signature;
        refused_at_once(&posted(&envelope)).await;
    }
    let mut short = notification(&json!({}));
    short["Signature"] = json!("bm8=");
    refused(&posted(&short)).await;
}

#[tokio::test]
async fn a_signature_of_an_unknown_version_is_forged() {
    for version in [json!("3"), json!("0"), json!(""), json!(2), Value::Null] {
        refused_at_once(&post(notification(&json!({ "SignatureVersion": version })))).await;
    }
}

#[tokio::test]
async fn a_certificate_elsewhere_is_forged_and_not_fetched() {
    let host = HOST.trim_start_matches("https://");
    for address in [
        format!("http://{host}{FILE}"),
        format!("https://certs.evil.example{FILE}"),
        format!("https://{host}.evil.example{FILE}"),
        format!("https://evil-{host}{FILE}"),
        format!("https://sns-us-east-1.s3.amazonaws.com{FILE}"),
        format!("https://{host}@certs.evil.example{FILE}"),
        format!("https://user:password@{host}{FILE}"),
        format!("{HOST}:8443{FILE}"),
        format!("{HOST}:443{FILE}"),
        format!("{HOST}{FILE}?version=2"),
        format!("{HOST}{FILE}#top"),
        format!("{HOST}/SimpleNotificationService-0123.txt"),
        format!("https://sns.eu-west-1.amazonaws.com{FILE}"),
        format!("https://sns.cn-north-1.amazonaws.com.cn{FILE}"),
        format!("https://sns.us-east-1.api.aws{FILE}"),
        "https://169.254.169.254/latest.pem".to_owned(),
        "file:///etc/ssl/cert.pem".to_owned(),
    ] {
        refused_at_once(&from_certificate_at(&address)).await;
    }
    refused_at_once(&post(notification(&json!({"SigningCertURL": null})))).await;
}

#[tokio::test]
async fn a_topic_of_another_region_or_partition_than_the_certificate_is_forged() {
    for arn in [
        "arn:aws:sns:eu-west-3:000011112222:AB12C",
        "arn:aws-cn:sns:us-east-1:000011112222:AB12C",
        "arn:aws-cn:sns:cn-north-1:000011112222:AB12C",
        "AB12C",
        "",
    ] {
        refused_at_once(&post(notification(&json!({ "TopicArn": arn })))).await;
    }
}

#[tokio::test]
async fn raw_delivery_is_forged() {
    let header = "x-amz-sns-rawdelivery";
    let signed = post(notification(&json!({}))).with(header, Some("true"));
    refused_at_once(&signed).await;
    let bare = Post {
        body: crate::sns::message(&json!({})).to_string().into_bytes(),
        ..signed
    };
    refused_at_once(&bare).await;
    refused_at_once(&bare.clone().with(header, None)).await;
    refused_at_once(&post(confirmation(&json!({}))).with(header, Some("true"))).await;
}

#[tokio::test]
async fn a_header_that_names_another_type_is_forged() {
    let header = "x-amz-sns-message-type";
    let post = post(notification(&json!({})));
    refused_at_once(&post.clone().with(header, Some("SubscriptionConfirmation"))).await;
    refused_at_once(&post.clone().with(header, None)).await;
    let mut both = post;
    both.headers
        .push((header.to_owned(), "UnsubscribeConfirmation".to_owned()));
    refused_at_once(&both).await;
}

#[tokio::test]
async fn headers_count_in_any_case_and_the_topic_in_one_does_not() {
    let scene = Scene::set().await;
    let plain = post(notification(&json!({})));
    let told = scene.told(&plain).await;
    let other = plain
        .with("x-amz-sns-message-type", None)
        .with("X-Amz-Sns-Message-Type", Some("Notification"))
        .with("x-amz-sns-topic-arn", Some(OTHER_TOPIC));
    assert_eq!(scene.told(&other).await, told);
}

#[tokio::test]
async fn what_is_no_message_of_sns_is_forged() {
    let headers = post(notification(&json!({}))).headers;
    for body in ["", "{not json", "[]", "null", "{}", "\u{FEFF}{}"] {
        let post = Post {
            headers: headers.clone(),
            body: body.as_bytes().to_vec(),
        };
        refused_at_once(&post).await;
    }
    refused_at_once(&post(notification(&json!({"Type": "Announcement"})))).await;
    refused_at_once(&post(notification(&json!({"MessageId": null})))).await;
    let twice = signed_by(&AMAZON, notification(&json!({}))).to_string();
    let twice = twice.replacen('{', &format!("{{\"TopicArn\":\"{OTHER_TOPIC}\","), 1);
    refused_at_once(&Post {
        headers,
        body: twice.into_bytes(),
    })
    .await;
}

#[tokio::test]
async fn a_topic_that_is_not_pinned_is_refused_and_no_certificate_is_fetched() {
    let elsewhere = format!("https://sns.eu-west-1.amazonaws.com{FILE}");
    for (arn, address) in [
        (OTHER_TOPIC, format!("{HOST}{FILE}")),
        (
            "arn:aws:sns:us-east-1:000011112222:ZZ99Z",
            format!("{HOST}{FILE}"),
        ),
        (
            "arn:aws:sns:us-east-1:999988887777:AB12C",
            format!("{HOST}{FILE}"),
        ),
        ("arn:aws:sns:eu-west-1:000011112222:AB12C", elsewhere),
    ] {
        let changes = json!({ "TopicArn": arn, "SigningCertURL": address });
        let scene = Scene::set().await;
        let read = scene.receive(&post(notification(&changes))).await;
        assert_eq!(read, Err(NotificationError::Forged), "{arn}");
        assert_eq!(scene.amazon.count(Call::Certificate), 0);
    }
    let nothing_pinned = json!({"topicArns": null});
    let post = post(notification(&json!({})));
    let read = Scene::set().await.receive_by(&nothing_pinned, &post).await;
    assert_eq!(read, Err(NotificationError::Forged));
}

/// Whatever a stranger sends under a topic of their own, nobody asks for it again.
#[tokio::test]
async fn a_confirmation_of_another_topic_is_never_a_doubt() {
    let scene = Scene::set().await;
    let foreign = post(confirmation_of(OTHER_TOPIC, &json!({})));
    for reply in [
        Reply::new(404, ""),
        Reply::new(503, ""),
        Reply::new(200, "garbage"),
    ] {
        scene.amazon.replies(Call::Certificate, [reply]);
        let read = scene.receive(&foreign).await;
        assert_eq!(read, Err(NotificationError::Forged));
    }
    let unreachable = json!({"snsHost": "http://localhost:1"});
    let read = scene.receive_by(&unreachable, &foreign).await;
    assert_eq!(read, Err(NotificationError::Forged));
    for time in ["2026-11-20T15:00:00Z", "soon"] {
        let scene = Scene::set().await;
        let odd = confirmation_of(OTHER_TOPIC, &json!({ "Timestamp": time }));
        let read = scene.receive(&post(odd)).await;
        assert_eq!(read, Err(NotificationError::Forged), "{time}");
    }
}

/// What a stranger can have signed gets the same answers from a broadcaster who doesn't use Amazon.
#[tokio::test]
async fn where_amazon_is_not_configured_all_is_read_as_of_a_stranger() {
    use domain::{Environment, Store};
    for environment in [Environment::Production, Environment::Sandbox] {
        for local_stack in [false, true] {
            let rules = domain::ConfigRules { local_stack };
            let nobody = stores::StoreConfig::unconfigured(Store::Amazon, environment, &rules);
            let nobody = nobody.unwrap();
            assert!(!nobody.pins(TOPIC));
            let Post { headers, body } = post(notification(&json!({})));
            let context = stores::ConnectorContext::new().unwrap();
            let read = nobody.read_notification(&context, &headers, &body, crate::scene::now());
            assert_eq!(read.await, Err(NotificationError::Forged));
        }
    }
    for store in [Store::Vizio, Store::Android, Store::Apple, Store::Stripe] {
        let rules = domain::ConfigRules::default();
        let of = stores::StoreConfig::unconfigured(store, Environment::Production, &rules);
        assert!(of.is_none(), "{store}");
    }
}

#[tokio::test]
async fn another_app_is_another_application() {
    let post = telling(&json!({"appPackageName": "com.example.foreign"}));
    let read = Scene::set().await.receive(&post).await;
    assert_eq!(read, Err(NotificationError::OtherApplication));
}

async fn sent_at(time: &str, changes: &Value) -> Result<Received, NotificationError> {
    let post = post(notification(&json!({ "Timestamp": time })));
    Scene::set().await.receive_by(changes, &post).await
}

#[tokio::test]
async fn what_is_older_than_two_hours_is_forged() {
    let usual = json!({});
    assert!(sent_at("2026-11-20T10:00:00.000Z", &usual).await.is_ok());
    let old = sent_at("2026-11-20T09:59:59.999Z", &usual).await;
    assert_eq!(old, Err(NotificationError::Forged));
    let patient = json!({"maxAgeSeconds": 10_800});
    assert!(sent_at("2026-11-20T09:00:00Z", &patient).await.is_ok());
    assert!(sent_at("2026-11-20T08:59:59Z", &patient).await.is_err());
}

#[tokio::test]
async fn what_is_of_the_future_or_of_no_time_is_a_doubt() {
    let usual = json!({});
    assert!(sent_at("2026-11-20T12:15:00.000Z", &usual).await.is_ok());
    for time in ["2026-11-20T12:15:00.001Z", "2026-11-20T15:00:00Z", "soon"] {
        let read = sent_at(time, &usual).await;
        assert!(is_doubt(&read), "{time}: {read:?}");
    }
}

#[tokio::test]
async fn a_replay_reads_the_same_and_has_the_same_id() {
    let scene = Scene::set().await;
    let post = post(notification(&json!({})));
    let first = scene.told(&post).await;
    assert_eq!(scene.told(&post).await, first);
}

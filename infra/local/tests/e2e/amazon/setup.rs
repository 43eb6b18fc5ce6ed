//! What has to be configured, and how a broadcaster finds out what is wrong with it.

use local_stack::broadcaster::Broadcaster;
use local_stack::customer_key::CustomerKey;
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::amazon::Amazon;
use store_simulator::{Faults, LookupFault};

use super::Scene;
use crate::configuration::refused;
use crate::story::{stack, unique};

const PATH: &str = "/v1/stores/amazon";

#[tokio::test]
async fn what_goes_in_never_comes_out_and_what_is_wrong_is_named() {
    let scene = Scene::new().await;
    let broadcaster = &scene.broadcaster;

    let shown = scene.shown().await;

    for (field, set) in [
        ("sharedSecret", true),
        ("topicArns", true),
        ("certificateIssuers", false),
    ] {
        assert_eq!(shown["fieldsSet"][field], set, "{field}");
    }
    let urls = shown["notificationUrls"].as_array().unwrap();
    assert_eq!(urls.len(), 1, "{urls:?}");
    let url = urls[0].as_str().unwrap();
    assert!(url.ends_with(&broadcaster.amazon_address()), "{url}");
    assert!(
        !shown
            .to_string()
            .contains(&broadcaster.secret::<Amazon>("sharedSecret"))
    );
    let right = broadcaster.amazon_store(&json!({})).unwrap();
    let put = broadcaster.call(Method::PUT, PATH, Some(&right));
    assert_eq!(put.await.unwrap().body, shown);

    for (field, wrong) in [
        ("sharedSecret", json!(null)),
        ("packageNames", json!([])),
        ("packageNames", json!(["tv example"])),
        ("topicArns", json!(["AB12C"])),
        (
            "topicArns",
            json!("arn:aws:sns:us-east-1:000011112222:AB12C"),
        ),
        ("leastSignatureVersion", json!("3")),
        ("maxAgeSeconds", json!(60)),
        ("certificateIssuers", json!(["-----BEGIN NOTHING-----"])),
        ("apiBaseUrl", json!("http://store.example")),
        ("snsHost", json!("http://sns.example")),
        ("developerSecret", json!("x")),
    ] {
        let body = broadcaster.amazon_store(&json!({field: wrong})).unwrap();
        let (status, code, message) = refused(broadcaster, Method::PUT, PATH, Some(&body)).await;
        assert_eq!((status, code.as_str()), (400, "REQ0001"), "{message}");
        assert!(message.contains(field), "{field}: {message}");
        assert!(!message.contains(&broadcaster.secret::<Amazon>("sharedSecret")));
    }
    assert_eq!(scene.shown().await, shown, "nothing wrong was taken");

    let key = CustomerKey::generate().unwrap();
    let id = unique().to_string();
    let bare = Broadcaster::create_bare(&stack(), &id, &key, &json!({}))
        .await
        .unwrap();
    assert_eq!(refused(&bare, Method::GET, PATH, None).await.0, 404);
    let receipt = scene
        .bought(local_stack::broadcaster::amazon::MONTHLY)
        .await;
    let limit = crate::story::SOON;
    let outcome = bare.claim_amazon("ada", &receipt, limit).await.unwrap();
    assert_eq!(outcome["error"]["code"], "NOT_CONFIGURED");
}

/// What the check found of each thing that it tried.
async fn found(scene: &Scene) -> Vec<(String, Value, String)> {
    let path = format!("{PATH}/check");
    let checked = scene.broadcaster.call(Method::POST, &path, None);
    let checked = checked.await.unwrap();
    assert_eq!(checked.status, 200, "{checked:?}");
    assert_eq!(checked.body["environment"], "sandbox");
    let secret = &scene.broadcaster.secret::<Amazon>("sharedSecret");
    assert!(!checked.body.to_string().contains(secret));
    let findings = checked.body["findings"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    findings
        .map(|one| {
            (
                text(&one["tried"]),
                one["ok"].clone(),
                text(&one["message"]),
            )
        })
        .collect()
}

#[tokio::test]
async fn a_check_tells_what_is_missing() {
    let scene = Scene::new().await;
    let of = |found: &[(String, Value, String)], what: &str| {
        let one = found.iter().find(|(tried, ..)| tried == what);
        one.cloned().unwrap()
    };

    let good = found(&scene).await;
    assert_eq!(of(&good, "environment").1, true);
    assert_eq!(of(&good, "notifications").1, true);
    // The cloud sandbox takes any secret.
    assert_eq!(of(&good, "credentials").1, json!(null), "{good:?}");

    let refusing = Faults {
        lookup: vec![LookupFault::status(496)],
        ..Faults::default()
    };
    scene.store().set_faults(&refusing).await.unwrap();
    scene.configured(json!({"topicArns": null})).await;
    let bad = found(&scene).await;
    let (_, ok, message) = of(&bad, "credentials");
    assert!(ok == false && message.contains("sharedSecret"), "{message}");
    let (_, ok, message) = of(&bad, "notifications");
    assert!(ok == false && message.contains("topicArns"), "{message}");

    let away = Faults {
        lookup: vec![LookupFault::status(500)],
        ..Faults::default()
    };
    scene.store().set_faults(&away).await.unwrap();
    assert_eq!(of(&found(&scene).await, "credentials").1, json!(null));
}

//! What has to be configured, and how a broadcaster finds out what is wrong with it.

use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::amazon::Amazon;
use store_simulator::{Faults, LookupFault};

use super::Scene;

const PATH: &str = "/v1/stores/amazon";

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

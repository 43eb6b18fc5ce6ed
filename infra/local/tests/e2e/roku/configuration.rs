//! The store's credentials: they go in, are tried, and never come out.

use local_stack::broadcaster::MONTHLY_OFFER;
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::roku::Roku;

use super::Scene;
use crate::configuration::refused;

const PATH: &str = "/v1/stores/roku";

#[tokio::test]
async fn the_key_goes_in_is_tried_and_never_comes_out() {
    let scene = Scene::new().await;
    let broadcaster = &scene.broadcaster;

    let shown = broadcaster.call(Method::GET, PATH, None).await.unwrap();

    assert_eq!(shown.body["fieldsSet"]["apiKeys"], true);
    assert_eq!(shown.body["fieldsSet"]["freshTransaction"], false);
    let urls = shown.body["notificationUrls"].as_array().unwrap();
    let ours = format!("/roku/notifications/broadcasters/{}", broadcaster.id);
    for (url, path) in urls.iter().zip([ours, broadcaster.roku_address()]) {
        assert!(url.as_str().unwrap().ends_with(&path), "{url}");
    }
    assert_eq!(urls.len(), 2);
    assert!(
        !shown
            .body
            .to_string()
            .contains(&broadcaster.secret::<Roku>("apiKey"))
    );

    for (setting, value) in [
        ("apiKeys", Value::Null),
        ("apiKeys", json!(["short"])),
        ("channelIds", json!([])),
        ("freshTransaction", json!("newest")),
        ("apiBaseUrl", json!("http://store.example")),
        ("timeoutSeconds", json!(0)),
        ("colour", json!("red")),
    ] {
        let mut store = json!({"apiKeys": ["12345678"], "channelIds": ["712345"]});
        store[setting] = value;
        let (status, _, message) = refused(broadcaster, Method::PUT, PATH, Some(&store)).await;
        assert_eq!(status, 400, "{store}");
        assert!(message.contains(setting), "{store}: {message}");
    }

    let path = format!("{PATH}/check");
    let check = async || {
        let answer = broadcaster.call(Method::POST, &path, None).await.unwrap();
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(
            !answer
                .body
                .to_string()
                .contains(&broadcaster.secret::<Roku>("apiKey"))
        );
        answer.body
    };
    let found = |report: &Value, number: usize| {
        let finding = &report["findings"][number];
        let message = finding["message"].as_str().unwrap().to_owned();
        (finding["tried"].clone(), finding["ok"].clone(), message)
    };

    let good = check().await;
    assert_eq!(good["ok"], true, "{good}");
    assert_eq!(found(&good, 0).0, "credentials");
    assert_eq!(found(&good, 1).0, "notifications");

    let withdrawn = uuid::Uuid::new_v4().to_string();
    broadcaster.confidential.note(&withdrawn).unwrap();
    let changed = json!({
        "apiKeys": [withdrawn, broadcaster.secret::<Roku>("apiKey")],
        "keysUrl": format!("{}/nothing", broadcaster.roku().service_url()),
    });
    broadcaster.configure_roku(&changed).await.unwrap();
    let bad = check().await;
    assert_eq!(bad["ok"], false, "{bad}");
    let (_, first, message) = found(&bad, 0);
    assert_eq!(first, false, "{bad}");
    assert!(message.contains("first key"), "{message}");
    assert_eq!(found(&bad, 1).1, true, "{bad}");
    let (tried, keys, message) = found(&bad, 2);
    assert_eq!(tried, "notifications");
    assert_ne!(keys, true, "{message}");

    // In the middle of a change of keys everything goes on.
    scene.subscribed("ada").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}

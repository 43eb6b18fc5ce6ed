//! What neither a log nor an error may show.

use serde_json::json;

use crate::google::{Call, Reply};
use crate::keys::{ACCOUNT, NEXT_PUSH, PUSH};
use crate::log::Log;
use crate::scene::{
    OLD_TOKEN, ORDER, Scene, TOKEN, bearer, claims, locator, now, purchase, renewed, state,
};

/// Nothing of this may be shown anywhere.
fn hidden(scene: &Scene) -> Vec<String> {
    let key = ACCOUNT.pem.lines().nth(1).unwrap();
    let push_token = PUSH.sign(&claims(&json!({})));
    let signature = push_token.rsplit('.').next().unwrap();
    [
        TOKEN,
        OLD_TOKEN,
        ORDER,
        "ya29",
        key,
        signature,
        "ada@example.test",
        &scene.google.address,
    ]
    .map(str::to_owned)
    .into()
}

#[tokio::test]
async fn no_error_and_no_log_shows_a_secret_or_a_purchase() {
    let log = Log::begin();
    let scene = Scene::set().await;
    let mut shown = Vec::new();

    for (status, reason) in [
        (400, TOKEN),
        (401, "authError"),
        (403, ORDER),
        (404, "notFound"),
        (500, TOKEN),
        (200, TOKEN),
    ] {
        scene
            .google
            .replies(Call::Get, [Reply::refusal(status, reason)]);
        let error = scene.look().await.unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    let unreadable = json!({"linkedPurchaseToken": format!("{OLD_TOKEN}\n"), "startTime": ORDER});
    scene
        .google
        .replies(Call::Get, [Reply::json(&purchase(&unreadable))]);
    let error = scene.look().await.unwrap_err();
    shown.push(format!("{error} {error:?}"));

    let person = json!({"linkedPurchaseToken": OLD_TOKEN,
        "subscribeWithGoogleInfo": {"emailAddress": "ada@example.test"}});
    scene
        .google
        .replies(Call::Get, [Reply::json(&purchase(&person))]);
    shown.push(format!("{:?}", scene.look().await.unwrap()));
    shown.push(format!("{:?} {:?}", scene.context, locator()));

    scene
        .google
        .replies(Call::Acknowledge, [Reply::refusal(400, TOKEN)]);
    let due = state(&json!({"acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING"}));
    let config = scene.config(&json!({}));
    config
        .acknowledge(&scene.context, &locator(), &due)
        .await
        .unwrap();

    let body = renewed().to_string();
    scene.google.replies(Call::Keys, [Reply::new(503, TOKEN)]);
    for key in [&*PUSH, &*NEXT_PUSH] {
        let headers = bearer(&key.sign(&claims(&json!({}))));
        let read = config.read_notification(&scene.context, &headers, body.as_bytes(), now());
        shown.push(format!("{:?}", read.await));
    }
    let config = scene.config(&json!({"apiBaseUrl": "http://localhost:1"}));
    let error = scene.look_by(&config).await.unwrap_err();
    shown.push(format!("{error} {error:?}"));

    let ours = log.ours();
    assert!(
        ours.iter().any(|line| line.contains("authError")),
        "{ours:?}"
    );
    shown.extend(ours);
    for hidden in hidden(&scene) {
        for text in &shown {
            assert!(!text.contains(&hidden), "{text}");
        }
    }
}

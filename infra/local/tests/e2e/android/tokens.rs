//! The token that Google signs and sends with each notification.

use local_stack::broadcaster::{MONTHLY_OFFER, MONTHLY_PRODUCT};
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::android::model::Action;
use store_simulator::android::{CustomPush, SignWith};

use super::Scene;
use crate::story::{SOON, broadcaster, eventually, seconds};

/// How a notification is answered that would end the subscription if it were believed.
async fn answer_to(scene: &Scene, push: CustomPush) -> Option<u16> {
    let sent = scene.store().notify(&push).await.unwrap();
    let deliveries = scene.delivered().await;
    let mine = |id: &str| id == sent.message_id;
    let record = deliveries.iter().find(|one| mine(&one.notification_id));
    record.unwrap().attempts[0].status
}

#[tokio::test]
async fn each_wrong_token_is_refused() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    let once = json!({"deliveryAttempts": 1});
    scene.store().reconfigure(&once).await.unwrap();
    let asked = scene.times_asked(&token).await;
    let push = || CustomPush::of_type(13, token.as_str());
    let long_ago = jiff::Timestamp::now().as_second() - 7_200;
    let claims: [(&str, &str, Value); 8] = [
        (
            "another audience",
            "aud",
            json!("https://example.com/other"),
        ),
        ("no audience", "aud", Value::Null),
        (
            "several audiences",
            "aud",
            json!(["https://example.com/play"]),
        ),
        ("another sender", "email", json!("somebody@example.com")),
        ("no sender", "email", Value::Null),
        (
            "a sender that is not verified",
            "email_verified",
            json!(false),
        ),
        (
            "another issuer",
            "iss",
            json!("https://accounts.example.com"),
        ),
        ("a token that has expired", "exp", json!(long_ago)),
    ];
    for (what, claim, value) in claims {
        let answer = answer_to(&scene, push().with_claim(claim, value)).await;
        assert_eq!(answer, Some(401), "{what}");
    }
    for sign_with in [
        SignWith::UnknownKey,
        SignWith::WrongKey,
        SignWith::AlgNone,
        SignWith::None,
    ] {
        let answer = answer_to(&scene, push().signed_with(sign_with)).await;
        assert_eq!(answer, Some(401), "{sign_with:?}");
    }
    assert_eq!(scene.times_asked(&token).await, asked);

    // The same notification with the right token is taken.
    assert_eq!(answer_to(&scene, push()).await, Some(200));
}

#[tokio::test]
async fn nobody_can_tell_a_wrong_token_from_an_unknown_broadcaster() {
    let scene = Scene::new().await;
    let unsold = broadcaster().await;
    let mut answers = Vec::new();
    for id in [&scene.broadcaster.id, &unsold.id, "1"] {
        let path = format!("/android/notifications/broadcasters/{id}");
        let request = unsold.api.request(Method::POST, &path).body("{}");
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let mut body: Value = answer.json().await.unwrap();
        body["correlationId"] = Value::Null;
        answers.push((status, body));
    }
    assert_eq!(answers[0].0, 401);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[tokio::test]
async fn a_key_rotation_in_the_middle_of_traffic_loses_nothing() {
    let scene = Scene::new().await;
    let mut tokens = Vec::new();
    for customer in ["ada", "bob", "cyd"] {
        tokens.push((customer, scene.subscribed(customer).await));
    }
    for keep_old in [true, false, true] {
        for (_, token) in &tokens {
            scene.happens(token, Action::Renew).await;
        }
        scene.store().rotate_keys(keep_old).await.unwrap();
    }
    for (_, token) in &tokens {
        scene.happens(token, Action::Cancel).await;
    }

    let counts = scene.store().flush(SOON).await.unwrap();
    assert_eq!((counts.delivered, counts.failed), (12, 0), "{counts:?}");
    for (customer, token) in &tokens {
        let state = scene.is(customer, "cancelled").await;
        let expiry = scene.store().purchase(token).await.unwrap().expiry();
        assert_eq!(seconds(&state["periodEnd"]), expiry.unwrap().as_second());
        assert!(scene.may_watch(customer, MONTHLY_OFFER).await);
    }
}

#[tokio::test]
async fn what_was_refused_while_misconfigured_comes_again() {
    let scene = Scene::new().await;
    let token = scene.subscribed("ada").await;
    let patient = json!({"deliveryAttempts": 8, "firstBackoffMillis": 200});
    scene.store().reconfigure(&patient).await.unwrap();
    let elsewhere = json!({"pushAudience": "https://example.com/before-it-was-moved"});
    scene.configured(elsewhere).await;

    scene.happens(&token, Action::Cancel).await;
    eventually("it is refused", async || {
        let calls = scene.store().calls().await.unwrap();
        let last = calls.deliveries.last()?;
        (last.attempts.first()?.status == Some(401)).then_some(())
    })
    .await;
    scene.configured(json!({})).await;

    scene.is("ada", "cancelled").await;
}

#[tokio::test]
async fn without_an_audience_no_notification_is_believed() {
    let scene = Scene::new().await;
    let neither = json!({"pushAudience": null, "pushServiceAccount": null});
    scene.configured(neither).await;
    let once = json!({"deliveryAttempts": 1});
    scene.store().reconfigure(&once).await.unwrap();
    let token = scene.bought(MONTHLY_PRODUCT).await;

    let answer = answer_to(&scene, CustomPush::of_type(4, token.as_str())).await;

    assert_eq!(answer, Some(401));
}

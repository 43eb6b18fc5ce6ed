//! Pushes that no action causes, genuine and forged.

use jiff::Timestamp;
use serde_json::{Value, json};
use store_simulator::android::{CustomPush, SignWith};

use crate::{PACKAGE, scene::Scene};

#[tokio::test]
async fn any_number_can_be_pushed_for_any_token() {
    let scene = Scene::set().await;
    let received = scene.pushed(&CustomPush::of_type(99, "unheard-of")).await;
    let content = &received.notification()["subscriptionNotification"];
    let expected = json!({"version": "1.0", "notificationType": 99, "purchaseToken": "unheard-of"});
    assert_eq!(*content, expected);
    assert!(scene.verified_claims(&received).await.is_some());
}

#[tokio::test]
async fn tests_voids_and_whole_notifications_can_be_pushed() {
    let scene = Scene::set().await;
    let test = scene.pushed(&CustomPush::test()).await.notification();
    assert_eq!(test["testNotification"], json!({"version": "1.0"}));
    assert_eq!(test["packageName"], PACKAGE);

    let content =
        json!({"purchaseToken": "a", "orderId": "GPA.1", "productType": 1, "refundType": 1});
    let voided = CustomPush {
        voided: Some(content.clone()),
        ..CustomPush::default()
    };
    let voided = scene.pushed(&voided).await.notification();
    assert_eq!(voided["voidedPurchaseNotification"], content);

    let raw = json!({"packageName": "com.example.unheard-of"});
    assert_eq!(
        scene
            .pushed(&CustomPush::raw(raw.clone()))
            .await
            .notification(),
        raw
    );
}

#[tokio::test]
async fn the_body_and_the_message_id_can_be_given() {
    let scene = Scene::set().await;
    let broken = CustomPush {
        body: Some("{not json".to_owned()),
        ..CustomPush::default()
    };
    assert_eq!(scene.pushed(&broken).await.body, "{not json");
    let numbered = CustomPush {
        message_id: Some("13900000000000001".to_owned()),
        ..CustomPush::test()
    };
    assert_eq!(
        scene.pushed(&numbered).await.message_id(),
        "13900000000000001"
    );
}

#[tokio::test]
async fn claims_can_differ_or_be_missing() {
    let scene = Scene::set().await;
    let custom = CustomPush::test()
        .with_claim("email", json!("other@example.com"))
        .with_claim("email_verified", Value::Null);
    let claims = scene.pushed(&custom).await;
    let claims = scene.verified_claims(&claims).await.unwrap();
    assert_eq!(claims["email"], "other@example.com");
    assert!(claims.get("email_verified").is_none());

    for (claim, value) in [
        ("aud", json!("https://other.example.com")),
        ("iss", json!("https://other.example.com")),
        ("exp", json!(Timestamp::now().as_second() - 3_600)),
    ] {
        let received = scene
            .pushed(&CustomPush::test().with_claim(claim, value))
            .await;
        assert!(scene.verified_claims(&received).await.is_none(), "{claim}");
    }
}

#[tokio::test]
async fn tokens_can_be_signed_by_others_or_by_nobody() {
    let scene = Scene::set().await;
    let right = scene.pushed(&CustomPush::test()).await;
    let with = async |sign_with| {
        scene
            .pushed(&CustomPush::test().signed_with(sign_with))
            .await
    };

    let unknown = with(SignWith::UnknownKey).await;
    assert!(scene.published_keys().await.find(&unknown.kid()).is_none());
    let wrong = with(SignWith::WrongKey).await;
    assert_eq!(wrong.kid(), right.kid());
    assert!(scene.verified_claims(&wrong).await.is_none());
    let unsigned = with(SignWith::AlgNone).await;
    assert!(unsigned.token().ends_with('.'));
    let bare = with(SignWith::None).await;
    assert!(bare.headers.get("authorization").is_none());
}

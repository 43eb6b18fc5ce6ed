//! What is made of a proven notification.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::Store;
use serde_json::{Value, json};
use stores::{Ignored, NotificationError, Received, store_of_route};

use crate::keys::PUSH;
use crate::scene::{LATER, Scene, claims, claims_of, message, now, renewed};

async fn receive(claims: &Value) -> Result<Received, NotificationError> {
    Scene::set().await.receive(&PUSH.sign(claims)).await
}

async fn receive_text(text: &str) -> Result<Received, NotificationError> {
    receive(&claims(text, &json!({}))).await
}

fn unreadable(what: &str) -> Result<Received, NotificationError> {
    Err(NotificationError::Unreadable(what.to_owned()))
}

#[tokio::test]
async fn a_message_about_a_channel_that_is_not_configured_is_accepted_and_forgotten() {
    for channel in [json!("999999"), json!(999_999)] {
        let other = message("Sale", &json!({ "channelId": channel }));
        let read = receive(&claims_of(&other)).await;
        assert_eq!(read, Ok(Received::Ignored(Ignored::OtherChannel)));
    }
}

/// The look-up by the broadcaster's own key decides.
#[tokio::test]
async fn a_message_that_names_no_channel_leads_to_a_look() {
    let bare = message("Sale", &json!({"channelId": null}));
    let read = receive(&claims_of(&bare)).await;
    assert!(matches!(read, Ok(Received::About(_))), "{read:?}");
}

#[tokio::test]
async fn a_kind_is_known_whatever_its_capitals() {
    for (kind, read) in [
        ("SALE", "Sale"),
        ("onholdrecovered", "OnHoldRecovered"),
        ("Frozen", "Frozen"),
    ] {
        let received = receive(&claims_of(&message(kind, &json!({})))).await;
        let Ok(Received::About(about)) = received else {
            panic!("{received:?}");
        };
        assert_eq!(about.kind, read);
        assert_eq!(about.locator.details["told"], read);
    }
    let credit = receive(&claims_of(&message("credit", &json!({})))).await;
    assert_eq!(credit, Ok(Received::Ignored(Ignored::ServiceCredit)));
}

#[tokio::test]
async fn other_types_of_messages_are_accepted_and_forgotten() {
    let text = message("Sale", &json!({})).to_string();
    for (kind, word) in [
        ("roku.invalidate_public_keys", Ignored::KeysInvalidated),
        ("roku.other", Ignored::OtherTypeOfMessage),
        ("", Ignored::OtherTypeOfMessage),
    ] {
        let read = receive(&claims(&text, &json!({ "x-Roku-message-type": kind }))).await;
        assert_eq!(read, Ok(Received::Ignored(word)));
    }
    let untyped = receive(&claims(&text, &json!({"x-Roku-message-type": null}))).await;
    assert!(matches!(untyped, Ok(Received::About(_))));
}

#[tokio::test]
async fn any_text_is_a_test_message() {
    for text in [
        "hello",
        "",
        "{",
        "{x}",
        "\"hello\"",
        "42",
        "[1]",
        "null",
        "héllo",
    ] {
        assert_eq!(
            receive_text(text).await,
            Ok(Received::Ignored(Ignored::TestMessage)),
            "{text}"
        );
    }
}

#[tokio::test]
async fn what_is_proven_and_broken_is_unreadable() {
    let cut_off = message("Sale", &json!({})).to_string();
    let cut_off = &cut_off[..cut_off.len() - 5];
    assert_eq!(
        receive_text(cut_off).await,
        unreadable("its message is not JSON")
    );
    for (changes, what) in [
        (json!({"x-Roku-message": null}), "it has no x-Roku-message"),
        (json!({"x-Roku-message": 7}), "it has no x-Roku-message"),
        (
            json!({"x-Roku-message": "no base64!"}),
            "its message is not Base64",
        ),
        (
            json!({"x-Roku-message": STANDARD.encode([0xFF, 0xFE])}),
            "its message is not text",
        ),
    ] {
        assert_eq!(
            receive(&claims("", &changes)).await,
            unreadable(what),
            "{changes}"
        );
    }
    let original = "its originalTransactionId has an unknown form";
    for (changes, what) in [
        (
            json!({"transactionType": null}),
            "it has no transactionType",
        ),
        (
            json!({"transactionId": null, "originalTransactionId": null}),
            "it has no originalTransactionId",
        ),
        (
            json!({"transactionId": "a b"}),
            "its transactionId has an unknown form",
        ),
        (json!({"originalTransactionId": "a\nb"}), original),
        (json!({"originalTransactionId": "x".repeat(1025)}), original),
    ] {
        let read = receive(&claims_of(&message("Sale", &changes))).await;
        assert_eq!(read, unreadable(what), "{changes}");
    }
}

#[tokio::test]
async fn the_id_is_rokus_key_of_the_message() {
    let id = |changes: Value| async move {
        let text = message("Sale", &json!({})).to_string();
        match receive(&claims(&text, &changes)).await.unwrap() {
            Received::About(about) => about.id,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(id(json!({})).await, "rm-0001");
    let long = "x".repeat(255);
    assert_eq!(id(json!({ "x-Roku-message-key": long })).await, long);
    for hashed in [
        json!("x".repeat(256)),
        json!("a\nb"),
        json!(""),
        json!(null),
    ] {
        assert_eq!(id(json!({ "x-Roku-message-key": hashed })).await.len(), 64);
    }
}

#[tokio::test]
async fn without_a_key_the_id_is_what_makes_one_message_differ_from_another() {
    let scene = Scene::set().await;
    let without_key = |changes: &Value| {
        let text = message("Sale", changes).to_string();
        claims(&text, &json!({"x-Roku-message-key": null}))
    };
    let mut ids = Vec::new();
    for changes in [
        json!({}),
        json!({"price": 1}),
        json!({"transactionType": "Refund"}),
        json!({"transactionId": "another"}),
        json!({"eventDate": "2026-11-20T11:59:59Z"}),
        json!({"responseKey": "another"}),
    ] {
        let body = PUSH.sign(&without_key(&changes));
        let Received::About(about) = scene.receive(&body).await.unwrap() else {
            panic!("it is about a purchase");
        };
        ids.push(about.id);
    }
    assert_eq!(ids[0], ids[1]);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 5);
}

#[tokio::test]
async fn the_same_notification_again_is_read_the_same() {
    let scene = Scene::set().await;
    let first = scene.receive(&renewed()).await;
    assert!(first.is_ok());
    assert_eq!(scene.receive(&renewed()).await, first);
}

#[tokio::test]
async fn no_notification_asks_for_a_purchase() {
    let scene = Scene::set().await;
    scene.receive(&renewed()).await.unwrap();
    assert_eq!(scene.roku.asked().len(), scene.roku.asked_for_keys());
}

#[tokio::test]
async fn the_response_key_is_what_roku_reads_in_the_answer() {
    let scene = Scene::set().await;
    let config = scene.config(&json!({}));
    let reply = async |body: String| {
        let read = config.read_notification(&scene.context, &[], body.as_bytes(), now());
        read.await.unwrap().reply
    };
    let with = |changes: &Value| PUSH.sign(&claims_of(&message("Sale", changes)));
    assert_eq!(
        reply(with(&json!({}))).await,
        "c77e0a11-90d9-11f0-b3a2-0a58a9feac99"
    );
    assert_eq!(
        reply(format!("\n {} \n", with(&json!({})))).await,
        "c77e0a11-90d9-11f0-b3a2-0a58a9feac99"
    );
    assert_eq!(reply(with(&json!({"responseKey": LATER}))).await, LATER);
    let ignored = with(&json!({"channelId": "1", "responseKey": LATER}));
    assert_eq!(reply(ignored).await, LATER);
    for none in [
        json!(null),
        json!(7),
        json!(""),
        json!("a\nb"),
        json!("x".repeat(1025)),
    ] {
        let body = with(&json!({ "responseKey": none }));
        assert_eq!(reply(body).await, "", "{none}");
    }
    let test_message = PUSH.sign(&claims("hello", &json!({})));
    assert_eq!(reply(test_message).await, "");
}

#[test]
fn there_is_an_address_that_does_not_name_the_store() {
    let address = "/roku/push-notification/{publisherId}";
    assert_eq!(stores::profile(Store::Roku).legacy_route, Some(address));
    assert_eq!(store_of_route(address), Some(Store::Roku));
}

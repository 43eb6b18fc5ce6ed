//! What others could send in Roku's name.

use local_stack::broadcaster::MONTHLY_OFFER;
use serde_json::{Value, json};
use store_simulator::roku::model::{Action, Options};
use store_simulator::roku::{CustomPush, Damage, SignWith};

use super::Scene;
use crate::story::stack;

const DAY: i64 = 24 * 3600;

/// A notification of the cancellation, signed by everybody but Roku, or saying what Roku doesn't say.
fn forgeries(id: &str, channel: &str) -> Vec<(&'static str, CustomPush)> {
    let push = || CustomPush::of_type("Cancellation", id);
    let by = |signer| push().signed_with(signer);
    let broken = |damage| push().damaged(damage);
    let saying = |claim: &str, value: Value| push().with_claim(claim, value);
    let now = jiff::Timestamp::now().as_second();
    let unsigned = json!({
        "transactionType": "Cancellation", "transactionId": id, "originalTransactionId": id,
        "channelId": channel, "responseKey": id,
    });
    vec![
        ("a key that Roku does not publish", by(SignWith::UnknownKey)),
        ("another key under Roku's id", by(SignWith::WrongKey)),
        ("the key of the test stream", by(SignWith::TestKey)),
        ("the public key as a secret", by(SignWith::Hs256)),
        ("no signature", by(SignWith::None)),
        ("another algorithm", by(SignWith::Rs512)),
        ("a key at another address", by(SignWith::LinkedKey)),
        ("a key in the header", by(SignWith::EmbeddedKey)),
        ("no key id", push().without_kid()),
        ("two parts", broken(Damage::TwoParts)),
        ("four parts", broken(Damage::FourParts)),
        ("claims that are no Base64", broken(Damage::BrokenBase64)),
        ("a bit of the signature", broken(Damage::BrokenSignature)),
        ("another issuer", saying("iss", json!("Somebody, Inc."))),
        ("no issuer", saying("iss", Value::Null)),
        ("too old", saying("exp", json!(now - 5 * DAY))),
        ("no end", saying("exp", Value::Null)),
        ("of tomorrow", saying("nbf", json!(now + DAY))),
        ("the unsigned form", CustomPush::body(unsigned.to_string())),
        ("nothing", CustomPush::body("")),
    ]
}

#[tokio::test]
async fn each_forgery_is_refused_and_changes_nothing() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    let once = json!({"deliveryAttempts": 1});
    scene.store().reconfigure(&once).await.unwrap();
    // If one of them were believed, this would be found.
    let silently = Options::default().silently();
    scene.happens_with(&id, Action::Cancel, silently).await;
    let asked = scene.times_asked(&id).await;
    let forgeries = forgeries(&id, &scene.broadcaster.roku_channel());
    let mut sent = Vec::new();
    for (what, push) in &forgeries {
        let push = scene.store().notify(push).await.unwrap();
        sent.push((*what, push.message_key));
    }

    let deliveries = scene.delivered().await;

    for (what, key) in &sent {
        let mut mine = deliveries.iter().filter(|one| one.notification_id == *key);
        assert_eq!(mine.next().unwrap().attempts[0].status, Some(401), "{what}");
    }
    assert_eq!(scene.store().calls().await.unwrap().forged_jwks, 0);
    assert_eq!(scene.times_asked(&id).await, asked);
    assert_eq!(scene.subscription("ada").await["status"], "active");

    // The same from Roku is believed, and the rest of it was not needed.
    let genuine = CustomPush::of_type("Cancellation", id.as_str());
    scene.store().notify(&genuine).await.unwrap();
    scene.is("ada", "cancelled").await;
    scene.told(&id, &["new", "cancel"]).await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn where_the_keys_of_the_test_stream_are_configured_only_that_counts() {
    let scene = Scene::new().await;
    let roku = scene.store();
    let test_keys = json!({"keysUrl": roku.test_jwks_url()});
    scene.broadcaster.configure_roku(&test_keys).await.unwrap();
    let address = format!("{}{}", stack().api_url, scene.broadcaster.roku_address());
    let streams = json!({"testNotificationUrl": address, "deliveryAttempts": 1});
    roku.reconfigure(&streams).await.unwrap();
    let id = scene.subscribed("ada").await;

    roku.notify(&CustomPush::test("hello")).await.unwrap();
    scene.happens(&id, Action::Renew).await;

    scene.told(&id, &["new", "renew"]).await;
    scene.delivered().await;
    let calls = roku.calls().await.unwrap();
    let statuses = |sent: &[store_simulator::DeliveryRecord]| -> Vec<Option<u16>> {
        sent.iter().map(|one| one.attempts[0].status).collect()
    };
    assert_eq!(statuses(&calls.test_deliveries), [Some(200), Some(200)]);
    assert_eq!(statuses(&calls.deliveries), [Some(401)]);
}

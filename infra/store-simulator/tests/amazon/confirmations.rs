//! Confirmation and unsubscription of an address.

use serde_json::json;
use store_simulator::amazon::{CustomMessage, model::Action};

use crate::{
    receiver::{Received, Receiver},
    scene::Scene,
};

const TOPIC: &str = "arn:aws:sns:us-east-1:000011112222:AB12C";

impl Scene {
    async fn asked(&self) -> Received {
        self.store.ask_confirmation().await.unwrap();
        self.settle().await;
        self.receiver.received().pop().unwrap()
    }
}

fn text(received: &Received, field: &str) -> String {
    received.json()[field].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_confirmation_has_a_token_and_an_address_and_is_signed() {
    let scene = Scene::set().await;
    let received = scene.asked().await;
    assert_eq!(
        received.header("x-amz-sns-message-type"),
        "SubscriptionConfirmation"
    );
    assert!(received.headers.get("x-amz-sns-subscription-arn").is_none());
    assert_eq!(text(&received, "Type"), "SubscriptionConfirmation");
    let token = text(&received, "Token");
    let expected = format!(
        "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token={token}"
    );
    assert_eq!(text(&received, "SubscribeURL"), expected);
    assert!(text(&received, "Message").contains(TOPIC));
    assert!(scene.verifies(&received).await);
    let endpoint = scene.store.endpoint().await.unwrap();
    assert_eq!(endpoint.token, Some(token));
    assert!(!endpoint.confirmed);
}

#[tokio::test]
async fn a_visit_confirms() {
    let scene = Scene::set().await;
    let received = scene.asked().await;
    let answer = scene.visit(&text(&received, "SubscribeURL")).await;
    assert_eq!(answer.status(), 200);
    let endpoint = scene.store.endpoint().await.unwrap();
    let xml = answer.text().await.unwrap();
    let arn = format!(
        "<SubscriptionArn>{}</SubscriptionArn>",
        endpoint.subscription_arn
    );
    assert!(xml.starts_with("<ConfirmSubscriptionResponse") && xml.contains(&arn));
    assert!(endpoint.confirmed);
    assert_eq!(endpoint.confirmed_url, Some(scene.receiver.url()));
    assert_eq!(endpoint.confirmation_visits, 1);
    assert_eq!(scene.store.calls().await.unwrap().confirmations, 1);
}

#[tokio::test]
async fn so_does_the_token_in_the_console() {
    let scene = Scene::set().await;
    assert!(scene.store.enter_token("unheard-of").await.is_err());
    let token = text(&scene.asked().await, "Token");
    let endpoint = scene.store.enter_token(&token).await.unwrap();
    assert!(endpoint.confirmed);
    assert_eq!(endpoint.confirmation_visits, 0);
}

#[tokio::test]
async fn a_token_is_of_one_topic_and_good_for_two_days() {
    let scene = Scene::set().await;
    let url = text(&scene.asked().await, "SubscribeURL");
    let other_topic = url.replace("AB12C", "ZZ99Z");
    assert_eq!(scene.visit(&other_topic).await.status(), 400);
    let other_token = url.replace("Token=", "Token=0");
    assert_eq!(scene.visit(&other_token).await.status(), 400);
    scene.store.advance_clock(2 * 86_400 + 1).await.unwrap();
    assert_eq!(scene.visit(&url).await.status(), 400);
    let endpoint = scene.store.endpoint().await.unwrap();
    assert!(!endpoint.confirmed);
    assert_eq!(endpoint.confirmation_visits, 2);
}

#[tokio::test]
async fn where_it_is_required_nothing_else_is_sent_before() {
    let (scene, receipt) = Scene::bought().await;
    let required = json!({"requireConfirmation": true});
    scene.store.reconfigure(&required).await.unwrap();
    scene.does(&receipt, Action::Renew).await;
    assert_eq!(scene.settle().await.unaddressed, 1);
    let confirmation = scene.asked().await;
    scene.visit(&text(&confirmation, "SubscribeURL")).await;
    scene.does(&receipt, Action::Renew).await;
    scene.settle().await;
    assert_eq!(scene.receiver.received().len(), 2);
}

#[tokio::test]
async fn until_a_new_address_is_confirmed_the_old_one_receives() {
    let (scene, receipt) = Scene::bought().await;
    let required = json!({"requireConfirmation": true});
    scene.store.reconfigure(&required).await.unwrap();
    let confirmation = scene.asked().await;
    scene.visit(&text(&confirmation, "SubscribeURL")).await;

    let next = Receiver::start().await;
    let moved = json!({"notificationUrl": next.url()});
    scene.store.reconfigure(&moved).await.unwrap();
    scene.does(&receipt, Action::Renew).await;
    scene.store.ask_confirmation().await.unwrap();
    scene.settle().await;
    assert_eq!(scene.receiver.received().len(), 2);
    assert_eq!(next.received().len(), 1);
    scene
        .visit(&text(&next.received()[0], "SubscribeURL"))
        .await;
    scene.does(&receipt, Action::Renew).await;
    scene.settle().await;
    assert_eq!(next.received().len(), 2);
}

#[tokio::test]
async fn unsubscribing_is_told_and_silences_until_it_is_taken_back() {
    let (scene, receipt) = Scene::bought().await;
    scene.store.unsubscribe().await.unwrap();
    scene.settle().await;
    let told = scene.receiver.received().pop().unwrap();
    assert_eq!(text(&told, "Type"), "UnsubscribeConfirmation");
    assert!(scene.verifies(&told).await);
    let subscription = scene.store.endpoint().await.unwrap().subscription_arn;
    assert_eq!(told.header("x-amz-sns-subscription-arn"), subscription);
    scene.does(&receipt, Action::TurnAutoRenewOff).await;
    assert_eq!(scene.settle().await.unaddressed, 1);
    assert_eq!(
        scene.visit(&text(&told, "SubscribeURL")).await.status(),
        200
    );
    scene.does(&receipt, Action::TurnAutoRenewOn).await;
    scene.settle().await;
    assert_eq!(scene.receiver.received().len(), 2);
}

#[tokio::test]
async fn whoever_visits_the_unsubscribe_address_unsubscribes() {
    let (scene, receipt) = Scene::bought().await;
    let custom = CustomMessage::of_type("SUBSCRIPTION_RENEWED", &receipt);
    let url = text(&scene.sent(&custom).await, "UnsubscribeURL");
    assert_eq!(scene.visit(&url).await.status(), 200);
    scene.settle().await;
    let told = scene.receiver.received().pop().unwrap();
    assert_eq!(text(&told, "Type"), "UnsubscribeConfirmation");
    assert_eq!(scene.store.calls().await.unwrap().unsubscribes, 1);
    let other = url.replace("SubscriptionArn=", "SubscriptionArn=x");
    assert_eq!(scene.visit(&other).await.status(), 400);
}

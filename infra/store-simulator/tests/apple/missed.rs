//! Notification history, and test notifications.

use serde_json::{Value, json};
use store_simulator::{
    Chance, DeliveryFaults, Faults,
    apple::{
        CustomNotification, Forgery,
        model::{Action, Environment, NewPurchase, Options},
    },
};

use crate::{
    START,
    scene::{Scene, configuration, millis},
};

const PATH: &str = "/v1/notifications/history";

fn all() -> Value {
    json!({"startDate": millis(START) - 1_000, "endDate": millis("2027-01-15T00:00:00Z")})
}

fn with(more: &Value) -> Value {
    let mut body = all();
    let fields = body.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    body
}

impl Scene {
    /// Returns the entries of one page, each with its kind and the results of its attempts.
    async fn history(&self, body: &Value) -> Vec<(String, Vec<String>)> {
        let (status, answer) = self.post(PATH, body).await;
        assert_eq!(status, 200, "{answer}");
        let entries = answer["notificationHistory"].as_array().unwrap();
        let entries = entries.iter().map(|entry| {
            let told = self.opened(&entry["signedPayload"]);
            let attempts = entry["sendAttempts"].as_array().unwrap().iter();
            let results = attempts.map(|one| text(&one["sendAttemptResult"]));
            (text(&told["notificationType"]), results.collect())
        });
        entries.collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_notification_is_listed_with_its_attempts() {
    let scene = Scene::set().await;
    scene.receiver.answer_with(&[500]);
    scene.buy(&NewPurchase::of("premium")).await;
    scene.settle().await;
    let failed = "UNSUCCESSFUL_HTTP_RESPONSE_CODE".to_owned();
    let expected = ("SUBSCRIBED".to_owned(), vec![failed, "SUCCESS".to_owned()]);
    assert_eq!(scene.history(&all()).await, [expected]);
}

#[tokio::test]
async fn only_what_never_arrived_is_a_failure() {
    let (scene, id) = Scene::bought().await;
    scene.settle().await;
    let lost = Faults {
        delivery: DeliveryFaults {
            drop: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    scene.store.set_faults(&lost).await.unwrap();
    scene.act(&id, Action::Renew, &Options::default()).await;
    scene.store.clear_faults().await.unwrap();
    scene.receiver.answer_with(&[400; 6]);
    scene.act(&id, Action::Cancel, &Options::default()).await;
    scene.settle().await;
    let listed = scene.history(&with(&json!({"onlyFailures": true}))).await;
    let kinds: Vec<_> = listed.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["DID_RENEW", "DID_CHANGE_RENEWAL_STATUS"]);
    assert_eq!(listed[0].1, ["NO_RESPONSE"]);
    assert_eq!(listed[1].1.len(), 6);
    assert_eq!(scene.history(&all()).await.len(), 3);
}

#[tokio::test]
async fn it_is_told_in_pages() {
    let (scene, id) = Scene::bought().await;
    scene
        .store
        .reconfigure(&json!({"pageSize": 2}))
        .await
        .unwrap();
    for _ in 0..2 {
        scene.act(&id, Action::Cancel, &Options::default()).await;
        scene
            .act(&id, Action::Reactivate, &Options::default())
            .await;
    }
    scene.settle().await;
    let (mut path, mut sizes) = (PATH.to_owned(), Vec::new());
    loop {
        let (_, answer) = scene.post(&path, &all()).await;
        sizes.push(answer["notificationHistory"].as_array().unwrap().len());
        if answer["hasMore"] == false {
            assert!(answer.get("paginationToken").is_none());
            break;
        }
        path = format!(
            "{PATH}?paginationToken={}",
            text(&answer["paginationToken"])
        );
    }
    assert_eq!(sizes, [2, 2, 1]);
    let other = with(&json!({"onlyFailures": true}));
    for (path, body) in [
        (path.as_str(), &other),
        (&format!("{PATH}?paginationToken=x"), &all()),
    ] {
        let (status, answer) = scene.post(path, body).await;
        assert_eq!((status, &answer["errorCode"]), (400, &json!(4_000_014)));
    }
}

#[tokio::test]
async fn it_can_be_narrowed_to_a_type_or_to_a_customer() {
    let (scene, id) = Scene::bought().await;
    scene.buy(&NewPurchase::of("basic")).await;
    scene.act(&id, Action::Cancel, &Options::default()).await;
    scene.settle().await;
    let disabled = json!({"notificationType": "DID_CHANGE_RENEWAL_STATUS",
        "notificationSubtype": "AUTO_RENEW_DISABLED"});
    assert_eq!(scene.history(&with(&disabled)).await.len(), 1);
    let enabled = json!({"notificationType": "DID_CHANGE_RENEWAL_STATUS",
        "notificationSubtype": "AUTO_RENEW_ENABLED"});
    assert!(scene.history(&with(&enabled)).await.is_empty());
    let of_customer = json!({ "transactionId": id });
    assert_eq!(scene.history(&with(&of_customer)).await.len(), 2);
    let before = json!({"startDate": millis(START) - 9_000, "endDate": millis(START) - 1_000});
    assert!(scene.history(&before).await.is_empty());
}

#[tokio::test]
async fn a_wrong_question_is_refused() {
    let (scene, id) = Scene::bought().await;
    let early = millis(START) - 181 * 86_400_000;
    for (body, code) in [
        (json!({"endDate": 1}), 4_000_015),
        (json!({"startDate": 1}), 4_000_016),
        (with(&json!({"endDate": 1})), 4_000_013),
        (with(&json!({"startDate": early})), 4_000_012),
        (
            with(&json!({"transactionId": id, "notificationType": "TEST"})),
            4_000_019,
        ),
        (with(&json!({"transactionId": "GPA.1"})), 4_000_006),
        (json!("everything"), 4_000_000),
    ] {
        let (status, answer) = scene.post(PATH, &body).await;
        assert_eq!(
            (status, &answer["errorCode"]),
            (400, &json!(code)),
            "{body}"
        );
    }
}

#[tokio::test]
async fn forgeries_and_what_had_no_address_are_not_listed() {
    let (scene, id) = Scene::bought().await;
    let custom = CustomNotification::of("DID_RENEW", &id).forged(Forgery::OwnRoot);
    scene.store.notify(&custom).await.unwrap();
    scene.settle().await;
    assert_eq!(scene.history(&all()).await.len(), 1);
    scene.store.configure(&configuration(None)).await.unwrap();
    scene.act(&id, Action::Cancel, &Options::default()).await;
    scene.settle().await;
    assert_eq!(scene.history(&all()).await.len(), 1);
}

#[tokio::test]
async fn a_test_notification_can_be_asked_for_and_asked_about() {
    let scene = Scene::set().await;
    let (status, answer) = scene.post("/v1/notifications/test", &json!({})).await;
    assert_eq!(status, 200);
    let token = text(&answer["testNotificationToken"]);
    scene.settle().await;
    assert_eq!(scene.told().await["notificationType"], "TEST");
    let path = format!("/v1/notifications/test/{token}");
    let (status, answer) = scene.get(&path).await;
    assert_eq!(status, 200);
    assert_eq!(scene.opened(&answer["signedPayload"]), scene.told().await);
    assert_eq!(answer["sendAttempts"][0]["sendAttemptResult"], "SUCCESS");
    let (status, answer) = scene.get_in(Environment::Sandbox, &path).await;
    assert_eq!((status, &answer["errorCode"]), (404, &json!(4_040_008)));
    let (status, answer) = scene.get("/v1/notifications/test/x").await;
    assert_eq!((status, &answer["errorCode"]), (400, &json!(4_000_020)));
    scene.store.configure(&configuration(None)).await.unwrap();
    let (status, answer) = scene.post("/v1/notifications/test", &json!({})).await;
    assert_eq!((status, &answer["errorCode"]), (404, &json!(4_040_007)));
}

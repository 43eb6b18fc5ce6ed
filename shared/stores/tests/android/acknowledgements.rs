//! Until when Google wants to hear of delivery, and how it is told.

use domain::StoreState;
use serde_json::{Value, json};
use stores::LookUpError;

use crate::google::{Call, Reply};
use crate::scene::{
    PACKAGE, Scene, TOKEN, at, config, item, known, locator, purchase, read_with, state,
};

const PENDING: &str = "ACKNOWLEDGEMENT_STATE_PENDING";

fn unheard(changes: &Value) -> Value {
    let mut unheard = changes.clone();
    unheard["acknowledgementState"] = json!(PENDING);
    unheard
}

#[test]
fn three_days_unless_it_is_a_test_or_a_short_prepaid_plan() {
    let prepaid = |until: &str| {
        let plan = json!({"autoRenewingPlan": null, "prepaidPlan": {}, "expiryTime": until});
        json!([item(&plan)])
    };
    for (changes, due) in [
        (json!({}), "2026-11-18T00:00:01.250Z"),
        (json!({"testPurchase": {}}), "2026-11-15T00:03:01.250Z"),
        (
            json!({"lineItems": prepaid("2026-11-18T00:00:01.250Z")}),
            "2026-11-16T12:00:01.250Z",
        ),
        (
            json!({"lineItems": prepaid("2026-11-22T00:00:01.250Z")}),
            "2026-11-18T00:00:01.250Z",
        ),
        (
            json!({"lineItems": [item(&json!({"expiryTime": "2026-11-16T00:00:01.250Z"}))]}),
            "2026-11-18T00:00:01.250Z",
        ),
        (json!({"startTime": null}), "2026-11-23T12:00:00Z"),
    ] {
        assert_eq!(
            state(&unheard(&changes)).acknowledge_by,
            Some(at(due)),
            "{changes}"
        );
    }
}

#[test]
fn only_what_gives_access_and_was_not_heard_of_is_due() {
    for (word, due) in [
        ("ACTIVE", true),
        ("IN_GRACE_PERIOD", true),
        ("CANCELED", true),
        ("PENDING", false),
        ("PAUSED", false),
        ("ON_HOLD", false),
        ("EXPIRED", false),
        ("PENDING_PURCHASE_CANCELED", false),
    ] {
        let changes = json!({"subscriptionState": format!("SUBSCRIPTION_STATE_{word}")});
        assert_eq!(
            state(&unheard(&changes)).acknowledge_by.is_some(),
            due,
            "{word}"
        );
        assert_eq!(state(&changes).acknowledge_by, None, "{word}");
    }
}

#[test]
fn nothing_is_due_where_the_app_acknowledges() {
    let off = config(&json!({"acknowledge": false}));
    let seen = read_with(&off, &purchase(&unheard(&json!({})))).unwrap();
    assert_eq!(known(seen).acknowledge_by, None);
}

fn due() -> StoreState {
    state(&unheard(&json!({})))
}

async fn tell(scene: &Scene, state: &StoreState, changes: &Value) -> Result<(), LookUpError> {
    let config = scene.config(changes);
    config.acknowledge(&scene.context, &locator(), state).await
}

#[tokio::test]
async fn google_is_told_under_the_product_of_the_purchase() {
    for status in [200, 204] {
        let scene = Scene::set().await;
        scene
            .google
            .replies(Call::Acknowledge, [Reply::new(status, "")]);
        tell(&scene, &due(), &json!({})).await.unwrap();
        let asked = scene.google.asked(Call::Acknowledge).remove(0);
        let path = format!(
            "POST /androidpublisher/v3/applications/{PACKAGE}/purchases/subscriptions/premium\
             /tokens/{TOKEN}:acknowledge"
        );
        assert_eq!((&asked.line, asked.body.as_str()), (&path, "{}"));
        assert_eq!(asked.header("authorization"), Some("Bearer ya29.token-1"));
        assert_eq!(asked.header("content-type"), Some("application/json"));
    }
}

#[tokio::test]
async fn what_is_not_due_is_not_told() {
    let scene = Scene::set().await;
    tell(&scene, &state(&json!({})), &json!({})).await.unwrap();
    tell(&scene, &due(), &json!({"acknowledge": false}))
        .await
        .unwrap();
    assert_eq!(scene.google.count(Call::Acknowledge), 0);
    assert_eq!(scene.google.count(Call::Token), 0);
}

#[tokio::test]
async fn a_refusal_is_none_if_google_has_heard_already() {
    let scene = Scene::set().await;
    scene
        .google
        .replies(Call::Acknowledge, [Reply::refusal(400, "invalidState")]);
    assert_eq!(tell(&scene, &due(), &json!({})).await, Ok(()));
    let unheard = purchase(&unheard(&json!({})));
    scene.google.replies(Call::Get, [Reply::json(&unheard)]);
    let refused = LookUpError::Rejected("status 400, invalidState".to_owned());
    assert_eq!(tell(&scene, &due(), &json!({})).await, Err(refused));
}

#[tokio::test]
async fn a_change_at_the_same_time_means_to_try_again() {
    let scene = Scene::set().await;
    scene
        .google
        .replies(Call::Acknowledge, [Reply::refusal(409, "concurrentUpdate")]);
    let error = tell(&scene, &due(), &json!({})).await.unwrap_err();
    assert_eq!(error, LookUpError::Unavailable("status 409".to_owned()));
}

#[tokio::test]
async fn an_application_that_is_not_configured_is_not_told_of() {
    let scene = Scene::set().await;
    let other = json!({"packageNames": ["com.example.other"]});
    let error = tell(&scene, &due(), &other).await.unwrap_err();
    assert_eq!(error.kind(), "rejected");
    assert_eq!(scene.google.count(Call::Acknowledge), 0);
}

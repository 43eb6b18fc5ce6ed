//! Free trials: an answer never shows one, a notification does.

use domain::{Status, StoreState};
use serde_json::{Value, json};

use crate::keys::PUSH;
use crate::roku::Reply;
use crate::scene::{
    ENDS_AT, FIRST, Scene, at, claims_of, date, knowing, known, message, now, read_at, transaction,
};

fn trial() -> Value {
    json!({ "trialEndsAt": ENDS_AT })
}

fn state(changes: &Value, known_before: &Value) -> StoreState {
    known(read_at(changes, known_before, now()))
}

#[test]
fn it_is_a_trial_to_the_end_that_was_told() {
    let state = state(&json!({}), &trial());
    assert_eq!(state.status, Status::Active);
    assert_eq!(state.trial_end, Some(at(ENDS_AT)));
    assert_eq!(state.details["trialEndsAt"], ENDS_AT);
}

#[test]
fn the_end_may_be_written_a_little_differently() {
    for (told, expected) in [
        ("2026-12-02T10:15:00.1234567Z", true),
        ("2026-12-02T09:15:00Z", true),
        ("2026-12-02T11:15:00Z", true),
        ("2026-12-02T09:14:59Z", false),
        ("2026-12-02T11:15:01Z", false),
        ("soon", false),
    ] {
        let state = state(&json!({}), &json!({ "trialEndsAt": told }));
        assert_eq!(state.trial_end.is_some(), expected, "{told}");
    }
}

#[test]
fn the_next_period_is_no_trial() {
    let paid = state(
        &json!({"expirationDate": date("2027-01-02T10:15:00Z")}),
        &trial(),
    );
    assert_eq!(paid.trial_end, None);
    assert!(!paid.details.contains_key("trialEndsAt"));
}

#[test]
fn only_what_gives_access_is_a_trial() {
    for (changes, time, expected) in [
        (
            json!({"cancelled": true}),
            "2026-11-20T12:00:00Z",
            Some(at(ENDS_AT)),
        ),
        (json!({"isEntitled": false}), "2026-12-02T10:15:01Z", None),
        (
            json!({"isEntitled": false, "cancelled": true}),
            "2026-12-02T10:15:01Z",
            None,
        ),
        (json!({}), "2026-12-03T00:00:00Z", None),
    ] {
        let state = known(read_at(&changes, &trial(), at(time)));
        assert_eq!(state.trial_end, expected, "{changes}");
    }
}

#[test]
fn what_costs_nothing_is_no_trial() {
    let free = json!({"amount": 0, "tax": 0, "total": 0});
    assert_eq!(state(&free, &json!({})).trial_end, None);
}

#[tokio::test]
async fn the_look_right_after_the_word_knows_it_and_so_does_every_later_one() {
    let scene = Scene::set().await;
    let begun = message(
        "Sale",
        &json!({"transactionId": FIRST, "isFreeTrial": true, "expirationDate": ENDS_AT}),
    );
    let told = scene.about(&begun).await.locator;
    let state = known(scene.look_at(&told).await.unwrap().snapshot);
    assert_eq!(state.trial_end, Some(at(ENDS_AT)));

    let later = knowing(&json!(state.details));
    let state = known(scene.look_at(&later).await.unwrap().snapshot);
    assert_eq!(state.trial_end, Some(at(ENDS_AT)));

    let paid = transaction(&json!({"expirationDate": date("2027-01-02T10:15:00Z")}));
    scene.roku.replies(FIRST, Reply::json(&paid));
    let state = known(
        scene
            .look_at(&knowing(&json!(state.details)))
            .await
            .unwrap()
            .snapshot,
    );
    assert_eq!(state.trial_end, None);
}

#[tokio::test]
async fn the_flag_may_be_written_as_in_rokus_samples() {
    let scene = Scene::set().await;
    for (flag, expected) in [
        ("True", true),
        ("False", false),
        ("\"true\"", true),
        ("true", true),
    ] {
        let text = message(
            "Sale",
            &json!({"expirationDate": ENDS_AT, "isFreeTrial": "FLAG"}),
        );
        let text = text.to_string().replace("\"FLAG\"", flag);
        let body = PUSH.sign(&crate::scene::claims(&text, &json!({})));
        let stores::Received::About(about) = scene.receive(&body).await.unwrap() else {
            panic!("it is about a purchase");
        };
        let details = about.locator.details;
        assert_eq!(!details["toldTrialEndsAt"].is_empty(), expected, "{flag}");
    }
    let plain = claims_of(&message("Sale", &json!({"isFreeTrial": true})));
    let stores::Received::About(about) = scene.receive(&PUSH.sign(&plain)).await.unwrap() else {
        panic!("it is about a purchase");
    };
    let told = &about.locator.details["toldTrialEndsAt"];
    assert!(told.is_empty(), "no end, no trial");
}

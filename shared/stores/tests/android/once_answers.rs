//! How something that was bought once is asked for, and acknowledged.

use domain::{Locator, Reading, StoreState};
use serde_json::{Value, json};
use stores::{LookUpError, LookedUp, Receipt};

use crate::google::{Call, Reply};
use crate::json::changed;
use crate::scene::{ORDER, PACKAGE, Scene, TOKEN, film, known, locator, now, purchase};

fn gone() -> Reply {
    Reply::refusal(410, "subscriptionPurchaseNoLongerAvailable")
}

/// A scene in which the token is that of a film.
async fn sold() -> Scene {
    let scene = Scene::set().await;
    scene.google.replies(Call::Get, [gone()]);
    scene
        .google
        .replies(Call::GetOnce, [Reply::json(&film(&json!({})))]);
    scene
}

fn located(details: &Value) -> Locator {
    let mut locator = locator();
    let details = changed(json!({}), details);
    for (name, value) in details.as_object().unwrap() {
        let value = value.as_str().unwrap().to_owned();
        locator.details.insert(name.clone(), value);
    }
    locator
}

fn once() -> Locator {
    located(&json!({"purchaseType": "oneTime"}))
}

async fn look(scene: &Scene, locator: &Locator) -> Result<LookedUp, LookUpError> {
    let config = scene.config(&json!({}));
    config.look_up(&scene.context, locator, now()).await
}

fn asked(scene: &Scene) -> (usize, usize) {
    let google = &scene.google;
    (google.count(Call::Get), google.count(Call::GetOnce))
}

fn is_once(seen: LookedUp) -> bool {
    known(seen.snapshot).billing.is_one_time()
}

#[tokio::test]
async fn what_is_said_to_be_bought_once_is_asked_for_as_that() {
    let scene = sold().await;
    let seen = look(&scene, &once()).await.unwrap();
    assert_eq!(seen.receipt, Some(Receipt(film(&json!({})))));
    assert!(is_once(seen));
    assert_eq!(asked(&scene), (0, 1));
    let asked = scene.google.asked(Call::GetOnce).remove(0);
    let path = format!(
        "GET /androidpublisher/v3/applications/{PACKAGE}/purchases/productsv2/tokens/{TOKEN}"
    );
    assert_eq!(asked.line, path);
    assert_eq!(asked.header("authorization"), Some("Bearer ya29.token-1"));
}

#[tokio::test]
async fn a_token_that_is_no_subscription_s_is_tried_as_one_of_something_else() {
    let scene = sold().await;
    assert!(is_once(look(&scene, &locator()).await.unwrap()));
    assert_eq!(asked(&scene), (1, 1));
}

#[tokio::test]
async fn a_known_one_is_asked_for_by_what_its_state_keeps() {
    let scene = sold().await;
    let state = known(look(&scene, &locator()).await.unwrap().snapshot);
    let kept = Locator {
        key: locator().key,
        details: state.details,
    };
    assert!(is_once(look(&scene, &kept).await.unwrap()));
    assert_eq!(asked(&scene), (1, 2));
}

#[tokio::test]
async fn a_known_subscription_that_is_gone_is_gone() {
    let scene = sold().await;
    let known = located(&json!({ "orderId": ORDER }));
    assert_eq!(look(&scene, &known).await, Err(LookUpError::NotFound));
    assert_eq!(asked(&scene), (1, 0));
}

#[tokio::test]
async fn only_a_token_that_is_gone_is_tried_as_something_else() {
    for (status, reason) in [
        (400, "invalidValue"),
        (404, "purchaseTokenNotFound"),
        (503, "backendError"),
    ] {
        let scene = sold().await;
        scene
            .google
            .replies(Call::Get, [Reply::refusal(status, reason)]);
        look(&scene, &locator()).await.unwrap_err();
        assert_eq!(asked(&scene), (1, 0), "{status}");
    }
}

#[tokio::test]
async fn a_token_that_is_neither_is_not_found() {
    for status in [400, 404, 410] {
        let scene = sold().await;
        let no = Reply::refusal(status, "no");
        scene.google.replies(Call::GetOnce, [no]);
        assert_eq!(look(&scene, &locator()).await, Err(LookUpError::NotFound));
        assert_eq!(look(&scene, &once()).await, Err(LookUpError::NotFound));
        assert_eq!(asked(&scene), (2, 2));
    }
}

#[tokio::test]
async fn a_second_question_that_goes_wrong_proves_nothing() {
    for (status, reason, kind) in [
        (403, "userInsufficientPermission", "unauthorized"),
        (429, "rateLimitExceeded", "throttled"),
        (503, "backendError", "unavailable"),
    ] {
        let scene = sold().await;
        let wrong = Reply::refusal(status, reason);
        scene.google.replies(Call::GetOnce, [wrong]);
        for locator in [locator(), once()] {
            let error = look(&scene, &locator).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{status}");
        }
    }
}

#[tokio::test]
async fn a_subscription_that_is_said_to_be_bought_once_is_one_all_the_same() {
    for status in [400, 404, 410] {
        let scene = Scene::set().await;
        let no = Reply::refusal(status, "no");
        scene.google.replies(Call::GetOnce, [no]);
        let seen = look(&scene, &once()).await.unwrap();
        let Reading::Known(state) = seen.snapshot.reading else {
            panic!("it is known");
        };
        assert!(!state.billing.is_one_time());
        assert_eq!(state.details.get("purchaseType"), None);
    }
}

fn due() -> StoreState {
    let unheard = json!({"acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING"});
    let config = crate::scene::config(&json!({}));
    let seen =
        stores::connectors::android::one_time_snapshot(&config, &once(), &film(&unheard), now());
    known(seen.unwrap())
}

async fn tell(scene: &Scene) -> Result<(), LookUpError> {
    let (config, once, due) = (scene.config(&json!({})), once(), due());
    config.acknowledge(&scene.context, &once, &due).await
}

#[tokio::test]
async fn google_is_told_of_a_product() {
    let scene = sold().await;
    tell(&scene).await.unwrap();
    let asked = scene.google.asked(Call::Acknowledge).remove(0);
    let path = format!(
        "POST /androidpublisher/v3/applications/{PACKAGE}/purchases/products/film\
         /tokens/{TOKEN}:acknowledge"
    );
    assert_eq!((&asked.line, asked.body.as_str()), (&path, "{}"));
}

#[tokio::test]
async fn a_refusal_is_none_if_google_has_heard_already() {
    let scene = sold().await;
    let no = Reply::refusal(400, "invalidState");
    scene.google.replies(Call::Acknowledge, [no]);
    assert_eq!(tell(&scene).await, Ok(()));
    assert_eq!(asked(&scene), (0, 1));
    let unheard = json!({"acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING"});
    let unheard = Reply::json(&film(&unheard));
    scene.google.replies(Call::GetOnce, [unheard]);
    let refused = LookUpError::Rejected("status 400, invalidState".to_owned());
    assert_eq!(tell(&scene).await, Err(refused));
}

#[test]
fn it_has_no_older_form() {
    let view =
        |receipt: &Value| stores::profile(domain::Store::Android).receipt_view(receipt, "film");
    assert_eq!(view(&film(&json!({}))), None);
    assert!(view(&purchase(&json!({}))).is_some());
}

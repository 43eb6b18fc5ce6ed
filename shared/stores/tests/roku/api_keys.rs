//! Two keys, while one takes over from the other.

use serde_json::{Value, json};
use stores::LookUpError;

use crate::roku::Reply;
use crate::scene::{API_KEY, FIRST, SECOND_KEY, Scene, locator, transaction};

fn both() -> Value {
    json!({"apiKeys": [API_KEY, SECOND_KEY]})
}

fn by(key: &str) -> String {
    format!("{key}/{FIRST}")
}

#[tokio::test]
async fn the_first_key_is_used_while_roku_accepts_it() {
    let scene = Scene::set().await;
    scene
        .look_by(&scene.config(&both()), &locator())
        .await
        .unwrap();
    assert_eq!(scene.roku.asked(), [by(API_KEY)]);
}

#[tokio::test]
async fn the_second_is_used_when_the_first_is_refused() {
    for refusal in [
        Reply::failure("UNAUTHORIZED"),
        Reply::new(401, ""),
        Reply::new(403, ""),
    ] {
        let scene = Scene::set().await;
        scene.roku.replies(&by(API_KEY), refusal);
        scene
            .look_by(&scene.config(&both()), &locator())
            .await
            .unwrap();
        assert_eq!(scene.roku.asked(), [by(API_KEY), by(SECOND_KEY)]);
    }
}

#[tokio::test]
async fn a_no_that_is_not_about_the_key_is_a_no() {
    let scene = Scene::set().await;
    scene
        .roku
        .replies(&by(API_KEY), Reply::failure("Invalid transaction id."));
    let error = scene.look_by(&scene.config(&both()), &locator()).await;
    assert_eq!(error.unwrap_err(), LookUpError::NotFound);
    assert_eq!(scene.roku.asked(), [by(API_KEY)]);
}

#[tokio::test]
async fn when_both_are_refused_it_says_nothing_of_the_purchase() {
    let scene = Scene::set().await;
    scene.roku.replies(FIRST, Reply::failure("UNAUTHORIZED"));
    for config in [scene.config(&both()), scene.config(&json!({}))] {
        let error = scene.look_by(&config, &locator()).await.unwrap_err();
        assert_eq!(error, LookUpError::Unauthorized);
        assert!(error.is_transient());
    }
    assert_eq!(scene.roku.asked().len(), 3);
}

#[tokio::test]
async fn the_second_key_may_know_what_the_first_does_not_own() {
    let scene = Scene::set().await;
    scene
        .roku
        .replies(&by(API_KEY), Reply::failure("UNAUTHORIZED"));
    let own = transaction(&json!({"productId": "by the second"}));
    scene.roku.replies(&by(SECOND_KEY), Reply::json(&own));
    let looked_up = scene
        .look_by(&scene.config(&both()), &locator())
        .await
        .unwrap();
    assert_eq!(
        crate::scene::known(looked_up.snapshot).product_id,
        "by the second"
    );
}

//! Ids in the path of a look-up.

use serde_json::json;

use crate::{
    SECRET,
    scene::{Scene, segment},
};

#[tokio::test]
async fn made_up_ids_have_every_sign_that_needs_care() {
    let (_scene, receipt) = Scene::bought().await;
    for sign in ['/', '+', '=', ':'] {
        assert!(receipt.receipt_id.contains(sign), "{sign}");
    }
    for sign in ['/', '-', '_', '='] {
        assert!(receipt.user_id.contains(sign), "{sign}");
    }
}

#[tokio::test]
async fn slashes_are_encoded_raw_or_both_as_configured() {
    let (scene, receipt) = Scene::bought().await;
    let encoded = [SECRET, &receipt.user_id, &receipt.receipt_id].map(segment);
    let raw = encoded.clone().map(|part| part.replace("%2F", "/"));
    for (slashes, of_encoded, of_raw) in
        [("encoded", 200, 400), ("raw", 400, 200), ("both", 200, 200)]
    {
        let changes = json!({ "slashes": slashes });
        scene.store.reconfigure(&changes).await.unwrap();
        for (parts, expected) in [(&encoded, of_encoded), (&raw, of_raw)] {
            let [secret, user, receipt] = parts;
            let answer = scene.ask_as_written("", secret, user, receipt).await;
            assert_eq!(answer.status().as_u16(), expected, "{slashes}");
        }
    }
}

#[tokio::test]
async fn a_plus_is_a_plus() {
    let (scene, receipt) = Scene::bought().await;
    let id = segment(&receipt.receipt_id);
    let user = segment(&receipt.user_id);
    let secret = segment(SECRET);
    let literal = id.replace("%2B", "+");
    let answer = scene.ask_as_written("", &secret, &user, &literal).await;
    assert_eq!(answer.status(), 200);
    let space = id.replace("%2B", "%20");
    let answer = scene.ask_as_written("", &secret, &user, &space).await;
    assert_eq!(answer.status(), 400);
}

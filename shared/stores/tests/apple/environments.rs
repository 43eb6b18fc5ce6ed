//! Which of Apple's environments is asked, and in which order.

use domain::{Environment, Locator, Status};
use serde_json::json;
use stores::LookUpError;

use crate::look_ups::{asked, read, signed_submission, status, with};
use crate::scene::{
    LATEST, ORIGINAL, Scene, info, known, known_locator, statuses, submitted, transaction,
};
use crate::server::Reply;

#[tokio::test]
async fn a_bare_id_is_looked_for_in_each_environment_that_counts() {
    let scene = Scene::set().await;
    let both = scene.config(&json!({"sandboxPurchases": true}));
    let error = scene.look_by(&both, &submitted(LATEST)).await.unwrap_err();
    assert_eq!(error, LookUpError::NotFound);
    let expected =
        ["production", "sandbox"].map(|environment| asked(environment, "transactions", LATEST));
    assert_eq!(scene.server.lines(), expected);

    scene.server.forget();
    let error = scene.look(&submitted(LATEST)).await.unwrap_err();
    assert_eq!(error, LookUpError::NotFound);
    assert_eq!(
        scene.server.lines(),
        [asked("production", "transactions", LATEST)]
    );

    scene.server.forget();
    let sandbox = scene.config_in(Environment::Sandbox, &json!({}));
    let error = scene
        .look_by(&sandbox, &submitted(LATEST))
        .await
        .unwrap_err();
    assert_eq!(error, LookUpError::NotFound);
    assert_eq!(
        scene.server.lines(),
        [asked("sandbox", "transactions", LATEST)]
    );
}

#[tokio::test]
async fn a_sandbox_purchase_is_found_after_production_does_not_know_it_and_then_asked_for_there() {
    let scene = Scene::set().await;
    let sandbox = json!({"environment": "Sandbox"});
    let about = Reply::json(&info(&transaction(&sandbox)));
    scene
        .server
        .replies(&asked("sandbox", "transactions", LATEST), about);
    let reply = Reply::json(&statuses(&[status(1, &sandbox)]));
    scene
        .server
        .replies(&asked("sandbox", "subscriptions", ORIGINAL), reply);
    let both = scene.config(&json!({"sandboxPurchases": true}));
    let snapshot = scene
        .look_by(&both, &submitted(LATEST))
        .await
        .unwrap()
        .snapshot;
    let state = known(snapshot.clone());
    assert!(state.test);
    assert_eq!(scene.server.lines().len(), 3);

    scene.server.forget();
    let known = Locator {
        key: snapshot.purchase_key,
        details: state.details,
    };
    scene.look_by(&both, &known).await.unwrap();
    assert_eq!(
        scene.server.lines(),
        [asked("sandbox", "subscriptions", ORIGINAL)]
    );

    scene.server.forget();
    let error = scene.look(&known).await.unwrap_err();
    assert_eq!(error.kind(), "rejected");
    assert_eq!(scene.server.lines(), Vec::<String>::new());
}

#[tokio::test]
async fn what_production_did_not_say_no_to_is_not_looked_for_in_the_sandbox() {
    let scene = Scene::set().await;
    let both = scene.config(&json!({"sandboxPurchases": true}));
    for (reply, kind) in [
        (Reply::error(4_040_002), "unavailable"),
        (Reply::error(5_000_000), "unavailable"),
        (Reply::error(4_290_000), "throttled"),
        (Reply::new(401, "Unauthenticated"), "unauthorized"),
        (Reply::new(200, "{"), "malformed"),
    ] {
        scene.server.forget();
        scene
            .server
            .replies(&asked("production", "transactions", LATEST), reply);
        let error = scene.look_by(&both, &submitted(LATEST)).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        let mut lines = scene.server.lines();
        // A kept token that is refused is signed anew.
        lines.dedup();
        assert_eq!(lines, [asked("production", "transactions", LATEST)]);
    }
}

#[tokio::test]
async fn what_the_sandbox_did_not_say_no_to_is_no_no() {
    let scene = Scene::set().await;
    let both = scene.config(&json!({"sandboxPurchases": true}));
    for (reply, kind) in [
        (Reply::error(4_040_006), "unavailable"),
        (Reply::new(401, ""), "unauthorized"),
    ] {
        scene
            .server
            .replies(&asked("sandbox", "transactions", LATEST), reply);
        let error = scene.look_by(&both, &submitted(LATEST)).await.unwrap_err();
        assert_eq!(error.kind(), kind);
    }
}

#[tokio::test]
async fn an_app_that_was_never_released_is_asked_for_in_the_sandbox_by_a_switch() {
    let scene = Scene::set().await;
    let refused = Reply::new(401, "Unauthenticated");
    for call in [("transactions", LATEST), ("subscriptions", ORIGINAL)] {
        scene
            .server
            .replies(&asked("production", call.0, call.1), refused.clone());
    }
    let sandbox = json!({"environment": "Sandbox"});
    let about = Reply::json(&info(&transaction(&sandbox)));
    scene
        .server
        .replies(&asked("sandbox", "transactions", LATEST), about);
    let reply = Reply::json(&statuses(&[status(1, &sandbox)]));
    scene
        .server
        .replies(&asked("sandbox", "subscriptions", ORIGINAL), reply);
    let switched = scene.config(&json!({"sandboxPurchases": true, "sandboxOn401": true}));
    let looked = scene.look_by(&switched, &submitted(LATEST)).await;
    assert_eq!(read(looked).1, Status::Active);

    // Of production's purchase the sandbox can't tell.
    let error = scene
        .look_by(&switched, &known_locator())
        .await
        .unwrap_err();
    assert_eq!(error, LookUpError::Unauthorized);

    let about = Reply::new(401, "Unauthenticated");
    scene
        .server
        .replies(&asked("sandbox", "transactions", LATEST), about);
    let error = scene
        .look_by(&switched, &submitted(LATEST))
        .await
        .unwrap_err();
    assert_eq!(error, LookUpError::Unauthorized);
}

#[tokio::test]
async fn a_purchase_of_another_environment_is_rejected_unasked() {
    let scene = Scene::set().await;
    let of =
        |environment: &str| signed_submission(&transaction(&json!({ "environment": environment })));
    let sandbox = scene.config_in(Environment::Sandbox, &json!({}));
    let error = scene
        .look_by(&sandbox, &of("Production"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), "rejected");
    for word in ["Sandbox", "Xcode", "LocalTesting"] {
        let mut known = known_locator();
        known
            .details
            .insert("environment".to_owned(), word.to_owned());
        let error = scene.look(&known).await.unwrap_err();
        assert_eq!(error.kind(), "rejected", "{word}");
    }
    let error = scene.look(&of("Sandbox")).await.unwrap_err();
    assert_eq!(error.kind(), "rejected");
    assert_eq!(scene.server.lines(), Vec::<String>::new());
}

#[tokio::test]
async fn a_purchase_of_an_unknown_environment_is_looked_for_in_each_that_counts() {
    let scene = with(&[status(1, &json!({}))]).await;
    let mut known = known_locator();
    let word = "Staging".to_owned();
    known.details.insert("environment".to_owned(), word);
    let looked = scene.look(&known).await;
    assert_eq!(read(looked), (ORIGINAL.to_owned(), Status::Active));
}

#[tokio::test]
async fn what_an_app_says_of_the_environment_does_not_move_a_known_purchase() {
    let scene = with(&[status(1, &json!({}))]).await;
    let both = scene.config(&json!({"sandboxPurchases": true}));
    let mut known = known_locator();
    let claimed = signed_submission(&transaction(&json!({"environment": "Sandbox"})));
    known.details.extend(claimed.details);
    scene.look_by(&both, &known).await.unwrap();
    assert_eq!(
        scene.server.lines(),
        [asked("production", "subscriptions", ORIGINAL)]
    );
}

//! The two kinds of pauses.

use domain::Status;
use serde_json::{Value, json};

use crate::scene::{AFTER, DAY, END, START, Scene, at, item, state};
use crate::server::list;

fn paused(cause: &Value) -> Value {
    json!({"status": "paused", "status_details": {"paused": {"type": "subscription",
        "transitioned_at": START + DAY, "subscription": {"type": cause}}}})
}

#[tokio::test]
async fn the_cause_tells_a_wish_from_a_want_of_money() {
    for (cause, status, alarm) in [
        ("pause_requested", Status::Paused, None),
        ("trial_end_without_payment_method", Status::OnHold, None),
        ("first_payment_failure", Status::OnHold, None),
        ("final_payment_failure", Status::OnHold, None),
        ("system", Status::OnHold, Some("paused: system")),
        (
            "lunar_eclipse",
            Status::OnHold,
            Some("paused: lunar_eclipse"),
        ),
    ] {
        let seen = Scene::with(&paused(&json!(cause)))
            .await
            .look()
            .await
            .unwrap();
        assert_eq!(seen.unknown_status.as_deref(), alarm, "{cause}");
        let state = crate::scene::known(seen);
        assert_eq!(state.status, status, "{cause}");
        assert!(
            state.auto_renew && !state.grants_access(at(START + 2 * DAY)),
            "{cause}"
        );
    }
}

#[tokio::test]
async fn a_pause_cuts_the_period() {
    let mut changes = paused(&json!("pause_requested"));
    changes["items"] = list(&[item(&json!({"current_period_end": START + DAY}))]);
    assert_eq!(state(&changes).await.period_end, at(START + DAY));
}

#[tokio::test]
async fn without_a_cause_it_was_wished_unless_a_trial_ended_with_it() {
    for (trial_end, status) in [
        (Value::Null, Status::Paused),
        (json!(END), Status::OnHold),
        (json!(END + 3600), Status::OnHold),
        (json!(END - 3600), Status::OnHold),
        (json!(END + 3601), Status::Paused),
        (json!(START - DAY), Status::Paused),
    ] {
        for details in [Value::Null, json!({}), json!({"paused": {}})] {
            let changes = json!({"status": "paused", "trial_end": trial_end,
                "status_details": details});
            assert_eq!(state(&changes).await.status, status, "{changes}");
        }
    }
}

#[tokio::test]
async fn paused_collection_leaves_access_unless_configured_otherwise() {
    let changes = json!({"pause_collection": {"behavior": "void", "resumes_at": AFTER}});
    let kept = state(&changes).await;
    assert_eq!((kept.status, kept.resumes_at), (Status::Active, None));
    assert_eq!(kept.details["collectionPaused"], "void");

    let without_access = json!({"pauseCollectionAccess": false});
    for status in ["active", "trialing", "past_due"] {
        let scene = Scene::configured(without_access.clone()).await;
        let mut changes = changes.clone();
        changes["status"] = json!(status);
        scene.sells(&changes);
        let state = scene.state().await;
        assert_eq!(
            (state.status, state.resumes_at),
            (Status::Paused, Some(at(AFTER))),
            "{status}"
        );
        assert!(!state.grants_access(at(START)), "{status}");
    }
    let scene = Scene::configured(without_access).await;
    scene.sells(&json!({"status": "unpaid", "pause_collection": {"behavior": "void"}}));
    assert_eq!(scene.state().await.status, Status::OnHold);
}

#[tokio::test]
async fn collection_that_goes_on_shows_nothing() {
    let state = state(&json!({"pause_collection": null})).await;
    assert!(!state.details.contains_key("collectionPaused"));
}

#[tokio::test]
async fn an_unknown_kind_of_pause_is_not_taken_for_a_wish() {
    let changes = json!({"status": "paused", "status_details": {"paused": {
        "type": "household", "household": {"type": "pause_requested"}}}});
    let seen = Scene::with(&changes).await.look().await.unwrap();
    assert_eq!(seen.unknown_status.as_deref(), Some("paused: household"));
    assert_eq!(crate::scene::known(seen).status, Status::OnHold);
}

//! Payments that a bank was asked to take back.

use domain::Status;
use serde_json::{Value, json};

use crate::scene::{DAY, INVOICE, START, Scene, at, charge, paid_by};

fn dispute(status: &str, created: i64) -> Value {
    json!({"id": "du_1", "object": "dispute", "amount": 999, "status": status, "created": created})
}

async fn disputed(configuration: Value, disputes: &[Value]) -> Scene {
    let scene = Scene::configured(configuration).await;
    let path = format!("invoice_payments?invoice={INVOICE}");
    let charge = charge(&json!({"disputed": true}));
    scene.server.lists(&path, &[paid_by(&charge)]);
    scene
        .server
        .lists("disputes?charge=ch_1SynthCha0002", disputes);
    scene
}

#[tokio::test]
async fn which_disputes_end_access_is_configured() {
    for (status, when_created, when_lost) in [
        ("lost", true, true),
        ("needs_response", true, false),
        ("under_review", true, false),
        ("won", false, false),
        ("warning_needs_response", false, false),
        ("warning_under_review", false, false),
        ("warning_closed", false, false),
        ("prevented", false, false),
        ("unheard_of", false, false),
    ] {
        for (switch, ends) in [
            (json!("created"), when_created),
            (json!("lost"), when_lost),
            (Value::Null, when_lost),
        ] {
            let configuration = json!({ "disputeEndsAccess": switch });
            let scene = disputed(configuration, &[dispute(status, START + DAY)]).await;
            let state = scene.state().await;
            let expected = ends.then_some(at(START + DAY));
            assert_eq!(state.revoked_at, expected, "{status} {switch}");
            assert_eq!(state.status == Status::Revoked, ends, "{status} {switch}");
        }
    }
}

#[tokio::test]
async fn one_that_was_won_gives_access_back() {
    let created = json!({"disputeEndsAccess": "created"});
    let scene = disputed(created, &[dispute("under_review", START)]).await;
    assert_eq!(scene.state().await.status, Status::Revoked);
    scene
        .server
        .lists("disputes?charge=ch_1SynthCha0002", &[dispute("won", START)]);
    assert_eq!(scene.state().await.status, Status::Active);
}

#[tokio::test]
async fn of_several_the_first_that_counts_does() {
    let several = [
        dispute("lost", START + 3 * DAY),
        dispute("lost", START + 2 * DAY),
        dispute("won", START + DAY),
    ];
    let state = disputed(json!({}), &several).await.state().await;
    assert_eq!(state.revoked_at, Some(at(START + 2 * DAY)));
}

//! Payments that a bank was asked to take back.

use domain::{Reading, Status};
use serde_json::{Value, json};

use crate::scene::{DAY, END, INVOICE, START, Scene, at, charge, item, known, paid_by, price};
use crate::server::list;

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
        ("appeal_needs_response", true, true),
        ("appeal_under_review", true, true),
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
async fn an_unknown_word_about_one_product_leaves_all_of_them_undecided() {
    let scene = disputed(json!({}), &[dispute("something_new", START)]).await;
    let add_on = item(&json!({"id": "si_2", "current_period_end": END + 1,
        "price": price(&json!({"id": "price_2", "product": "prod_2"}))}));
    scene.sells(&json!({"items": list(&[add_on, item(&json!({}))])}));
    scene.server.lists("invoices?subscription", &[]);
    let seen = scene.look().await.unwrap();
    assert!(
        matches!(seen.reading, Reading::UnknownStatus(_)),
        "{seen:?}"
    );
    assert_eq!(seen.product_ids().count(), 0);
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

#[tokio::test]
async fn an_appeal_gives_access_back_only_when_it_is_won() {
    let scene = disputed(json!({}), &[dispute("lost", START + DAY)]).await;
    for (status, expected) in [
        ("lost", Status::Revoked),
        ("appeal_needs_response", Status::Revoked),
        ("appeal_under_review", Status::Revoked),
        ("won", Status::Active),
    ] {
        let appealed = [dispute(status, START + DAY)];
        let path = "disputes?charge=ch_1SynthCha0002";
        scene.server.lists(path, &appealed);
        assert_eq!(scene.state().await.status, expected, "{status}");
    }
}

#[tokio::test]
async fn an_unknown_status_neither_ends_access_nor_gives_it_back() {
    for switch in ["created", "lost"] {
        let configuration = json!({ "disputeEndsAccess": switch });
        let scene = disputed(configuration, &[dispute("arbitration", START)]).await;
        let seen = scene.look().await.unwrap();
        let word = "dispute: arbitration".to_owned();
        assert_eq!(seen.reading, Reading::UnknownStatus(word.clone()));
        assert_eq!(seen.unknown_status, Some(word));
    }
}

#[tokio::test]
async fn an_unknown_status_stops_nothing_that_does_not_depend_on_it() {
    let both = [dispute("arbitration", START), dispute("lost", START + DAY)];
    let scene = disputed(json!({}), &both).await;
    let seen = scene.look().await.unwrap();
    assert_eq!(seen.unknown_status.as_deref(), Some("dispute: arbitration"));
    assert_eq!(known(seen).revoked_at, Some(at(START + DAY)));

    let scene = disputed(json!({}), &[dispute("arbitration", START)]).await;
    for (status, expected) in [
        ("canceled", Status::Expired),
        ("unpaid", Status::OnHold),
        ("paused", Status::Paused),
    ] {
        scene.sells(&json!({ "status": status }));
        let seen = scene.look().await.unwrap();
        assert!(seen.unknown_status.is_some(), "{status}");
        assert_eq!(known(seen).status, expected, "{status}");
    }
}

#[tokio::test]
async fn disputes_are_read_to_the_end() {
    let scene = disputed(json!({}), &[]).await;
    let mut first = list(&[dispute("won", START)]);
    first["has_more"] = json!(true);
    scene.server.has("disputes?charge=ch_1SynthCha0002", &first);
    let rest = [dispute("lost", START + DAY)];
    scene.server.lists("disputes?starting_after=du_1", &rest);
    assert_eq!(scene.state().await.revoked_at, Some(at(START + DAY)));
}

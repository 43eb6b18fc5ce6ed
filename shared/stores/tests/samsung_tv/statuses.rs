//! What each status means, before and after the end.

use domain::Status::{self, Active, Cancelled, Expired, OnHold, Revoked};
use domain::{Reading, Timestamp};
use serde_json::{Value, json};
use store_simulator::samsung_tv::{Action, Renewals};

use crate::scene::{INVOICE, Scene, state, submitted};

const RUNNING: &str = "2026-12-05T09:29:59Z";
const AT_THE_END: &str = "2026-12-05T09:30:00Z";
const TWO_HOURS_AFTER: &str = "2026-12-05T11:30:00Z";
const A_WEEK_AFTER: &str = "2026-12-12T09:30:00Z";

async fn status(scene: &Scene, changes: &Value, now: &str) -> Status {
    let now: Timestamp = now.parse().unwrap();
    let seen = scene.look_at(changes, &submitted(INVOICE), now).await;
    state(seen.unwrap()).status
}

#[tokio::test]
async fn each_status_has_its_meaning_at_each_time() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    let rows = [
        ("00", [Active, Active, OnHold, OnHold]),
        ("01", [Expired, Expired, Expired, Expired]),
        ("02", [Cancelled, Expired, Expired, Expired]),
        ("03", [Cancelled, OnHold, OnHold, Expired]),
        ("04", [Cancelled, Expired, Expired, Expired]),
        ("05", [Cancelled, Expired, Expired, Expired]),
    ];
    let times = [RUNNING, AT_THE_END, TWO_HOURS_AFTER, A_WEEK_AFTER];
    for (word, expected) in rows {
        scene.shows_status(word).await;
        for (now, expected) in times.into_iter().zip(expected) {
            let seen = status(&scene, &json!({}), now).await;
            assert_eq!(seen, expected, "{word} {now}");
        }
    }
}

#[tokio::test]
async fn why_it_will_not_renew_is_kept() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    scene.shows_status("03").await;
    let seen = scene.look(&json!({}), &submitted(INVOICE)).await.unwrap();
    let state = state(seen);
    let reason = state.cancel_reason.as_deref();
    assert_eq!(reason, Some("cancelled for payment failure"));
    assert!(!state.auto_renew);
}

#[tokio::test]
async fn what_is_assumed_can_be_changed() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    let longer = json!({"renewalLagSeconds": 86_400});
    assert_eq!(status(&scene, &longer, TWO_HOURS_AFTER).await, Active);
    let other = json!({"subscriptionStatuses": {"00": "expired"}});
    assert_eq!(status(&scene, &other, RUNNING).await, Expired);
    scene.shows_status("03").await;
    let terminal = json!({"paymentRecoverySeconds": 0});
    assert_eq!(status(&scene, &terminal, AT_THE_END).await, Expired);

    scene.shows_status("00").await;
    scene.happens(Action::Refund).await;
    let changes = json!({"secondOpinion": "off"});
    assert_eq!(status(&scene, &changes, RUNNING).await, Revoked);
    let changes = json!({"secondOpinion": "off", "cancelledSaleEndsAccess": false});
    assert_eq!(status(&scene, &changes, RUNNING).await, Active);
}

#[tokio::test]
async fn any_other_status_is_unknown_and_never_guessed() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    scene.shows_status("07").await;
    let seen = scene.look(&json!({}), &submitted(INVOICE)).await.unwrap();
    assert_eq!(seen.reading, Reading::UnknownStatus("07".to_owned()));
}

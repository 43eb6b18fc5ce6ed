//! Renewals, cancellations and ends.

use serde_json::json;
use store_simulator::android::model::{Action, ActionError, CancelledBy, Options, State};

use crate::play::{DAY, Stage, names};

#[test]
fn a_renewal_follows_the_old_period_and_moves_the_clock_there() {
    let (mut stage, token) = Stage::bought();
    let order = stage.purchase(&token).order_id;
    let renewed = stage.does(&token, Action::Renew);
    assert_eq!(names(&renewed), ["2"]);
    assert_eq!(renewed.at.to_string(), "2026-12-15T00:00:00Z");
    assert_eq!(stage.expiry(&token), "2027-01-15T00:00:00Z");
    stage.does(&token, Action::Renew);
    let item = &stage.get(&token)["lineItems"][0];
    assert_eq!(item["latestSuccessfulOrderId"], format!("{order}..1"));
}

#[test]
fn a_clock_that_shall_not_move_stays() {
    let (mut stage, token) = Stage::bought();
    let options = Options {
        move_clock: false,
        ..Options::default()
    };
    let renewed = stage.does_with(&token, Action::Renew, &options);
    assert_eq!(renewed.at, stage.now);
    assert_eq!(stage.expiry(&token), "2027-01-15T00:00:00Z");
}

#[test]
fn a_cancelled_purchase_runs_to_its_end() {
    let (mut stage, token) = Stage::bought();
    let options = Options {
        reason: Some("COST_RELATED".to_owned()),
        ..Options::default()
    };
    let cancelled = stage.does_with(&token, Action::Cancel, &options);
    assert_eq!(names(&cancelled), ["3"]);
    assert_eq!(stage.state(&token), "CANCELED");
    let context = json!({"userInitiatedCancellation": {
        "cancelTime": "2026-11-15T00:00:00Z",
        "cancelSurveyResult": {"reason": "CANCEL_SURVEY_REASON_COST_RELATED"}}});
    assert_eq!(stage.get(&token)["canceledStateContext"], context);
    let plan = &stage.get(&token)["lineItems"][0]["autoRenewingPlan"];
    assert!(plan.get("autoRenewEnabled").is_none(), "false is left out");
    assert!(stage.grants(&token));

    let ended = stage.does(&token, Action::Expire);
    assert_eq!(names(&ended), ["13"]);
    assert_eq!(ended.at.to_string(), "2026-12-15T00:00:00Z");
    assert_eq!(stage.state(&token), "EXPIRED");
    assert_eq!(stage.get(&token)["canceledStateContext"], context);
    assert!(!stage.grants(&token));
}

#[test]
fn a_cancelled_purchase_reads_as_expired_once_its_end_has_passed() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::Cancel);
    stage.passes(31 * DAY);
    assert_eq!(stage.state(&token), "EXPIRED");
    assert_eq!(names(&stage.does(&token, Action::Expire)), ["13"]);
}

#[test]
fn each_canceller_has_a_context_of_its_own() {
    for (by, member) in [
        (CancelledBy::System, "systemInitiatedCancellation"),
        (CancelledBy::Developer, "developerInitiatedCancellation"),
    ] {
        let (mut stage, token) = Stage::bought();
        let options = Options {
            by: Some(by),
            ..Options::default()
        };
        stage.does_with(&token, Action::Cancel, &options);
        assert_eq!(
            stage.get(&token)["canceledStateContext"],
            json!({member: {}})
        );
    }
}

#[test]
fn a_restart_takes_the_cancellation_back_while_the_period_runs() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::Cancel);
    assert_eq!(names(&stage.does(&token, Action::Restart)), ["7"]);
    assert_eq!(stage.state(&token), "ACTIVE");
    assert!(stage.get(&token).get("canceledStateContext").is_none());
    assert_eq!(
        stage.get(&token)["lineItems"][0]["autoRenewingPlan"]["autoRenewEnabled"],
        true
    );

    stage.does(&token, Action::Cancel);
    stage.passes(31 * DAY);
    let refused = stage.refuses(&token, Action::Restart);
    assert_eq!(refused, ActionError::WrongState(State::Expired));
}

#[test]
fn what_ends_uncancelled_is_cancelled_by_the_store_first() {
    let (mut stage, token) = Stage::bought();
    assert_eq!(names(&stage.does(&token, Action::Expire)), ["3", "13"]);
    let context = &stage.get(&token)["canceledStateContext"];
    assert_eq!(*context, json!({"systemInitiatedCancellation": {}}));
}

#[test]
fn a_revocation_cuts_the_end() {
    let (mut stage, token) = Stage::bought();
    stage.passes(DAY);
    assert_eq!(names(&stage.does(&token, Action::Revoke)), ["12"]);
    assert_eq!(stage.state(&token), "EXPIRED");
    assert_eq!(stage.expiry(&token), "2026-11-16T00:00:00Z");
    assert!(!stage.grants(&token));
}

#[test]
fn what_has_ended_cannot_change_any_more() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::Revoke);
    let before = stage.purchase(&token);
    for action in [
        Action::Renew,
        Action::EnterGrace,
        Action::Hold,
        Action::Recover,
        Action::Cancel,
        Action::Restart,
        Action::Expire,
        Action::Revoke,
        Action::Pause,
        Action::Resume,
        Action::Defer,
        Action::CompletePending,
    ] {
        let refused = stage.refuses(&token, action);
        assert_eq!(
            refused,
            ActionError::WrongState(State::Expired),
            "{action:?}"
        );
    }
    assert!(stage.purchase(&token) == before);
}

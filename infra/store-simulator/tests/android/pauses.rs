//! Pauses.

use serde_json::json;
use store_simulator::android::model::{Action, ActionError, Options};

use crate::play::{DAY, Stage, names};

#[test]
fn a_scheduled_pause_begins_at_the_end_of_the_period() {
    let (mut stage, token) = Stage::bought();
    let options = Options::lasting(60 * DAY);
    let scheduled = stage.does_with(&token, Action::SchedulePause, &options);
    assert_eq!(names(&scheduled), ["11"]);
    assert_eq!(stage.state(&token), "ACTIVE");

    let paused = stage.does(&token, Action::Pause);
    assert_eq!(names(&paused), ["10"]);
    assert_eq!(paused.at.to_string(), "2026-12-15T00:00:00Z");
    assert_eq!(stage.state(&token), "PAUSED");
    let context = json!({"autoResumeTime": "2027-02-13T00:00:00Z"});
    assert_eq!(stage.get(&token)["pausedStateContext"], context);
    assert!(!stage.grants(&token));
}

#[test]
fn resuming_begins_a_new_period() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::Pause);
    stage.passes(10 * DAY);
    assert_eq!(names(&stage.does(&token, Action::Resume)), ["1"]);
    assert_eq!(stage.state(&token), "ACTIVE");
    assert_eq!(stage.expiry(&token), "2027-01-25T00:00:00Z");
    assert!(stage.get(&token).get("pausedStateContext").is_none());
}

#[test]
fn a_declined_charge_after_a_pause_is_a_hold() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::Pause);
    assert_eq!(names(&stage.does(&token, Action::ResumeFails)), ["5"]);
    assert_eq!(stage.state(&token), "ON_HOLD");
    assert!(stage.get(&token).get("pausedStateContext").is_none());
}

#[test]
fn prepaid_plans_have_no_pause() {
    let mut stage = Stage::set();
    let token = stage.buy("pass", "week");
    assert_eq!(stage.refuses(&token, Action::Pause), ActionError::Prepaid);
}

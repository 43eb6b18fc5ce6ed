//! Declined renewals.

use serde_json::json;
use store_simulator::android::model::{Action, Options};

use crate::play::{DAY, Stage, names};

#[test]
fn in_the_grace_period_access_goes_on_under_a_later_end() {
    let (mut stage, token) = Stage::bought();
    let order = stage.purchase(&token).order_id;
    let options = Options::lasting(2 * DAY);
    let declined = stage.does_with(&token, Action::EnterGrace, &options);
    assert_eq!(names(&declined), ["6"]);
    assert_eq!(declined.at.to_string(), "2026-12-15T00:00:00Z");
    assert_eq!(stage.state(&token), "IN_GRACE_PERIOD");
    assert_eq!(stage.expiry(&token), "2026-12-17T00:00:00Z");
    let pending = json!({"renewalDeclined": {"pendingOrderId": format!("{order}..0")}});
    assert_eq!(stage.get(&token)["inGracePeriodStateContext"], pending);
    let item = &stage.get(&token)["lineItems"][0];
    assert_eq!(item["latestSuccessfulOrderId"], json!(order));
    assert!(stage.grants(&token));
}

#[test]
fn recovering_in_the_grace_period_keeps_the_dates() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::EnterGrace);
    stage.passes(DAY);
    assert_eq!(names(&stage.does(&token, Action::Recover)), ["2"]);
    assert_eq!(stage.state(&token), "ACTIVE");
    assert_eq!(stage.expiry(&token), "2027-01-15T00:00:00Z");
}

#[test]
fn a_hold_begins_at_the_end_of_the_grace_period_and_ends_access() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::EnterGrace);
    let held = stage.does(&token, Action::Hold);
    assert_eq!(names(&held), ["5"]);
    assert_eq!(held.at.to_string(), "2026-12-18T00:00:00Z");
    assert_eq!(stage.state(&token), "ON_HOLD");
    assert!(!stage.grants(&token));
    assert!(stage.get(&token).get("onHoldStateContext").is_some());
}

#[test]
fn recovering_from_hold_begins_a_new_period() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::Hold);
    stage.passes(5 * DAY);
    assert_eq!(names(&stage.does(&token, Action::Recover)), ["1"]);
    assert_eq!(stage.state(&token), "ACTIVE");
    assert_eq!(stage.expiry(&token), "2027-01-20T00:00:00Z");
}

#[test]
fn a_hold_that_is_not_recovered_ends_at_once_after_its_cancellation() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::Hold);
    assert_eq!(names(&stage.does(&token, Action::Expire)), ["3", "13"]);
    assert_eq!(stage.state(&token), "EXPIRED");

    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::Hold);
    assert_eq!(names(&stage.does(&token, Action::Cancel)), ["3", "13"]);
    assert_eq!(stage.state(&token), "EXPIRED");
}

#[test]
fn a_deferred_plan_that_has_not_begun_gets_no_grace() {
    let (mut stage, old) = Stage::bought();
    let options = Options::to_plan("basic", "monthly");
    let replaced = stage.does_with(&old, Action::ReplaceLater, &options);
    let token = replaced.purchase.purchase_token;
    stage.does(&token, Action::EnterGrace);
    let items = stage.get(&token)["lineItems"].clone();
    assert_eq!(items[0]["expiryTime"], "2026-12-18T00:00:00Z");
    assert!(items[1].get("expiryTime").is_none());
    stage.does(&token, Action::Recover);
    let items = stage.get(&token)["lineItems"].clone();
    assert_eq!(items[0]["expiryTime"], "2026-12-15T00:00:00Z");
    assert_eq!(items[1]["expiryTime"], "2027-01-15T00:00:00Z");
}

//! Unpaid renewals.

use store_simulator::roku::model::{Action, ActionError, Options, State};

use crate::stage::{DAY, Stage, message, types};

fn is(entitled: bool, cancelled: bool, status: &str) -> (bool, bool, String) {
    (entitled, cancelled, status.to_owned())
}

#[test]
fn in_the_grace_period_access_goes_on_past_the_end() {
    let (mut stage, id) = Stage::bought("monthly");
    let declined = stage.does(&id, Action::EnterGrace);
    assert_eq!(types(&declined), ["GraceInitiated"]);
    let end = "2026-12-15T00:00:00Z";
    assert_eq!(declined.at.to_string(), end);
    assert_eq!(message(&declined)["expirationDate"], end);
    stage.passes(2 * DAY);
    assert_eq!(stage.standing(&id), is(true, false, "Active"));
    assert_eq!(stage.expiration(&id), end);
}

#[test]
fn recovering_in_the_grace_period_keeps_the_billing_cycle() {
    let (mut stage, id) = Stage::bought("monthly");
    stage.does(&id, Action::EnterGrace);
    stage.passes(2 * DAY);
    let recovered = stage.does(&id, Action::Recover);
    assert_eq!(types(&recovered), ["GraceRecovered"]);
    let end = "2027-01-15T00:00:00Z";
    assert_eq!(message(&recovered)["expirationDate"], end);
    assert_eq!(stage.expiration(&recovered.purchase.transaction_id), end);
}

#[test]
fn after_the_grace_period_it_is_on_hold_without_access() {
    let (mut stage, id) = Stage::bought("monthly");
    stage.does(&id, Action::EnterGrace);
    let held = stage.does(&id, Action::Hold);
    assert_eq!(types(&held), ["OnHoldInitiated"]);
    assert_eq!(held.at.to_string(), "2026-12-18T00:00:00Z");
    assert_eq!(message(&held)["expirationDate"], "2026-12-15T00:00:00Z");
    assert_eq!(stage.standing(&id), is(false, false, "Inactive"));
    assert!(!stage.pay.grants(&id, stage.now));
}

#[test]
fn recovering_from_hold_begins_a_period_at_the_payment() {
    let (mut stage, id) = Stage::bought("monthly");
    stage.does(&id, Action::EnterGrace);
    stage.does(&id, Action::Hold);
    stage.passes(2 * DAY);
    let recovered = stage.does(&id, Action::Recover);
    assert_eq!(types(&recovered), ["OnHoldRecovered"]);
    assert_eq!(stage.expiration(&id), "2027-01-20T00:00:00Z");
    assert_eq!(stage.standing(&id), is(true, false, "Active"));
}

#[test]
fn the_length_of_a_grace_period_can_be_chosen() {
    let (mut stage, id) = Stage::bought("monthly");
    stage.does_with(&id, Action::EnterGrace, &Options::lasting(60));
    let held = stage.does(&id, Action::Hold);
    assert_eq!(held.at.to_string(), "2026-12-15T00:01:00Z");
}

#[test]
fn what_is_never_paid_ends_with_a_past_date() {
    for hold in [false, true] {
        let (mut stage, id) = Stage::bought("monthly");
        stage.does(&id, Action::EnterGrace);
        if hold {
            stage.does(&id, Action::Hold);
        }
        let ended = stage.does(&id, Action::Expire);
        assert_eq!(types(&ended), ["Cancellation"]);
        assert_eq!(message(&ended)["eventDate"], "2027-02-13T00:00:00Z");
        assert_eq!(message(&ended)["expirationDate"], "2026-12-15T00:00:00Z");
        assert_eq!(stage.standing(&id), is(false, true, "Inactive"));
    }
}

#[test]
fn who_cancels_what_is_unpaid_ends_it_at_once() {
    let (mut stage, id) = Stage::bought("monthly");
    stage.does(&id, Action::EnterGrace);
    stage.passes(DAY);
    let cancelled = stage.does(&id, Action::Cancel);
    assert_eq!(
        message(&cancelled)["expirationDate"],
        "2026-12-15T00:00:00Z"
    );
    assert_eq!(stage.standing(&id), is(false, true, "Inactive"));
}

#[test]
fn a_trial_that_is_not_paid_goes_on_hold_without_grace() {
    let (mut stage, id) = Stage::bought("trial");
    assert_eq!(stage.refuses(&id, Action::EnterGrace), ActionError::InTrial);
    let failed = stage.does(&id, Action::Fail);
    assert_eq!(types(&failed), ["OnHoldInitiated"]);
    assert_eq!(failed.at.to_string(), "2026-11-22T00:00:00Z");
}

#[test]
fn failing_goes_from_grace_to_hold() {
    let (mut stage, id) = Stage::bought("monthly");
    assert_eq!(types(&stage.does(&id, Action::Fail)), ["GraceInitiated"]);
    assert_eq!(types(&stage.does(&id, Action::Fail)), ["OnHoldInitiated"]);
    let refused = stage.refuses(&id, Action::Fail);
    assert_eq!(refused, ActionError::WrongState(State::OnHold));
}

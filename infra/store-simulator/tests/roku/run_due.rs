//! Changes that the store makes by itself when they are due.

use store_simulator::roku::model::{Action, Options, State};

use crate::stage::{DAY, Stage, types};

#[test]
fn what_is_active_renews_as_often_as_is_due() {
    let (mut stage, id) = Stage::bought("monthly");
    stage.passes(70 * DAY);
    let outcomes = stage.pay.run_due(stage.now);
    assert_eq!(outcomes.len(), 2);
    assert!(outcomes.iter().all(|outcome| types(outcome) == ["Sale"]));
    assert_eq!(stage.expiration(&id), "2027-02-15T00:00:00Z");
    assert!(stage.pay.run_due(stage.now).is_empty());
}

#[test]
fn what_is_unpaid_goes_on_hold_and_ends() {
    let (mut stage, id) = Stage::bought("monthly");
    stage.does(&id, Action::EnterGrace);
    stage.passes(61 * DAY);
    let outcomes = stage.pay.run_due(stage.now);
    let told: Vec<_> = outcomes.iter().flat_map(types).collect();
    assert_eq!(told, ["OnHoldInitiated", "Cancellation"]);
    assert_eq!(stage.purchase(&id).state, State::Ended);
}

#[test]
fn a_downgrade_begins_and_what_was_cancelled_stays_over() {
    let (mut stage, old) = Stage::bought("monthly");
    let options = Options::to_product("basic");
    let new = stage.does_with(&old, Action::Downgrade, &options).purchase;
    stage.passes(31 * DAY);
    let outcomes = stage.pay.run_due(stage.now);
    assert_eq!(outcomes.len(), 1);
    assert_eq!(
        outcomes[0].purchase.original_transaction_id,
        new.transaction_id
    );
    assert_eq!(stage.standing(&old).2, "Inactive");
}

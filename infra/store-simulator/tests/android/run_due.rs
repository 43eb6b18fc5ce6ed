//! Changes that the store makes by itself when they are due.

use store_simulator::android::model::{Action, NewPurchase, Options, Outcome};

use crate::play::{DAY, Stage, names};

fn all_names(outcomes: &[Outcome]) -> Vec<String> {
    outcomes.iter().flat_map(names).collect()
}

fn runs(stage: &mut Stage) -> Vec<String> {
    let outcomes = stage.play.run_due(stage.now);
    all_names(&outcomes)
}

#[test]
fn renewals_are_made_up_for() {
    let (mut stage, token) = Stage::bought();
    assert!(runs(&mut stage).is_empty());
    stage.passes(70 * DAY);
    assert_eq!(runs(&mut stage), ["2", "2"]);
    assert_eq!(stage.expiry(&token), "2027-02-15T00:00:00Z");
    assert!(runs(&mut stage).is_empty());
}

#[test]
fn what_nobody_acknowledges_within_three_days_is_taken_back() {
    let mut stage = Stage::set();
    let bought = stage.buys(&NewPurchase::of("premium", "monthly"));
    let token = bought.purchase.purchase_token;
    stage.passes(3 * DAY - 1);
    assert!(runs(&mut stage).is_empty());
    stage.passes(1);
    assert_eq!(runs(&mut stage), ["12", "voided"]);
    assert_eq!(stage.state(&token), "EXPIRED");
    let listed = &stage.play.voided()[0];
    assert_eq!((listed.source, listed.reason), (2, 8));
}

#[test]
fn testers_and_short_prepaid_plans_have_less_time() {
    let mut stage = Stage::set();
    stage.buys(&NewPurchase::of("premium", "monthly").as_test());
    stage.passes(180);
    assert_eq!(runs(&mut stage), ["12", "voided"]);

    let mut stage = Stage::set();
    stage.buys(&NewPurchase::of("pass", "day"));
    stage.passes(DAY / 2 - 1);
    assert!(runs(&mut stage).is_empty());
    stage.passes(1);
    assert_eq!(runs(&mut stage), ["12", "voided"]);
}

#[test]
fn an_unacknowledged_downgrade_is_taken_back_without_an_order() {
    let (mut stage, old) = Stage::bought();
    let options = Options::to_plan("basic", "monthly");
    stage.does_with(&old, Action::ReplaceLater, &options);
    stage.passes(3 * DAY);
    assert_eq!(runs(&mut stage), ["12"]);
    assert!(stage.play.voided().is_empty());
}

#[test]
fn a_pending_purchase_has_no_deadline() {
    let mut stage = Stage::set();
    stage.buys(&NewPurchase::of("premium", "monthly").pending());
    stage.passes(30 * DAY);
    assert!(runs(&mut stage).is_empty());
}

#[test]
fn a_declined_renewal_goes_its_way_to_the_end() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::EnterGrace);
    stage.passes(3 * DAY);
    assert_eq!(runs(&mut stage), ["5"]);
    stage.passes(57 * DAY - 1);
    assert!(runs(&mut stage).is_empty());
    stage.passes(1);
    assert_eq!(runs(&mut stage), ["3", "13"]);
}

#[test]
fn scheduled_pauses_begin_and_end() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::SchedulePause);
    stage.passes(30 * DAY);
    assert_eq!(runs(&mut stage), ["10"]);
    stage.passes(30 * DAY);
    assert_eq!(runs(&mut stage), ["1"]);
}

#[test]
fn cancelled_and_prepaid_purchases_expire() {
    let (mut stage, cancelled) = Stage::bought();
    stage.does(&cancelled, Action::Cancel);
    stage.buy("pass", "week");
    stage.passes(30 * DAY);
    assert_eq!(runs(&mut stage), ["13", "13"]);
}

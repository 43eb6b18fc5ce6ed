//! Lives of paid purchases, and their ends.

use serde_json::json;
use store_simulator::roku::model::{Action, ActionError, NewPurchase, Options, State};

use crate::stage::{DAY, Stage, message, types};

fn is(entitled: bool, cancelled: bool, status: &str) -> (bool, bool, String) {
    (entitled, cancelled, status.to_owned())
}

#[test]
fn a_renewal_is_a_sale_with_another_id() {
    let (mut stage, first) = Stage::bought("monthly");
    let renewed = stage.does(&first, Action::Renew);
    assert_eq!(types(&renewed), ["Sale"]);
    assert_eq!(renewed.at.to_string(), "2026-12-15T00:00:00Z");
    let told = message(&renewed);
    assert_ne!(told["transactionId"], json!(first));
    assert_eq!(told["originalTransactionId"], json!(first));
    assert_eq!(told["originalPurchaseDate"], "2026-11-15T00:00:00Z");
    assert_eq!(told["comments"], "Recurring subscription processed");
    assert_eq!(told["expirationDate"], "2027-01-15T00:00:00Z");
    for id in [&first, &renewed.purchase.transaction_id] {
        assert_eq!(stage.expiration(id), "2027-01-15T00:00:00Z");
        assert_eq!(stage.answer(id)["OriginalTransactionId"], json!(first));
    }
}

#[test]
fn the_clock_stays_where_it_is_if_wanted() {
    let (mut stage, id) = Stage::bought("monthly");
    let options = Options {
        move_clock: false,
        ..Options::default()
    };
    let renewed = stage.does_with(&id, Action::Renew, &options);
    assert_eq!(renewed.at.to_string(), crate::START);
    assert_eq!(stage.expiration(&id), "2027-01-15T00:00:00Z");
}

#[test]
fn a_trial_costs_nothing_and_is_converted_by_its_first_renewal() {
    let (mut stage, id) = Stage::bought("trial");
    assert_eq!(stage.answer(&id)["total"], 0.0);
    assert_eq!(stage.expiration(&id), "2026-11-22T00:00:00Z");
    let converted = stage.does(&id, Action::Renew);
    assert!(!converted.purchase.in_trial);
    assert_eq!(message(&converted)["isFreeTrial"], false);
    assert_eq!(message(&converted)["total"], 8.99);
    assert_eq!(stage.expiration(&id), "2026-12-22T00:00:00Z");
}

#[test]
fn a_trial_can_be_declined() {
    let mut stage = Stage::set();
    let bought = stage.buys(&NewPurchase::of("trial").without_trial());
    assert_eq!(message(&bought)["isFreeTrial"], false);
    assert_eq!(message(&bought)["total"], 8.99);
}

#[test]
fn an_introductory_price_holds_for_its_periods() {
    let (mut stage, id) = Stage::bought("intro");
    let mut totals = vec![stage.answer(&id)["total"].clone()];
    for _ in 0..2 {
        let renewed = stage.does(&id, Action::Renew);
        totals.push(message(&renewed)["total"].clone());
    }
    assert_eq!(totals, [json!(0.99), json!(0.99), json!(8.99)]);
}

#[test]
fn the_end_of_a_period_moves_without_a_word() {
    let (mut stage, id) = Stage::bought("monthly");
    let options = Options {
        expiration_date: Some("2026-12-24T00:00:00Z".parse().unwrap()),
        ..Options::default()
    };
    let moved = stage.does_with(&id, Action::MoveExpiration, &options);
    assert!(moved.published.is_empty());
    assert_eq!(stage.expiration(&id), "2026-12-24T00:00:00Z");
}

#[test]
fn a_cancelled_purchase_runs_to_its_end_and_ends_without_a_word() {
    let (mut stage, id) = Stage::bought("monthly");
    let cancelled = stage.does(&id, Action::Cancel);
    assert_eq!(types(&cancelled), ["Cancellation"]);
    let end = "2026-12-15T00:00:00Z";
    assert_eq!(message(&cancelled)["expirationDate"], end);
    assert_eq!(stage.standing(&id), is(true, true, "Active"));
    stage.passes(30 * DAY);
    assert_eq!(stage.standing(&id), is(false, true, "Inactive"));
    assert_eq!(stage.expiration(&id), end);

    let (mut stage, id) = Stage::bought("monthly");
    stage.does(&id, Action::Cancel);
    let expired = stage.does(&id, Action::Expire);
    assert!(expired.published.is_empty());
    assert_eq!(expired.at.to_string(), end);
    assert!(!stage.pay.grants(&id, stage.now));
}

#[test]
fn on_the_last_day_a_cancellation_says_that_the_end_is_today() {
    for cancelled_before in [true, false] {
        let mut stage = Stage::set();
        stage.passes(9 * 3_600);
        let id = stage.buy("monthly");
        if cancelled_before {
            stage.does(&id, Action::Cancel);
        }
        let last = stage.does(&id, Action::LastDay);
        assert_eq!(types(&last), ["Cancellation"]);
        assert_eq!(message(&last)["eventDate"], "2026-12-15T00:00:00Z");
        assert_eq!(message(&last)["expirationDate"], "2026-12-15T09:00:00Z");
        assert_eq!(stage.standing(&id), is(true, true, "Active"));
        stage.passes(9 * 3_600);
        assert_eq!(stage.standing(&id), is(false, true, "Inactive"));
    }
}

#[test]
fn an_active_purchase_can_end_with_its_period() {
    let (mut stage, id) = Stage::bought("monthly");
    let ended = stage.does(&id, Action::Expire);
    assert_eq!(types(&ended), ["Cancellation"]);
    let told = message(&ended);
    assert_eq!(told["expirationDate"], told["eventDate"]);
    assert_eq!(stage.standing(&id), is(false, true, "Inactive"));
}

#[test]
fn a_cancellation_is_undone_before_the_end() {
    let (mut stage, id) = Stage::bought("monthly");
    stage.does(&id, Action::Cancel);
    let back = stage.does(&id, Action::Resubscribe);
    assert_eq!(types(&back), ["Resubscribe"]);
    assert!(message(&back).get("expirationDate").is_none());
    assert_eq!(back.purchase.original_transaction_id, id);
    assert_eq!(stage.standing(&id), is(true, false, "Active"));
    assert_eq!(stage.expiration(&id), "2026-12-15T00:00:00Z");
}

#[test]
fn after_the_end_it_is_another_purchase_of_the_same_customer() {
    let (mut stage, id) = Stage::bought("trial");
    stage.does(&id, Action::Cancel);
    stage.does(&id, Action::Expire);
    stage.passes(DAY);
    let again = stage.does(&id, Action::Resubscribe);
    assert_eq!(types(&again), ["Sale"]);
    assert_eq!(message(&again)["comments"], "New order processed.");
    assert_eq!(message(&again)["isFreeTrial"], false);
    let new = again.purchase;
    assert_ne!(new.original_transaction_id, id);
    assert_eq!(new.customer_id, stage.purchase(&id).customer_id);
    assert_eq!(stage.standing(&id), is(false, true, "Inactive"));
    let standing = stage.standing(&new.transaction_id);
    assert_eq!(standing, is(true, false, "Active"));
}

#[test]
fn what_is_bought_once_neither_renews_nor_ends() {
    let (mut stage, id) = Stage::bought("film");
    for action in [Action::Renew, Action::Cancel, Action::Expire, Action::Hold] {
        let refused = stage.refuses(&id, action);
        assert_eq!(
            refused,
            ActionError::WrongState(State::OneTime),
            "{action:?}"
        );
    }
    assert!(stage.pay.grants(&id, stage.now));
    assert_eq!(stage.answer(&id)["isEntitled"], false);
}

#[test]
fn a_refused_action_changes_nothing() {
    let (mut stage, id) = Stage::bought("monthly");
    let before = stage.purchase(&id);
    stage.refuses(&id, Action::Recover);
    stage.refuses(&id, Action::EndOffer);
    assert_eq!(
        stage.refuses("unheard-of", Action::Renew),
        ActionError::UnknownPurchase
    );
    assert!(stage.purchase(&id) == before);
}

#[test]
fn ids_can_be_chosen_once() {
    let mut stage = Stage::set();
    let wanted = NewPurchase::of("monthly").with_id("a-1");
    assert_eq!(stage.buys(&wanted).purchase.transaction_id.as_str(), "a-1");
    let again = stage.pay.buy(&wanted, stage.now);
    assert_eq!(again.unwrap_err(), ActionError::Exists);
    let options = Options {
        transaction_id: Some("a-2".into()),
        ..Options::default()
    };
    let renewed = stage.does_with("a-1", Action::Renew, &options);
    assert_eq!(renewed.purchase.transaction_id.as_str(), "a-2");
}

#[test]
fn a_run_can_be_repeated() {
    let run = || {
        let (mut stage, id) = Stage::bought("monthly");
        stage.does(&id, Action::Renew).purchase
    };
    assert!(run() == run());
}

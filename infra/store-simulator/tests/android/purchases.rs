//! Beginnings of purchases.

use serde_json::json;
use store_simulator::android::model::{Action, ActionError, NewPurchase, Options, State};

use crate::play::{DAY, Stage, about, names};

#[test]
fn a_paid_purchase_is_active_at_once_and_waits_to_be_acknowledged() {
    let mut stage = Stage::set();
    let outcome = stage.buys(&NewPurchase::of("premium", "monthly"));
    assert_eq!(names(&outcome), ["4"]);
    let token = &outcome.purchase.purchase_token;
    assert_eq!(stage.state(token), "ACTIVE");
    assert_eq!(stage.expiry(token), "2026-12-15T00:00:00Z");
    let shown = stage.get(token);
    assert_eq!(
        shown["acknowledgementState"],
        "ACKNOWLEDGEMENT_STATE_PENDING"
    );
    assert!(stage.grants(token));
}

#[test]
fn a_pending_purchase_is_not_told_before_it_is_paid() {
    let mut stage = Stage::set();
    let outcome = stage.buys(&NewPurchase::of("premium", "monthly").pending());
    assert!(outcome.published.is_empty());
    let token = outcome.purchase.purchase_token;
    assert_eq!(stage.state(&token), "PENDING");
    assert!(stage.get(&token).get("startTime").is_none());
    assert!(!stage.grants(&token));

    stage.passes(DAY);
    let paid = stage.does(&token, Action::CompletePending);
    assert_eq!(names(&paid), ["4"]);
    assert_eq!(stage.get(&token)["startTime"], "2026-11-16T00:00:00Z");
    assert_eq!(stage.expiry(&token), "2026-12-16T00:00:00Z");
    assert!(stage.grants(&token));
}

#[test]
fn a_pending_purchase_can_be_given_up() {
    let mut stage = Stage::set();
    let outcome = stage.buys(&NewPurchase::of("premium", "monthly").pending());
    let token = outcome.purchase.purchase_token;
    assert_eq!(names(&stage.does(&token, Action::CancelPending)), ["20"]);
    assert_eq!(stage.state(&token), "PENDING_PURCHASE_CANCELED");
    let refused = stage.refuses(&token, Action::CompletePending);
    assert!(matches!(refused, ActionError::WrongState(_)));
}

#[test]
fn a_pending_replacement_leaves_the_old_purchase_alone_until_it_is_paid() {
    let (mut stage, old) = Stage::bought();
    let options = Options {
        pending: true,
        ..Options::to_plan("basic", "monthly")
    };
    let given_up = stage.does_with(&old, Action::Replace, &options);
    assert!(given_up.published.is_empty());
    let token = given_up.purchase.purchase_token;
    assert_eq!(names(&stage.does(&token, Action::CancelPending)), ["20"]);
    assert_eq!(stage.get(&token)["linkedPurchaseToken"], json!(old));
    assert_eq!(stage.state(&old), "ACTIVE");

    let paid = stage.does_with(&old, Action::Replace, &options);
    let token = paid.purchase.purchase_token;
    let completed = stage.does(&token, Action::CompletePending);
    let expected = [("4".to_owned(), true), ("13".to_owned(), false)];
    assert_eq!(about(&completed, &token), expected);
    assert_eq!(stage.state(&old), "EXPIRED");
}

#[test]
fn a_pending_replacement_of_what_has_ended_cannot_be_completed() {
    let (mut stage, old) = Stage::bought();
    let options = Options {
        pending: true,
        ..Options::to_plan("basic", "monthly")
    };
    let new = stage.does_with(&old, Action::Replace, &options).purchase;
    stage.does(&old, Action::Expire);
    let refused = stage.refuses(&new.purchase_token, Action::CompletePending);
    assert_eq!(refused, ActionError::WrongState(State::Expired));
}

#[test]
fn a_free_trial_becomes_the_base_price() {
    let mut stage = Stage::set();
    let wanted = NewPurchase::of("premium", "monthly").with_offer("trial");
    let token = stage.buys(&wanted).purchase.purchase_token;
    let item = stage.get(&token)["lineItems"][0].clone();
    assert_eq!(item["offerPhase"], json!({"freeTrial": {}}));
    assert_eq!(
        item["offerDetails"],
        json!({"basePlanId": "monthly", "offerId": "trial"})
    );
    assert_eq!(item["expiryTime"], "2026-11-22T00:00:00Z");
    stage.does(&token, Action::Renew);
    let item = stage.get(&token)["lineItems"][0].clone();
    assert_eq!(item["offerPhase"], json!({"basePrice": {}}));
    assert_eq!(item["expiryTime"], "2026-12-22T00:00:00Z");
}

#[test]
fn an_introductory_price_lasts_as_many_periods_as_the_offer_says() {
    let mut stage = Stage::set();
    let wanted = NewPurchase::of("premium", "monthly").with_offer("intro");
    let token = stage.buys(&wanted).purchase.purchase_token;
    let mut phases = Vec::new();
    for _ in 0..3 {
        phases.push(stage.get(&token)["lineItems"][0]["offerPhase"].clone());
        stage.does(&token, Action::Renew);
    }
    let intro = json!({"introductoryPrice": {}});
    assert_eq!(phases, [intro.clone(), intro, json!({"basePrice": {}})]);
}

#[test]
fn only_what_is_for_sale_can_be_bought_and_no_token_twice() {
    let mut stage = Stage::set();
    let mut refused = |wanted: NewPurchase| stage.play.buy(&wanted, stage.now).unwrap_err();
    let unknown = refused(NewPurchase::of("premium", "weekly"));
    assert!(matches!(unknown, ActionError::UnknownPlan(..)));
    let unknown = refused(NewPurchase::of("basic", "monthly").with_offer("trial"));
    assert!(matches!(unknown, ActionError::UnknownOffer(_)));
    let wanted = NewPurchase::of("basic", "monthly").with_token("token");
    stage.buys(&wanted);
    assert_eq!(stage.play.buy(&wanted, stage.now), Err(ActionError::Exists));
}

#[test]
fn equal_runs_give_equal_tokens_and_other_apps_other_ones() {
    let (first, second) = (Stage::bought().1, Stage::bought().1);
    assert_eq!(first, second);
    let mut stage = Stage::bought().0;
    assert_ne!(stage.buy("premium", "monthly"), first);
}

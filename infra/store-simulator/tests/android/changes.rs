//! Dates, prices and items that change in between.

use serde_json::{Value, json};
use store_simulator::android::model::{
    Action, ActionError, Options, PriceChangeMode, PriceChangeState,
};

use crate::play::{DAY, Stage, names};

fn price_details(stage: &Stage, token: &str) -> Value {
    stage.get(token)["lineItems"][0]["autoRenewingPlan"]["priceChangeDetails"].clone()
}

#[test]
fn a_deferred_charge_moves_the_end() {
    let (mut stage, token) = Stage::bought();
    let moved = stage.does_with(&token, Action::Defer, &Options::lasting(3 * DAY));
    assert_eq!(names(&moved), ["9"]);
    assert_eq!(stage.expiry(&token), "2026-12-18T00:00:00Z");
}

#[test]
fn a_price_increase_is_charged_once_the_customer_agreed() {
    let (mut stage, token) = Stage::bought();
    let options = Options {
        amount: Some("12.49".to_owned()),
        ..Options::default()
    };
    let announced = stage.does_with(&token, Action::ChangePrice, &options);
    assert_eq!(names(&announced), ["19"]);
    let expected = json!({
        "newPrice": {"currencyCode": "EUR", "units": "12", "nanos": 490_000_000},
        "priceChangeMode": "PRICE_INCREASE",
        "priceChangeState": "OUTSTANDING",
        "expectedNewPriceChargeTime": "2026-12-15T00:00:00Z",
    });
    assert_eq!(price_details(&stage, &token), expected);

    let agreed = Options {
        price_change_state: Some(PriceChangeState::Confirmed),
        ..Options::default()
    };
    assert_eq!(
        names(&stage.does_with(&token, Action::ChangePrice, &agreed)),
        ["19"]
    );
    stage.does(&token, Action::Renew);
    assert_eq!(price_details(&stage, &token)["priceChangeState"], "APPLIED");
    let plan = &stage.get(&token)["lineItems"][0]["autoRenewingPlan"];
    assert_eq!(plan["recurringPrice"], expected["newPrice"]);
    stage.does(&token, Action::Renew);
    assert_eq!(price_details(&stage, &token), Value::Null);
}

#[test]
fn an_increase_that_needs_no_consent_is_confirmed_at_once() {
    let (mut stage, token) = Stage::bought();
    let options = Options {
        amount: Some("10.49".to_owned()),
        price_change_mode: PriceChangeMode::OptOutPriceIncrease,
        ..Options::default()
    };
    stage.does_with(&token, Action::ChangePrice, &options);
    let details = price_details(&stage, &token);
    assert_eq!(details["priceChangeMode"], "OPT_OUT_PRICE_INCREASE");
    assert_eq!(details["priceChangeState"], "CONFIRMED");
}

#[test]
fn a_price_change_needs_a_price() {
    let (mut stage, token) = Stage::bought();
    let refused = stage.refuses(&token, Action::ChangePrice);
    assert_eq!(refused, ActionError::Missing("amount"));
}

#[test]
fn an_added_item_ends_with_the_others_and_a_removed_one_at_the_renewal() {
    let (mut stage, token) = Stage::bought();
    stage.passes(5 * DAY);
    let sports = Options::to_plan("sports", "monthly");
    assert_eq!(
        names(&stage.does_with(&token, Action::AddItem, &sports)),
        ["17"]
    );
    let items = stage.get(&token)["lineItems"].clone();
    assert_eq!(items[1]["productId"], "sports");
    assert_eq!(items[1]["expiryTime"], items[0]["expiryTime"]);

    assert_eq!(
        names(&stage.does_with(&token, Action::RemoveItem, &sports)),
        ["17"]
    );
    let removed = &stage.get(&token)["lineItems"][1];
    assert_eq!(removed["deferredItemRemoval"], json!({}));
    stage.does(&token, Action::Renew);
    let items = stage.get(&token)["lineItems"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1);
}

#[test]
fn a_commitment_is_paid_before_its_cancellation_takes_effect() {
    let mut stage = Stage::set();
    let token = stage.buy("committed", "monthly");
    let remaining = |stage: &Stage| {
        stage.get(&token)["lineItems"][0]["autoRenewingPlan"]["installmentDetails"].clone()
    };
    let expected = json!({"initialCommittedPaymentsCount": 3,
        "subsequentCommittedPaymentsCount": 3, "remainingCommittedPaymentsCount": 2});
    assert_eq!(remaining(&stage), expected);
    let scheduled = stage.does(&token, Action::ScheduleCancellation);
    assert_eq!(names(&scheduled), ["18"]);
    assert_eq!(stage.state(&token), "ACTIVE");
    assert_eq!(remaining(&stage)["pendingCancellation"], json!({}));

    assert_eq!(names(&stage.does(&token, Action::Renew)), ["2"]);
    assert_eq!(names(&stage.does(&token, Action::Renew)), ["2", "3"]);
    assert_eq!(stage.state(&token), "CANCELED");

    let (mut stage, other) = Stage::bought();
    let refused = stage.refuses(&other, Action::ScheduleCancellation);
    assert_eq!(refused, ActionError::NoInstallments);
}

#[test]
fn any_word_can_be_shown_as_state() {
    let (mut stage, token) = Stage::bought();
    let options = Options {
        state: Some("SUBSCRIPTION_STATE_OF_TOMORROW".to_owned()),
        ..Options::default()
    };
    let set = stage.does_with(&token, Action::SetState, &options);
    assert!(set.published.is_empty());
    assert_eq!(stage.state(&token), "OF_TOMORROW");
    stage.does(&token, Action::SetState);
    assert_eq!(stage.state(&token), "ACTIVE");
}

//! Refunds, service credits and disputes.

use serde_json::json;
use store_simulator::roku::model::{Action, ActionError, Options, State};

use crate::stage::{Stage, message, types};

#[test]
fn a_refund_pays_the_price_and_its_tax_back_and_leaves_access() {
    let (mut stage, id) = Stage::bought("monthly");
    let before = stage.answer(&id);
    let refunded = stage.does(&id, Action::Refund);
    assert_eq!(types(&refunded), ["Refund"]);
    let told = message(&refunded);
    assert_eq!(told["price"], -8.99);
    assert_eq!(told["tax"], -0.72);
    assert_eq!(told["total"], -9.71);
    assert_eq!(told["originalTransactionId"], json!(id));
    assert!(told.get("expirationDate").is_none());
    assert_eq!(stage.answer(&id), before);
}

#[test]
fn a_charge_is_paid_back_once_at_most() {
    let (mut stage, id) = Stage::bought("monthly");
    let refund = |amount| Options::of_amount(amount);
    stage.does_with(&id, Action::Refund, &refund("5.00"));
    let rest = stage
        .pay
        .act(&id, Action::Refund, &refund("4.00"), stage.now);
    assert_eq!(rest.unwrap_err(), ActionError::NothingToRefund);
    let rest = stage.does(&id, Action::Refund);
    assert_eq!(message(&rest)["price"], -3.99);
    assert_eq!(
        stage.refuses(&id, Action::Refund),
        ActionError::NothingToRefund
    );
}

#[test]
fn an_earlier_charge_can_be_paid_back() {
    let (mut stage, first) = Stage::bought("monthly");
    stage.does(&first, Action::Renew);
    let options = Options {
        of: Some(first.clone()),
        ..Options::default()
    };
    let refunded = stage.does_with(&first, Action::Refund, &options).purchase;
    assert_eq!(refunded.transactions[0].refunded.to_string(), "8.99");
    assert_eq!(refunded.transactions[1].refunded.to_string(), "0.00");
}

#[test]
fn what_the_customer_did_not_buy_is_cancelled_after_the_refund() {
    let (mut stage, id) = Stage::bought("monthly");
    let options = Options {
        unauthorized: true,
        ..Options::default()
    };
    let refunded = stage.does_with(&id, Action::Refund, &options);
    assert_eq!(types(&refunded), ["Refund", "Cancellation"]);
    assert!(!stage.pay.grants(&id, stage.now));
    assert_eq!(stage.answer(&id)["isEntitled"], false);
}

#[test]
fn what_was_bought_once_can_be_paid_back() {
    let (mut stage, id) = Stage::bought("film");
    let refunded = stage.does(&id, Action::Refund);
    assert_eq!(types(&refunded), ["Refund"]);
    assert_eq!(refunded.purchase.state, State::OneTime);
}

#[test]
fn a_trial_has_nothing_to_pay_back() {
    let (mut stage, id) = Stage::bought("trial");
    assert_eq!(
        stage.refuses(&id, Action::Refund),
        ActionError::NothingToRefund
    );
}

#[test]
fn a_credit_has_a_number_for_an_id_and_pays_the_next_renewal() {
    let (mut stage, id) = Stage::bought("basic");
    let credited = stage.does_with(&id, Action::Credit, &Options::of_amount("6.00"));
    assert_eq!(types(&credited), ["Credit"]);
    let told = message(&credited);
    let number = told["transactionId"].as_str().unwrap();
    assert!(number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
    for absent in [
        "originalTransactionId",
        "originalPurchaseDate",
        "expirationDate",
        "tax",
    ] {
        assert!(told.get(absent).is_none(), "{absent}");
    }
    let applied = |stage: &mut Stage| {
        let renewed = stage.does(&id, Action::Renew);
        message(&renewed).get("creditsApplied").cloned()
    };
    assert_eq!(applied(&mut stage), Some(json!(4.99)));
    assert_eq!(applied(&mut stage), Some(json!(1.01)));
    assert_eq!(applied(&mut stage), None);
}

#[test]
fn a_dispute_goes_back_and_forth_and_leaves_access() {
    let (mut stage, id) = Stage::bought("monthly");
    let before = stage.answer(&id);
    assert_eq!(
        stage.refuses(&id, Action::ReverseChargeback),
        ActionError::DisputeOrder
    );
    for (action, kind, total) in [
        (Action::Chargeback, "Chargeback", -9.71),
        (Action::ReverseChargeback, "ChargebackReversed", 9.71),
        (Action::SecondChargeback, "SecondChargeback", -9.71),
    ] {
        let disputed = stage.does(&id, action);
        assert_eq!(types(&disputed), [kind]);
        assert_eq!(message(&disputed)["total"], total);
        assert_eq!(stage.answer(&id), before);
    }
    assert_eq!(
        stage.refuses(&id, Action::Chargeback),
        ActionError::DisputeOrder
    );
    stage.does(&id, Action::Renew);
    assert_eq!(types(&stage.does(&id, Action::Chargeback)), ["Chargeback"]);
}

//! Refunds and voids.

use store_simulator::android::model::{Action, ActionError, Options, PublishedKind};

use crate::play::{DAY, Stage, names};

#[test]
fn a_void_takes_the_last_order_and_the_purchase() {
    let (mut stage, token) = Stage::bought();
    stage.does(&token, Action::Renew);
    let order = stage.purchase(&token).latest_order_id().to_owned();
    let voided = stage.does(&token, Action::Void);
    assert_eq!(names(&voided), ["12", "voided"]);
    let expected = PublishedKind::Voided {
        purchase_token: token.clone(),
        order_id: order.clone(),
    };
    assert_eq!(voided.published[1].kind, expected);
    assert_eq!(stage.state(&token), "EXPIRED");
    let listed = &stage.play.voided()[0];
    assert_eq!((&listed.purchase_token, &listed.order_id), (&token, &order));
}

#[test]
fn the_void_may_be_told_before_the_revocation() {
    let (mut stage, token) = Stage::bought();
    let options = Options {
        reverse_order: true,
        ..Options::default()
    };
    let voided = stage.does_with(&token, Action::Void, &options);
    assert_eq!(names(&voided), ["voided", "12"]);
}

#[test]
fn an_older_order_can_be_voided_without_the_purchase() {
    let (mut stage, token) = Stage::bought();
    let first = stage.purchase(&token).order_id;
    stage.does(&token, Action::Renew);
    let options = Options {
        order_id: Some(first),
        revoke: false,
        ..Options::default()
    };
    assert_eq!(
        names(&stage.does_with(&token, Action::Void, &options)),
        ["voided"]
    );
    assert_eq!(stage.state(&token), "ACTIVE");
    let again = stage.tries(&token, Action::Void, &options).unwrap_err();
    assert_eq!(again, ActionError::NothingToRefund);
}

#[test]
fn a_stale_look_up_shows_the_time_before_the_void_until_told() {
    let (mut stage, token) = Stage::bought();
    let before = stage.get(&token);
    let options = Options {
        stale: true,
        ..Options::default()
    };
    stage.does_with(&token, Action::Void, &options);
    stage.passes(DAY);
    assert_eq!(stage.get(&token), before);
    assert!(!stage.grants(&token));
    assert!(stage.does(&token, Action::CatchUp).published.is_empty());
    assert_eq!(stage.state(&token), "EXPIRED");
}

#[test]
fn a_refund_alone_is_neither_told_nor_listed() {
    let (mut stage, token) = Stage::bought();
    assert!(stage.does(&token, Action::Refund).published.is_empty());
    assert!(stage.play.voided().is_empty());
    assert_eq!(stage.state(&token), "ACTIVE");
}

#[test]
fn a_purchase_that_was_replaced_can_still_be_voided() {
    let (mut stage, old) = Stage::bought();
    let options = Options::to_plan("basic", "monthly");
    let new = stage.does_with(&old, Action::Replace, &options).purchase;
    assert_eq!(names(&stage.does(&old, Action::Void)), ["voided"]);
    assert!(stage.grants(&new.purchase_token));
}

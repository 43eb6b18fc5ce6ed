//! The store's model without HTTP.

use jiff::Timestamp;
use serde_json::Value;
use store_simulator::amazon::model::{
    Action, ActionError, Appstore, NewPurchase, Options, Product, Receipt, State,
};

use crate::scene::{MONTHLY, TRIAL, YEARLY, products};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn appstore() -> Appstore {
    let mut appstore = Appstore::new();
    appstore.set_products(products());
    appstore
}

fn bought(appstore: &mut Appstore, sku: &str, now: &str) -> Receipt {
    let wanted = NewPurchase::of(sku);
    appstore.buy(&wanted, at(now)).unwrap().receipt
}

#[test]
fn renewals_keep_the_day_of_the_month_where_it_exists() {
    let mut appstore = appstore();
    let mut now = at("2026-12-31T10:00:00Z");
    let id = bought(&mut appstore, MONTHLY, "2026-12-31T10:00:00Z").receipt_id;
    let mut ends = Vec::new();
    for _ in 0..4 {
        let renewed = appstore
            .act(&id, Action::Renew, &Options::default(), now)
            .unwrap();
        ends.push(renewed.receipt.period_end.unwrap().to_string());
        now = renewed.at;
    }
    let expected = [
        "2027-02-28T10:00:00Z",
        "2027-03-31T10:00:00Z",
        "2027-04-30T10:00:00Z",
        "2027-05-31T10:00:00Z",
    ];
    assert_eq!(ends, expected);
}

#[test]
fn access_goes_with_what_is_paid() {
    let mut appstore = appstore();
    let start = at("2026-11-15T00:00:00Z");
    let id = bought(&mut appstore, MONTHLY, "2026-11-15T00:00:00Z").receipt_id;
    let end = at("2026-12-15T00:00:00Z");
    let before = at("2026-12-14T23:59:59Z");
    assert!(appstore.grants(&id, start) && appstore.grants(&id, before));
    assert!(!appstore.grants(&id, end));
    let grace = Options::lasting(86_400);
    appstore
        .act(&id, Action::EnterGrace, &grace, start)
        .unwrap();
    assert!(appstore.grants(&id, at("2026-12-15T23:59:59Z")));
    assert!(!appstore.grants(&id, at("2026-12-16T00:00:00Z")));
    appstore
        .act(&id, Action::Recover, &Options::default(), end)
        .unwrap();
    assert!(appstore.grants(&id, at("2027-01-14T00:00:00Z")));
    appstore
        .act(&id, Action::Invalidate, &Options::default(), end)
        .unwrap();
    assert!(!appstore.grants(&id, end));
    assert_eq!(appstore.rvs(&id, end), None);
    assert!(!appstore.grants("unheard-of", end));
}

#[test]
fn a_state_follows_from_what_happened_and_the_time() {
    let mut appstore = appstore();
    let start = at("2026-11-15T00:00:00Z");
    let id = bought(&mut appstore, TRIAL, "2026-11-15T00:00:00Z").receipt_id;
    let state = |appstore: &Appstore, now| appstore.receipt(&id).unwrap().state(now);
    assert_eq!(state(&appstore, start), State::InTrial);
    let options = Options::default();
    appstore
        .act(&id, Action::TurnAutoRenewOff, &options, start)
        .unwrap();
    assert_eq!(state(&appstore, start), State::WontRenew);
    assert_eq!(state(&appstore, at("2026-11-22T00:00:00Z")), State::Ended);
    appstore
        .act(&id, Action::TurnAutoRenewOn, &options, start)
        .unwrap();
    appstore.act(&id, Action::Renew, &options, start).unwrap();
    assert_eq!(state(&appstore, start), State::Active);
}

#[test]
fn what_is_refused_changes_nothing() {
    let mut appstore = appstore();
    let start = at("2026-11-15T00:00:00Z");
    let receipt = bought(&mut appstore, MONTHLY, "2026-11-15T00:00:00Z");
    let id = &receipt.receipt_id;
    let refused = appstore.act(id, Action::Recover, &Options::default(), start);
    assert_eq!(refused, Err(ActionError::WrongState(State::Active)));
    let unknown = appstore.act(id, Action::ChangeNow, &Options::to_term("x"), start);
    assert_eq!(unknown, Err(ActionError::UnknownProduct("x".to_owned())));
    assert_eq!(appstore.receipt(id), Some(&receipt));
    assert_eq!(appstore.receipts().count(), 1);
}

#[test]
fn the_same_seed_makes_the_same_ids() {
    let id = |seed| {
        let mut appstore = Appstore::seeded(seed);
        appstore.set_products(products());
        bought(&mut appstore, YEARLY, "2026-11-15T00:00:00Z").receipt_id
    };
    assert_eq!(id(1), id(1));
    assert_ne!(id(1), id(2));
}

#[test]
fn short_periods_are_possible() {
    let mut appstore = Appstore::new();
    appstore.set_products(vec![Product::monthly("p", "p.minute").lasting_seconds(60)]);
    let start = at("2026-11-15T00:00:00Z");
    let id = bought(&mut appstore, "p.minute", "2026-11-15T00:00:00Z").receipt_id;
    let options = Options::lasting(30);
    let failed = appstore
        .act(&id, Action::EnterGrace, &options, start)
        .unwrap();
    let grace_ends = failed.receipt.grace_ends.unwrap();
    assert_eq!(grace_ends.to_string(), "2026-11-15T00:01:30Z");
    let shown = appstore.rvs(&id, start).unwrap();
    assert_eq!(shown["gracePeriodEndDate"], grace_ends.as_millisecond());
    let ended = appstore.run_due(at("2026-11-15T00:05:00Z"));
    assert_eq!(ended.len(), 1);
    assert_eq!(ended[0].receipt.cancelled_at, Some(grace_ends));
    assert_eq!(ended[0].receipt.cancel_reason, Some(2));
    let shown = appstore.rvs(&id, at("2026-11-15T00:05:00Z")).unwrap();
    assert_eq!(shown["renewalDate"], Value::Null);
}

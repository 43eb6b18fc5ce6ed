//! The model without HTTP.

use jiff::{SignedDuration, Timestamp};
use store_simulator::apple::model::{
    Action, ActionError, AppStore, NewPurchase, Options, Product, State,
};

use crate::START;

const DAY: i64 = 86_400;

fn store() -> AppStore {
    let mut store = AppStore::new("com.example.app");
    store.set_products(vec![
        Product::monthly("premium", "9.99", "EUR"),
        Product::monthly("basic", "4.99", "EUR"),
    ]);
    store
}

fn start() -> Timestamp {
    START.parse().unwrap()
}

fn days_later(time: Timestamp, days: i64) -> Timestamp {
    time + SignedDuration::from_secs(days * DAY)
}

#[test]
fn the_same_seed_gives_the_same_ids() {
    let id = |mut store: AppStore| {
        let wanted = NewPurchase::of("premium");
        store
            .buy(&wanted, start())
            .unwrap()
            .purchase
            .original_transaction_id
    };
    assert_eq!(id(store()), id(store()));
    let mut other = AppStore::seeded("com.example.app", 7);
    other.set_products(vec![Product::monthly("premium", "9.99", "EUR")]);
    assert_ne!(id(store()), id(other));
}

#[test]
fn what_is_refused_changes_nothing() {
    let mut store = store();
    let id = store.buy(&NewPurchase::of("premium"), start()).unwrap();
    let id = id.purchase.original_transaction_id;
    let before = store.purchase(&id).cloned();
    let refused = store.act(&id, Action::Recover, &Options::default(), start());
    assert_eq!(refused, Err(ActionError::WrongState(State::Active)));
    let unknown = Options::to_product("unheard-of");
    assert!(store.act(&id, Action::Upgrade, &unknown, start()).is_err());
    assert_eq!(store.purchase(&id).cloned(), before);
}

#[test]
fn access_lasts_as_long_as_it_is_paid_or_in_grace() {
    let mut store = store();
    let id = store.buy(&NewPurchase::of("premium"), start()).unwrap();
    let id = id.purchase.original_transaction_id;
    assert!(store.grants(&id, days_later(start(), 29)));
    assert!(!store.grants(&id, days_later(start(), 30)));
    let grace = Options::lasting(3 * 86_400);
    let failed = store.act(&id, Action::EnterGrace, &grace, start()).unwrap();
    assert!(store.grants(&id, days_later(failed.at, 2)));
    assert!(!store.grants(&id, days_later(failed.at, 3)));
    let over = store
        .act(&id, Action::ExpireGrace, &Options::default(), failed.at)
        .unwrap();
    assert!(!store.grants(&id, over.at));
    let paid = store
        .act(&id, Action::Recover, &Options::default(), over.at)
        .unwrap();
    assert!(store.grants(&id, paid.at));
    let back = store
        .act(&id, Action::Refund, &Options::default(), paid.at)
        .unwrap();
    assert!(!store.grants(&id, back.at));
}

#[test]
fn a_grace_period_ends_by_itself_and_a_failed_charge_takes_no_paid_time() {
    let mut store = store();
    let id = store.buy(&NewPurchase::of("premium"), start()).unwrap();
    let id = id.purchase.original_transaction_id;
    let early = Options {
        move_clock: false,
        ..Options::default()
    };
    store.act(&id, Action::EnterRetry, &early, start()).unwrap();
    let purchase = store.purchase(&id).unwrap();
    assert_eq!(purchase.state_at(start()), State::Active);
    assert_eq!(
        purchase.state_at(days_later(start(), 30)),
        State::BillingRetry
    );
    assert!(store.grants(&id, start()));
}

#[test]
fn signed_dates_grow_while_the_clock_stands() {
    let mut store = store();
    let dates: Vec<_> = (0..3).map(|_| store.signed_date(start())).collect();
    let first = start().as_millisecond();
    assert_eq!(dates, [first, first + 1, first + 2]);
    assert_eq!(
        store.signed_date(days_later(start(), 1)),
        first + DAY * 1_000
    );
}

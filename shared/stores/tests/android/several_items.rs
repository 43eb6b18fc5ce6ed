//! One purchase of several products, which Google lists in no promised order.

use domain::{Status, StoreSnapshot, StoreState};
use serde_json::{Value, json};

use crate::json::changed;
use crate::scene::{at, item, known, now, read};

fn add_on(changes: &Value) -> Value {
    let add_on = json!({"productId": "sports", "autoRenewingPlan": {"autoRenewEnabled": true}});
    changed(item(&add_on), changes)
}

fn states(snapshot: StoreSnapshot) -> Vec<StoreState> {
    let others = snapshot.alternatives.clone();
    [vec![known(snapshot)], others].concat()
}

/// What is read from these items, the same in both orders.
fn read_in_both_orders(one: &Value, other: &Value) -> Vec<StoreState> {
    let [first, second] =
        [[one, other], [other, one]].map(|items| states(read(&json!({ "lineItems": items }))));
    assert_eq!(first, second);
    first
}

fn shown(states: &[StoreState]) -> Vec<(&str, Status, bool)> {
    let shown = |state: &'_ StoreState| (state.status, state.auto_renew);
    states
        .iter()
        .map(|state| {
            let (status, renews) = shown(state);
            (state.product_id.as_str(), status, renews)
        })
        .collect()
}

#[test]
fn the_order_of_a_plan_and_an_add_on_does_not_matter() {
    let later = json!({"expiryTime": "2027-11-15T00:00:01.250Z"});
    for changes in [json!({}), later] {
        let read = read_in_both_orders(&item(&json!({})), &add_on(&changes));
        let mut products: Vec<_> = shown(&read);
        products.sort_unstable_by_key(|(product, ..)| *product);
        assert_eq!(
            products,
            [
                ("premium", Status::Active, true),
                ("sports", Status::Active, true)
            ]
        );
    }
}

#[test]
fn an_add_on_that_is_dropped_is_no_opt_out() {
    let dropped = add_on(&json!({"autoRenewingPlan": {}, "deferredItemRemoval": {}}));
    let read = read_in_both_orders(&item(&json!({})), &dropped);
    assert_eq!(
        shown(&read),
        [
            ("premium", Status::Active, true),
            ("sports", Status::Active, false)
        ]
    );
}

#[test]
fn an_add_on_that_is_to_be_dropped_comes_last_although_its_plan_still_renews() {
    let dropped = add_on(&json!({
        "deferredItemRemoval": {}, "expiryTime": "2027-11-15T00:00:01.250Z",
    }));
    let read = read_in_both_orders(&item(&json!({})), &dropped);
    assert_eq!(read[0].product_id, "premium");
}

#[test]
fn a_product_that_has_run_out_is_over_while_another_goes_on() {
    let over = item(&json!({
        "autoRenewingPlan": {}, "expiryTime": "2026-11-20T11:00:00Z",
    }));
    let read = read_in_both_orders(&over, &add_on(&json!({})));
    assert_eq!(
        shown(&read),
        [
            ("sports", Status::Active, true),
            ("premium", Status::Expired, false)
        ]
    );
    assert!(!read[1].grants_access(now()));
}

#[test]
fn each_product_has_its_own_end_order_and_price() {
    let own = json!({
        "expiryTime": "2026-12-01T00:00:00Z",
        "latestSuccessfulOrderId": "GPA.3300-2222",
        "autoRenewingPlan": {
            "autoRenewEnabled": true,
            "recurringPrice": {"currencyCode": "EUR", "units": "3"},
        },
    });
    let read = read_in_both_orders(&item(&json!({})), &add_on(&own));
    let sports = &read[1];
    assert_eq!(sports.period_end, at("2026-12-01T00:00:00Z"));
    assert_eq!(sports.order_id.as_deref(), Some("GPA.3300-2222"));
    assert_eq!(sports.details["orderId"], "GPA.3300-2222");
    assert_eq!(sports.price.as_ref().unwrap().amount_micros, 3_000_000);
}

#[test]
fn a_product_that_another_one_has_taken_over_from_does_not_count() {
    let old = item(&json!({"productId": "basic", "expiryTime": "2026-12-01T00:00:00Z"}));
    let new = item(&json!({"itemReplacement": {"productId": "basic"}}));
    let read = read_in_both_orders(&old, &new);
    assert_eq!(shown(&read), [("premium", Status::Active, true)]);
}

#[test]
fn what_has_not_begun_is_no_product_yet() {
    let pending = add_on(&json!({"expiryTime": null}));
    let read = read_in_both_orders(&item(&json!({})), &pending);
    assert_eq!(shown(&read), [("premium", Status::Active, true)]);
}

#[test]
fn any_prepaid_product_of_less_than_a_week_has_to_be_acknowledged_early() {
    let prepaid = |product: &str, until: &str| {
        item(&json!({
            "productId": product, "expiryTime": until,
            "autoRenewingPlan": null, "prepaidPlan": {},
        }))
    };
    let snapshot = read(&json!({
        "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING",
        "startTime": "2026-11-20T00:00:00Z",
        "lineItems": [
            prepaid("month", "2026-12-20T00:00:00Z"),
            prepaid("days", "2026-11-22T00:00:00Z"),
        ],
    }));
    for state in states(snapshot) {
        assert_eq!(state.acknowledge_by, Some(at("2026-11-21T00:00:00Z")));
    }
}

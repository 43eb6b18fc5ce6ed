//! Money that goes back: what it does to a subscription, by itself and with the switches.

use domain::{Reading, Status, StoreSnapshot, StoreState};
use serde_json::{Value, json};

use crate::json::changed;
use crate::scene::{at, config, date, knowing, known, now, read_with, transaction};

const REFUNDED_AT: &str = "2026-11-20T10:00:00Z";

fn seen(switches: &Value, changes: &Value, told: &Value) -> StoreSnapshot {
    let answer = transaction(changes);
    read_with(&config(switches), &knowing(told), &answer, now()).unwrap()
}

fn state(switches: &Value, told: &Value) -> StoreState {
    known(seen(switches, &json!({}), told))
}

fn refunded(changes: &Value) -> Value {
    changed(
        json!({"refundedAt": REFUNDED_AT, "refundedAmount": "-8.99"}),
        changes,
    )
}

fn refunds_end_access() -> Value {
    json!({"refundEndsAccess": true})
}

#[test]
fn a_refund_alone_ends_nothing_and_is_remembered() {
    let state = state(&json!({}), &refunded(&json!({})));
    assert_eq!((state.status, state.revoked_at), (Status::Active, None));
    assert_eq!(state.details["refundedAt"], REFUNDED_AT);
    assert_eq!(state.details["refundedAmount"], "-8.99");
}

#[test]
fn by_the_switch_it_takes_the_purchase_back() {
    for (entitled, cancelled) in [(true, false), (true, true)] {
        let changes = json!({"isEntitled": entitled, "cancelled": cancelled});
        let state = known(seen(&refunds_end_access(), &changes, &refunded(&json!({}))));
        assert_eq!(state.status, Status::Revoked);
        assert_eq!(state.revoked_at, Some(at(REFUNDED_AT)));
        assert!(!state.auto_renew && !state.grants_access(now()));
    }
}

#[test]
fn a_part_of_the_price_takes_nothing_back() {
    for (amount, expected) in [
        ("-8.98", Status::Active),
        ("-8.99", Status::Revoked),
        ("8.99", Status::Revoked),
        ("-10", Status::Revoked),
        ("", Status::Active),
        ("some", Status::Active),
    ] {
        let told = refunded(&json!({ "refundedAmount": amount }));
        assert_eq!(
            state(&refunds_end_access(), &told).status,
            expected,
            "{amount}"
        );
    }
}

#[test]
fn a_refund_of_an_unknown_part_ends_nothing_and_is_alarmed() {
    for switches in [json!({}), refunds_end_access()] {
        for (amount, price, known) in [
            ("", json!(8.99), false),
            ("some", json!(8.99), false),
            ("-8.99", Value::Null, false),
            ("-8.99", json!(8.99), true),
            ("-1.00", json!(8.99), true),
        ] {
            let told = refunded(&json!({ "refundedAmount": amount }));
            let seen = seen(&switches, &json!({ "amount": price }), &told);
            let word = (!known).then_some("refund of an unknown part");
            assert_eq!(seen.unknown_status.as_deref(), word, "{amount} {price}");
            if !known {
                assert_eq!(super::scene::known(seen).status, Status::Active);
            }
        }
    }
    // One of an older payment says nothing of this one.
    let of_an_older = refunded(&json!({
        "refundedAmount": "", "told": "Sale", "toldAt": "2026-11-20T10:00:01Z",
        "toldTransactionId": crate::scene::FIRST,
    }));
    let seen = seen(&json!({}), &json!({}), &of_an_older);
    assert_eq!(seen.unknown_status, None);
}

#[test]
fn an_amount_that_was_not_told_is_not_shown() {
    let told = refunded(&json!({"refundedAmount": ""}));
    assert!(
        !state(&json!({}), &told)
            .details
            .contains_key("refundedAmount")
    );
}

#[test]
fn what_was_returned_before_the_last_payment_is_of_an_older_one() {
    for (paid_at, expected) in [
        ("2026-11-20T10:00:00Z", Status::Revoked),
        ("2026-11-20T10:00:01Z", Status::Active),
    ] {
        let told = refunded(&json!({
            "told": "Sale", "toldAt": paid_at, "toldTransactionId": crate::scene::FIRST,
        }));
        assert_eq!(
            state(&refunds_end_access(), &told).status,
            expected,
            "{paid_at}"
        );
    }
}

#[test]
fn what_ended_by_a_refund_is_taken_back_and_not_run_out() {
    let ended =
        |end: &str| json!({"isEntitled": false, "cancelled": true, "expirationDate": date(end)});
    for (end, expected) in [
        ("2026-11-20T10:00:00Z", Status::Revoked),
        ("2026-11-19T10:00:00Z", Status::Revoked),
        ("2026-11-19T09:59:59Z", Status::Expired),
        ("2026-12-02T10:15:00Z", Status::Revoked),
    ] {
        let state = known(seen(&json!({}), &ended(end), &refunded(&json!({}))));
        assert_eq!(state.status, expected, "{end}");
        let revoked_at = (expected == Status::Revoked).then(|| at(REFUNDED_AT));
        assert_eq!(state.revoked_at, revoked_at, "{end}");
        assert!(state.period_end <= now());
    }
}

#[test]
fn a_chargeback_asks_for_nothing_unless_the_switch_is_on() {
    let taken = json!({"chargedBackAt": REFUNDED_AT});
    let taken_again = json!({
        "chargedBackAt": REFUNDED_AT, "chargebackReversedAt": "2026-11-19T10:00:00Z",
    });
    let given_back = json!({
        "chargedBackAt": "2026-11-18T10:00:00Z", "chargebackReversedAt": "2026-11-19T10:00:00Z",
    });
    let of_an_older_payment = json!({"chargedBackAt": "2026-11-01T10:00:00Z"});
    let on = json!({"chargebackEndsAccess": true});
    for (told, expected) in [
        (&taken, Status::Revoked),
        (&taken_again, Status::Revoked),
        (&given_back, Status::Active),
        (&of_an_older_payment, Status::Active),
    ] {
        assert_eq!(state(&on, told).status, expected, "{told}");
        assert_eq!(state(&json!({}), told).status, Status::Active, "{told}");
        assert_eq!(
            state(&refunds_end_access(), told).status,
            Status::Active,
            "{told}"
        );
    }
    assert_eq!(state(&on, &refunded(&json!({}))).status, Status::Active);
}

#[test]
fn a_word_about_money_says_nothing_of_what_another_subscription_took_over() {
    let replaced =
        json!({"purchaseStatus": "PendingInactive", "isEntitled": true, "cancelled": true});
    let reading = seen(&refunds_end_access(), &replaced, &refunded(&json!({}))).reading;
    assert_eq!(reading, Reading::Replaced);
}

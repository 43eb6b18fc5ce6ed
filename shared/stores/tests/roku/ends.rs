//! Why a subscription is over, where money was returned or a cancellation was told.

use domain::{Reading, Status};
use serde_json::json;

use crate::json::changed;
use crate::scene::{ENDS_AT, date, known, now, read_at};

#[test]
fn an_old_refund_or_one_of_a_part_makes_no_upgrade_an_end_by_a_refund() {
    let ended =
        |end: &str| json!({"isEntitled": false, "cancelled": true, "expirationDate": date(end)});
    let just_now = "2026-11-20T11:00:00Z";
    for (end, refunded_at, amount, replaced) in [
        (ENDS_AT, "2026-11-01T10:00:00Z", "-8.99", true),
        (ENDS_AT, "2026-11-10T10:00:00Z", "-1.00", true),
        (ENDS_AT, "2026-11-10T10:00:00Z", "-8.99", false),
        (just_now, "2026-11-10T10:00:00Z", "-8.99", true),
        (just_now, "2026-11-20T10:00:00Z", "-1.00", true),
        (just_now, "2026-11-20T10:00:00Z", "-8.99", false),
    ] {
        let known_before = json!({
            "paidUntil": ENDS_AT, "refundedAt": refunded_at, "refundedAmount": amount,
        });
        let reading = read_at(&ended(end), &known_before, now()).reading;
        let what = format!("{end} {refunded_at} {amount}");
        assert_eq!(reading == Reading::Replaced, replaced, "{what}");

        let told = json!({"told": "UpgradeCancellation", "toldAt": "2026-11-20T11:59:58Z"});
        let reading = read_at(&ended(end), &changed(known_before, &told), now()).reading;
        assert_eq!(reading, Reading::Replaced, "{what}");
    }
}

#[test]
fn a_part_of_the_price_that_was_returned_at_a_regular_end_ended_it() {
    let ended = json!({
        "isEntitled": false, "cancelled": true, "expirationDate": date("2026-11-20T11:00:00Z"),
    });
    let refund = json!({"refundedAt": "2026-11-20T10:00:00Z", "refundedAmount": "-1.00"});
    for besides in [
        json!({"paidUntil": "2026-11-20T11:00:00Z"}),
        json!({"paidUntil": ENDS_AT, "cancelledAt": "2026-11-20T11:00:00Z"}),
    ] {
        let known_before = changed(refund.clone(), &besides);
        let state = known(read_at(&ended, &known_before, now()));
        assert_eq!(state.status, Status::Revoked, "{besides}");
    }
}

#[test]
fn a_cancellation_at_the_end_stays_known_to_later_looks() {
    let ended = json!({
        "isEntitled": false, "cancelled": true, "expirationDate": date("2026-11-20T11:00:00Z"),
    });
    let told = json!({
        "paidUntil": ENDS_AT, "told": "Cancellation", "toldAt": "2026-11-20T11:00:00Z",
    });
    let first = known(read_at(&ended, &told, now()));
    assert_eq!(first.status, Status::Expired);
    let second = known(read_at(&ended, &json!(first.details), now()));
    assert_eq!(second.status, Status::Expired);
}

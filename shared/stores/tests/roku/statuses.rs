//! What an answer says of access: every row of the table, and its boundaries.

use domain::{Reading, Status, Store, Timestamp};
use serde_json::{Value, json};

use crate::scene::{
    BOUGHT_AT, CHANNEL, ENDS_AT, FIRST, at, config, date, knowing, known, now, read, read_at,
    read_with, transaction,
};

fn flags(entitled: bool, cancelled: bool) -> Value {
    json!({"isEntitled": entitled, "cancelled": cancelled})
}

fn status_at(changes: &Value, time: &str) -> Status {
    known(read_at(changes, &json!({}), at(time))).status
}

fn access_at(changes: &Value, time: &str) -> bool {
    known(read_at(changes, &json!({}), at(time))).grants_access(at(time))
}

#[test]
fn an_active_subscription_renews() {
    let snapshot = read(&json!({}));
    assert_eq!(snapshot.store, Store::Roku);
    assert_eq!(snapshot.purchase_key.as_str(), FIRST);
    assert_eq!(
        (snapshot.account.clone(), snapshot.alias.clone()),
        (None, None)
    );
    assert_eq!(
        (snapshot.replaces.clone(), snapshot.observed_at),
        (None, now())
    );
    let state = known(snapshot);
    assert_eq!(state.status, Status::Active);
    assert_eq!(state.product_id, "extv_premium_monthly");
    assert_eq!(state.started_at, Some(at(BOUGHT_AT)));
    assert_eq!(state.period_end, at(ENDS_AT));
    assert!(state.auto_renew && !state.test);
    assert_eq!(state.billing, domain::Billing::Renewing);
    assert_eq!(state.order_id.as_deref(), Some(FIRST));
    let dates = (state.trial_end, state.grace_end, state.cancelled_at);
    assert_eq!(dates, (None, None, None));
    assert_eq!((state.pending_product_id, state.price), (None, None));
}

#[test]
fn what_webhooks_show_names_the_transactions_and_the_channel() {
    let Reading::Known(state) = read(&json!({})).reading else {
        panic!("it is known");
    };
    let shown: Vec<_> = state
        .details
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("channelId", CHANNEL),
            ("originalTransactionId", FIRST),
            ("transactionAt", BOUGHT_AT),
            ("transactionId", FIRST),
        ]
    );
}

/// Before the end, at it, and long after.
#[test]
fn every_row_of_the_table_at_every_time() {
    use Status::{Active, Cancelled, Expired, Grace, OnHold};
    let second_before = "2026-12-02T10:14:59Z";
    let at_the_end = ENDS_AT;
    let day_after = "2026-12-03T10:15:00Z";
    let week_after = "2026-12-09T10:15:00Z";
    for (entitled, cancelled, time, expected, access) in [
        (true, false, second_before, Active, true),
        (true, false, at_the_end, Active, true),
        (true, false, day_after, Grace, true),
        (true, false, week_after, Grace, true),
        (true, true, second_before, Cancelled, true),
        (true, true, at_the_end, Cancelled, false),
        (true, true, week_after, Cancelled, false),
        (false, false, at_the_end, OnHold, false),
        (false, false, day_after, OnHold, false),
        (false, true, at_the_end, Expired, false),
        (false, true, week_after, Expired, false),
    ] {
        let changes = flags(entitled, cancelled);
        assert_eq!(status_at(&changes, time), expected, "{changes} {time}");
        assert_eq!(access_at(&changes, time), access, "{changes} {time}");
    }
}

#[test]
fn what_runs_out_or_is_over_does_not_renew() {
    for (changes, time) in [
        (flags(true, true), "2026-11-20T12:00:00Z"),
        (flags(false, true), "2026-12-09T10:15:00Z"),
    ] {
        assert!(!known(read_at(&changes, &json!({}), at(time))).auto_renew);
    }
    let on_hold = read_at(&flags(false, false), &json!({}), at("2026-12-09T10:15:00Z"));
    assert!(known(on_hold).auto_renew);
}

#[test]
fn a_renewal_may_be_an_hour_late() {
    for (time, expected) in [
        ("2026-12-02T11:14:59.999Z", Status::Active),
        ("2026-12-02T11:15:00Z", Status::Grace),
    ] {
        assert_eq!(status_at(&flags(true, false), time), expected, "{time}");
    }
}

#[test]
fn a_renewal_that_failed_by_rokus_word_is_not_late() {
    let told = |time: &str| json!({"told": "GraceInitiated", "toldAt": time});
    for (time, expected) in [
        (ENDS_AT, Status::Grace),
        ("2026-12-02T09:15:00Z", Status::Grace),
        ("2026-12-02T09:14:59Z", Status::Active),
        ("2026-11-02T10:15:00Z", Status::Active),
    ] {
        let seen = read_at(&flags(true, false), &told(time), at("2026-12-02T10:20:00Z"));
        assert_eq!(known(seen).status, expected, "{time}");
    }
    let before_the_end = read_at(&json!({}), &told("2026-12-02T09:20:00Z"), now());
    assert_eq!(known(before_the_end).status, Status::Active);
}

#[test]
fn grace_lasts_three_days_and_as_long_as_roku_goes_on() {
    for (time, until) in [
        ("2026-12-02T11:15:00Z", "2026-12-05T10:15:00Z"),
        ("2026-12-05T10:14:59Z", "2026-12-05T10:15:00Z"),
        ("2026-12-05T10:15:00Z", "2026-12-06T10:15:00Z"),
        ("2026-12-06T10:14:59Z", "2026-12-06T10:15:00Z"),
        ("2026-12-20T00:00:00Z", "2026-12-20T10:15:00Z"),
    ] {
        let state = known(read_at(&flags(true, false), &json!({}), at(time)));
        assert_eq!(state.status, Status::Grace, "{time}");
        assert_eq!(state.grace_end, Some(at(until)), "{time}");
        assert_eq!(state.period_end, at(ENDS_AT));
        assert!(state.auto_renew);
    }
}

#[test]
fn a_charge_is_tried_for_sixty_days() {
    for (time, expected) in [
        ("2027-02-01T10:14:59Z", Status::OnHold),
        ("2027-02-01T10:15:00Z", Status::Expired),
    ] {
        assert_eq!(status_at(&flags(false, false), time), expected, "{time}");
    }
}

#[test]
fn without_enhanced_recovery_nothing_is_on_hold() {
    let basic = config(&json!({"enhancedRecovery": false}));
    let answer = transaction(&flags(false, false));
    let seen = read_with(
        &basic,
        &knowing(&json!({})),
        &answer,
        at("2026-12-09T10:15:00Z"),
    );
    assert_eq!(known(seen.unwrap()).status, Status::Expired);
    let answer = transaction(&flags(true, false));
    let seen = read_with(
        &basic,
        &knowing(&json!({})),
        &answer,
        at("2026-12-03T10:15:00Z"),
    );
    assert_eq!(known(seen.unwrap()).status, Status::Grace);
}

#[test]
fn purchase_status_in_every_spelling_decides_nothing() {
    for word in [
        json!("Active"),
        json!("ACTIVE"),
        json!("Inactive"),
        json!("valid"),
        json!("Pending_Active"),
        json!("PendingActive"),
        json!(null),
    ] {
        let state = known(read(&json!({ "purchaseStatus": word })));
        assert_eq!(state.status, Status::Active, "{word}");
    }
    let inactive = json!({"purchaseStatus": "Inactive", "isEntitled": true, "cancelled": true});
    assert_eq!(known(read(&inactive)).status, Status::Cancelled);
}

#[test]
fn a_word_that_nobody_knows_is_no_guess() {
    for (entitled, cancelled) in [(true, false), (true, true), (false, true), (false, false)] {
        for time in [now(), at("2027-01-02T10:15:00Z")] {
            let changes = json!({
                "isEntitled": entitled, "cancelled": cancelled, "purchaseStatus": "Frozen",
                "cancelledTransactionIds": ["f00dcafe"],
            });
            let snapshot = read_at(&changes, &json!({}), time);
            assert_eq!(
                snapshot.reading,
                Reading::UnknownStatus("Frozen".to_owned())
            );
            assert_eq!(snapshot.replaces, None);
        }
    }
    let long = read(&json!({"purchaseStatus": "x\n".repeat(200)}));
    assert_eq!(long.reading, Reading::UnknownStatus("x".repeat(64)));
}

#[test]
fn neither_entitled_nor_cancelled_before_the_end_is_in_no_table() {
    let reading = read(&flags(false, false)).reading;
    let expected = "not entitled before its end";
    assert_eq!(reading, Reading::UnknownStatus(expected.to_owned()));
}

#[test]
fn the_end_of_what_is_over_never_lies_ahead() {
    let over = flags(false, true);
    let told = json!({"told": "Cancellation", "toldAt": "2026-11-20T11:59:00Z"});
    let state = known(read_at(&over, &told, now()));
    assert_eq!((state.status, state.period_end), (Status::Expired, now()));
    let later = at("2026-12-24T00:00:00Z");
    assert_eq!(known(read_at(&over, &told, later)).period_end, at(ENDS_AT));
}

#[test]
fn when_it_was_cancelled_is_what_a_notification_told() {
    let told = json!({"cancelledAt": "2026-11-19T08:00:00Z"});
    let cancelled = known(read_at(&flags(true, true), &told, now()));
    assert_eq!(cancelled.cancelled_at, Some(at("2026-11-19T08:00:00Z")));
    assert_eq!(cancelled.details["cancelledAt"], "2026-11-19T08:00:00Z");
    let wanted_again = known(read_at(&flags(true, false), &told, now()));
    assert_eq!(wanted_again.cancelled_at, None);
    assert!(!wanted_again.details.contains_key("cancelledAt"));
    let forgotten = read_at(&flags(true, true), &json!({"cancelledAt": ""}), now());
    assert_eq!(known(forgotten).cancelled_at, None);
}

#[test]
fn dates_may_have_any_of_their_forms() {
    for end in [
        "/Date(1796206500000+0000)/",
        "/Date(1796206500000-0800)/",
        "/Date(1796206500000)/",
        "2026-12-02T10:15:00Z",
        "2026-12-02T10:15:00",
    ] {
        let state = known(read(&json!({ "expirationDate": end })));
        assert_eq!(state.period_end, at(ENDS_AT), "{end}");
    }
}

#[test]
fn a_channel_may_be_a_number_or_its_digits() {
    for channel in [json!(712_345), json!("712345")] {
        assert_eq!(
            known(read(&json!({ "channelId": channel }))).details["channelId"],
            CHANNEL
        );
    }
}

#[test]
fn without_an_original_transaction_the_answered_or_the_asked_one_is_the_key() {
    let first = read(&json!({"OriginalTransactionId": null, "transactionId": "later"}));
    assert_eq!(first.purchase_key.as_str(), "later");
    let asked = read(&json!({"OriginalTransactionId": null, "transactionId": null}));
    assert_eq!(asked.purchase_key.as_str(), FIRST);
}

fn renewed_at(known_before: &Value, end: &str) -> domain::StoreState {
    let renewed = json!({"expirationDate": date(end)});
    known(read_at(&renewed, known_before, now()))
}

#[test]
fn the_last_payment_is_unknown_once_the_end_moved_without_a_word() {
    let before = json!({
        "transactionId": FIRST, "transactionAt": "2026-10-02T10:15:00Z",
        "paidUntil": "2026-11-02T10:15:00Z",
    });
    let state = renewed_at(&before, ENDS_AT);
    assert_eq!(state.order_id, None);
    assert_eq!(state.details["paidUntil"], ENDS_AT);
    let moved_a_little = renewed_at(&before, "2026-11-03T10:15:00Z");
    assert_eq!(moved_a_little.order_id.as_deref(), Some(FIRST));
}

#[test]
fn the_last_payment_is_the_one_that_was_told() {
    let before = json!({
        "transactionId": "t-before", "transactionAt": "2026-10-02T10:15:00Z",
        "paidUntil": "2026-11-02T10:15:00Z",
        "told": "Sale", "toldAt": "2026-11-02T10:15:04Z", "toldTransactionId": FIRST,
    });
    let state = renewed_at(&before, ENDS_AT);
    assert_eq!(state.order_id.as_deref(), Some(FIRST));
    assert_eq!(state.details["transactionId"], FIRST);
    assert_eq!(state.details["transactionAt"], "2026-11-02T10:15:04Z");
    assert!(!state.details.contains_key("told"));
}

#[test]
fn what_is_told_and_pays_nothing_is_no_payment() {
    let before = json!({
        "transactionId": "t-before", "transactionAt": "2026-11-02T10:15:00Z",
        "told": "Cancellation", "toldAt": "2026-11-20T11:00:00Z", "toldTransactionId": FIRST,
    });
    let state = renewed_at(&before, ENDS_AT);
    assert_eq!(state.order_id.as_deref(), Some("t-before"));
}

#[test]
fn the_latest_end_that_was_seen_stays_known_after_the_end() {
    let before =
        json!({"paidUntil": ENDS_AT, "told": "Cancellation", "toldAt": "2026-11-20T11:00:00Z"});
    let ended = json!({"isEntitled": false, "cancelled": true, "expirationDate": date("2026-11-20T11:00:00Z")});
    let state = known(read_at(&ended, &before, now()));
    assert_eq!(state.status, Status::Expired);
    assert_eq!(state.details["paidUntil"], ENDS_AT);
}

#[test]
fn a_snapshot_is_of_the_time_at_which_asking_began() {
    let time: Timestamp = at("2026-11-21T00:00:00Z");
    assert_eq!(read_at(&json!({}), &json!({}), time).observed_at, time);
}

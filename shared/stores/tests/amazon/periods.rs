//! What a running subscription is, by the fields of its receipt.

use domain::{Reading, Status, Store, StoreState};
use serde_json::{Value, json};

use crate::scene::{
    RECEIPT, USER, at, known, locator, ms, now, read, read_with, receipt, shown, state, state_with,
};

fn until(state: &StoreState) -> String {
    state.period_end.to_string()
}

#[test]
fn a_renewing_subscription_is_active_to_its_renewal() {
    let seen = read(&json!({}));
    assert_eq!(seen.store, Store::Amazon);
    assert_eq!(seen.purchase_key.as_str(), RECEIPT);
    assert_eq!(seen.observed_at, now());
    assert_eq!((seen.account.clone(), seen.alias.clone()), (None, None));
    assert_eq!(
        (seen.replaces.clone(), seen.unknown_status.clone()),
        (None, None)
    );
    let state = known(seen);
    let expected = StoreState {
        started_at: Some(at("2026-10-15T09:30:00.250Z")),
        details: state.details.clone(),
        ..StoreState::new(
            Status::Active,
            "extv.premium.monthly".to_owned(),
            at("2026-12-15T09:30:00.250Z"),
        )
    };
    assert_eq!(state, expected);
}

#[test]
fn what_the_next_look_needs_is_kept() {
    let details = serde_json::to_value(state(&json!({})).details).unwrap();
    let expected = json!({
        "receiptId": RECEIPT, "receiptUserId": USER, "userId": USER, "productType": "SUBSCRIPTION",
        "productId": "extv.premium", "termSku": "extv.premium.monthly",
        "purchaseDate": "2026-10-15T09:30:00.25Z", "periodEnd": "2026-12-15T09:30:00.25Z",
    });
    assert_eq!(details, expected);
}

#[test]
fn what_is_too_long_to_be_an_id_is_not_kept() {
    let long = "x".repeat(256);
    let details = state(&json!({"productId": long, "termSku": ""})).details;
    assert!(!details.contains_key("productId") && !details.contains_key("termSku"));
}

#[test]
fn the_plan_is_the_product_and_else_the_parent() {
    assert_eq!(state(&json!({})).product_id, "extv.premium.monthly");
    for none in [Value::Null, json!("")] {
        let state = state(&json!({ "termSku": none }));
        assert_eq!(state.product_id, "extv.premium");
    }
}

#[test]
fn a_late_renewal_leaves_it_active() {
    for date in ["2026-11-20T12:00:00Z", "2026-11-15T09:30:00Z"] {
        let state = state(&json!({"renewalDate": ms(date)}));
        assert_eq!(
            (state.status, until(&state)),
            (Status::Active, date.to_owned())
        );
        assert!(state.auto_renew && state.grants_access(now()));
    }
}

fn trial(end: &str, changes: &Value) -> StoreState {
    let mut fields = json!({"freeTrialEndDate": ms(end), "renewalDate": ms(end)});
    let more = changes.as_object().unwrap().clone();
    fields.as_object_mut().unwrap().extend(more);
    state(&fields)
}

#[test]
fn a_trial_lasts_until_its_end() {
    let end = "2026-11-22T09:30:00Z";
    let running = trial(end, &json!({}));
    assert_eq!(running.status, Status::Active);
    assert_eq!(running.trial_end, Some(at(end)));
    assert_eq!(running.period_end, at(end));

    let off = json!({"autoRenewing": false, "renewalDate": null});
    let off = trial(end, &off);
    assert_eq!(
        (off.status, until(&off)),
        (Status::Cancelled, end.to_owned())
    );
    assert_eq!(off.trial_end, Some(at(end)));

    assert_eq!(
        trial("2026-11-20T12:00:00.001Z", &json!({})).trial_end,
        Some(at("2026-11-20T12:00:00.001Z"))
    );
    assert_eq!(trial("2026-11-20T12:00:00Z", &json!({})).trial_end, None);
}

#[test]
fn in_the_grace_period_access_goes_on_to_its_end() {
    let grace = state(&json!({"renewalDate": ms("2026-11-15T09:30:00Z"),
        "gracePeriodEndDate": ms("2026-11-21T09:30:00Z")}));
    assert_eq!(
        (grace.status, until(&grace)),
        (Status::Grace, "2026-11-15T09:30:00Z".to_owned())
    );
    assert_eq!(grace.grace_end, Some(at("2026-11-21T09:30:00Z")));
    assert!(grace.auto_renew && grace.grants_access(now()));
    assert!(!grace.grants_access(at("2026-11-21T09:30:00Z")));
}

#[test]
fn a_grace_period_that_is_over_gives_no_access() {
    let over = state(&json!({"renewalDate": ms("2026-11-15T09:30:00Z"),
        "gracePeriodEndDate": ms("2026-11-20T12:00:00Z")}));
    assert_eq!(over.status, Status::Grace);
    assert!(!over.grants_access(now()));
}

#[test]
fn a_grace_period_that_is_over_does_not_end_what_was_renewed() {
    let renewed = state(&json!({"renewalDate": ms("2026-12-15T09:30:00Z"),
        "gracePeriodEndDate": ms("2026-11-20T12:00:00Z")}));
    assert_eq!(
        (renewed.status, until(&renewed)),
        (Status::Active, "2026-12-15T09:30:00Z".to_owned())
    );
    assert_eq!(renewed.grace_end, None);
    assert!(renewed.grants_access(now()));
}

#[test]
fn a_grace_period_that_is_over_does_not_end_what_is_paid_and_will_not_renew() {
    let off = |date: Value| {
        json!({"autoRenewing": false, "renewalDate": null, "cancelDate": date,
            "gracePeriodEndDate": ms("2026-11-20T12:00:00Z")})
    };
    let paid = ms("2026-12-15T09:30:00Z");
    let known = json!({"periodEnd": "2026-12-15T09:30:00Z"});
    for state in [state(&off(paid)), state_with(&known, &off(Value::Null))] {
        assert_eq!(
            (state.status, until(&state)),
            (Status::Cancelled, "2026-12-15T09:30:00Z".to_owned())
        );
        assert!(state.grants_access(now()));
    }
    let unpaid = state(&off(Value::Null));
    assert_eq!(unpaid.status, Status::Grace);
    assert!(!unpaid.grants_access(now()));
}

#[test]
fn in_the_grace_period_the_next_date_is_no_renewal() {
    let ahead = json!({"renewalDate": ms("2026-12-15T09:30:00Z"),
        "gracePeriodEndDate": ms("2026-11-21T09:30:00Z")});
    let before = json!({"periodEnd": "2026-11-15T09:30:00Z"});
    assert_eq!(until(&state_with(&before, &ahead)), "2026-11-15T09:30:00Z");
    assert_eq!(until(&state(&ahead)), "2026-11-21T09:30:00Z");
}

#[test]
fn without_auto_renewal_it_lasts_to_the_date_of_its_end() {
    let off = state(&json!({"autoRenewing": false, "renewalDate": null,
        "cancelDate": ms("2026-12-15T09:30:00Z")}));
    assert_eq!(
        (off.status, until(&off)),
        (Status::Cancelled, "2026-12-15T09:30:00Z".to_owned())
    );
    assert!(!off.auto_renew && off.grants_access(now()));
    assert_eq!((off.cancelled_at, off.cancel_reason), (None, None));
}

#[test]
fn without_a_date_it_lasts_to_the_end_that_was_known() {
    let off = json!({"autoRenewing": false, "renewalDate": null});
    let known = json!({"periodEnd": "2026-12-15T09:30:00.25Z"});
    let state = state_with(&known, &off);
    assert_eq!(
        (state.status, until(&state)),
        (Status::Cancelled, "2026-12-15T09:30:00.25Z".to_owned())
    );
}

#[test]
fn without_a_date_no_further_period_follows_the_end_that_was_known() {
    let off = json!({"autoRenewing": false, "renewalDate": null});
    let passed = json!({"periodEnd": "2026-11-10T00:00:00Z"});
    let state = state_with(&passed, &off);
    assert_eq!(
        (state.status, until(&state)),
        (Status::Cancelled, "2026-11-10T00:00:00Z".to_owned())
    );
    assert!(!state.grants_access(now()));
    assert_eq!(state.details["periodEnd"], "2026-11-10T00:00:00Z");
}

#[test]
fn without_a_date_and_a_known_end_it_is_counted_from_the_purchase() {
    let off = json!({"autoRenewing": false, "renewalDate": null});
    assert_eq!(until(&state(&off)), "2026-12-15T09:30:00.25Z");
    let clamped = json!({"autoRenewing": false, "renewalDate": null,
        "purchaseDate": ms("2026-08-31T10:00:00Z")});
    assert_eq!(until(&state(&clamped)), "2026-11-30T10:00:00Z");
    let unknown = json!({"autoRenewing": false, "renewalDate": null, "term": "Forever"});
    let error = read_with(&json!({}), &unknown).unwrap_err();
    assert_eq!(error.kind(), "malformed");
}

/// A subscription that began on the 1st of October with a free week, and will not renew. Amazon names no
/// date.
fn after_a_trial(trial_end: &Value) -> Value {
    json!({"autoRenewing": false, "renewalDate": null, "cancelDate": null,
        "purchaseDate": ms("2026-10-01T09:30:00Z"), "freeTrialEndDate": trial_end})
}

#[test]
fn after_a_trial_the_end_is_counted_from_the_end_of_the_trial() {
    let trial_end = "2026-10-08T09:30:00Z";
    let first = state(&after_a_trial(&ms(trial_end)));
    assert_eq!(
        (first.status, until(&first)),
        (Status::Cancelled, "2026-12-08T09:30:00Z".to_owned())
    );
    assert_eq!(first.details["freeTrialEndDate"], trial_end);
    assert_eq!(first.trial_end, None);
}

#[test]
fn the_end_of_a_trial_is_remembered_once_amazon_names_it_no_longer() {
    let known = json!({"freeTrialEndDate": "2026-10-08T09:30:00Z"});
    let later = state_with(&known, &after_a_trial(&Value::Null));
    assert_eq!(until(&later), "2026-12-08T09:30:00Z");
    assert_eq!(later.details["freeTrialEndDate"], "2026-10-08T09:30:00Z");
}

#[test]
fn a_counted_end_is_counted_once() {
    let off = json!({"autoRenewing": false, "renewalDate": null});
    let first = state(&off).details;
    assert_eq!(first["countedEnd"], "2026-12-15T09:30:00.25Z");
    let passed = json!({"countedEnd": "2026-11-15T09:30:00.25Z"});
    let later = state_with(&passed, &off);
    assert_eq!(until(&later), "2026-11-15T09:30:00.25Z");
    assert!(!later.grants_access(now()));
    assert_eq!(later.details["countedEnd"], "2026-11-15T09:30:00.25Z");
}

#[test]
fn what_ends_before_a_counted_end_was_not_paid_back() {
    let off = json!({"autoRenewing": false, "renewalDate": null});
    let counted = serde_json::to_value(state(&off).details).unwrap();
    assert_eq!(counted.get("periodEnd"), None);
    let ended = json!({"autoRenewing": false, "renewalDate": null,
        "cancelDate": ms("2026-11-19T09:30:00Z"), "cancelReason": 1});
    let state = state_with(&counted, &ended);
    assert_eq!((state.status, state.revoked_at), (Status::Expired, None));
}

#[test]
fn a_date_of_amazon_takes_the_place_of_a_counted_end() {
    let counted = json!({"countedEnd": "2026-11-10T00:00:00Z"});
    let state = state_with(&counted, &json!({}));
    assert_eq!(until(&state), "2026-12-15T09:30:00.25Z");
    assert!(!state.details.contains_key("countedEnd"));
}

#[test]
fn another_plan_at_the_next_renewal_shows_beforehand() {
    let pending = |changes| state(&changes).pending_product_id;
    let sku = "extv.premium.yearly";
    let deferred = json!({"deferredDate": ms("2026-12-15T09:30:00Z"), "deferredSku": sku});
    assert_eq!(pending(deferred).as_deref(), Some(sku));
    for none in [
        json!({"deferredSku": "extv.premium.monthly"}),
        json!({"deferredSku": ""}),
        json!({"deferredSku": sku, "autoRenewing": false, "renewalDate": null,
            "cancelDate": ms("2026-12-15T09:30:00Z")}),
    ] {
        assert_eq!(pending(none), None);
    }
}

#[test]
fn an_unknown_kind_of_product_is_no_guess() {
    for kind in ["RENTAL", "SUBSCRIPTION_BOX", "Subscriptions"] {
        let reading = read(&json!({"productType": kind})).reading;
        let expected = format!("productType {}", kind.to_uppercase());
        assert_eq!(reading, Reading::UnknownStatus(expected));
    }
}

#[test]
fn a_receipt_that_does_not_name_itself_is_the_one_that_was_asked_for() {
    let seen = read(&json!({"receiptId": null}));
    assert_eq!(seen.purchase_key, locator().key);
    let nothing_unknown = receipt(&json!({"more": {"to": "come"}, "priceAmount": 899}));
    assert_eq!(read(&nothing_unknown).reading, seen.reading);
}

#[test]
fn webhooks_do_not_show_what_only_the_next_look_up_needs() {
    let counted =
        json!({"countedEnd": "2026-12-15T09:30:00.25Z", "endedAt": "2026-11-01T00:00:00Z"});
    let seen = read_with(
        &counted,
        &json!({"autoRenewing": false, "renewalDate": null}),
    )
    .unwrap();
    let documented = [
        "productId",
        "productType",
        "purchaseDate",
        "receiptId",
        "receiptUserId",
        "termSku",
        "userId",
    ];
    assert_eq!(shown(&seen), documented);
    assert_eq!(
        json!(seen.memory),
        json!({"countedEnd": "2026-12-15T09:30:00.25Z"})
    );
}

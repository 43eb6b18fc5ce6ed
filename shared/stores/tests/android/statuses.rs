//! What each of Google's states means.

use domain::{Reading, Status};
use serde_json::{Value, json};

use crate::scene::{
    ORDER, PACKAGE, TOKEN, at, config, item, known, now, purchase, read, read_with, state,
};

fn in_state(word: &str) -> Value {
    json!({"subscriptionState": format!("SUBSCRIPTION_STATE_{word}")})
}

#[test]
fn each_state_is_one_status() {
    for (word, status, renews) in [
        ("PENDING", Status::Pending, true),
        ("ACTIVE", Status::Active, true),
        ("PAUSED", Status::Paused, true),
        ("IN_GRACE_PERIOD", Status::Grace, true),
        ("ON_HOLD", Status::OnHold, true),
        ("CANCELED", Status::Cancelled, false),
        ("EXPIRED", Status::Expired, false),
        ("PENDING_PURCHASE_CANCELED", Status::Expired, false),
    ] {
        let state = state(&in_state(word));
        assert_eq!((state.status, state.auto_renew), (status, renews), "{word}");
        assert_eq!(state.period_end, at("2026-12-15T00:00:01.250Z"), "{word}");
    }
}

#[test]
fn any_other_state_is_unknown_and_never_guessed() {
    for word in ["UNSPECIFIED", "PENDING_PURCHASE_EXPIRED"] {
        let unknown = Reading::UnknownStatus(format!("SUBSCRIPTION_STATE_{word}"));
        assert_eq!(read(&in_state(word)).reading, unknown);
    }
    let other = read(&json!({"subscriptionState": "ACTIVE"}));
    assert_eq!(other.reading, Reading::UnknownStatus("ACTIVE".to_owned()));
}

#[test]
fn an_active_subscription_tells_all_this() {
    let state = state(&json!({}));
    assert_eq!(state.product_id, "premium");
    assert_eq!(state.started_at, Some(at("2026-11-15T00:00:01.250Z")));
    assert_eq!(state.order_id.as_deref(), Some(ORDER));
    assert_eq!(
        (state.trial_end, state.grace_end, state.period_start),
        (None, None, None)
    );
    assert_eq!((state.test, state.billing.is_prepaid()), (false, false));
    let details = serde_json::to_value(&state.details).unwrap();
    let expected = json!({"purchaseToken": TOKEN, "packageName": PACKAGE, "orderId": ORDER});
    assert_eq!(details, expected);
}

#[test]
fn renewal_that_is_not_said_to_be_on_is_off() {
    let items = json!([item(&json!({"autoRenewingPlan": {}}))]);
    assert!(!state(&json!({ "lineItems": items })).auto_renew);
}

#[test]
fn an_active_subscription_past_its_end_is_still_active() {
    let items = json!([item(&json!({"expiryTime": "2026-11-20T11:00:00Z"}))]);
    let state = state(&json!({ "lineItems": items }));
    assert_eq!(state.status, Status::Active);
    assert!(state.grants_access(now()));
}

#[test]
fn grace_lasts_to_the_end_that_google_has_moved() {
    let mut grace = in_state("IN_GRACE_PERIOD");
    let items = json!([item(&json!({"expiryTime": "2026-12-18T00:00:00Z"}))]);
    grace["lineItems"] = items;
    let state = state(&grace);
    let end = at("2026-12-18T00:00:00Z");
    assert_eq!((state.period_end, state.grace_end), (end, Some(end)));
}

#[test]
fn a_pause_tells_when_it_ends() {
    let mut paused = in_state("PAUSED");
    paused["pausedStateContext"] = json!({"autoResumeTime": "2027-01-15T00:00:00Z"});
    assert_eq!(state(&paused).resumes_at, Some(at("2027-01-15T00:00:00Z")));
}

#[test]
fn a_trial_ends_with_its_period() {
    let trial = json!([item(&json!({"offerPhase": {"freeTrial": {}}}))]);
    let running = state(&json!({ "lineItems": trial }));
    assert_eq!(running.trial_end, Some(at("2026-12-15T00:00:01.250Z")));
    let mut ended = in_state("EXPIRED");
    ended["lineItems"] = trial;
    assert_eq!(state(&ended).trial_end, None);
}

#[test]
fn time_that_was_converted_from_a_trial_is_a_trial() {
    let in_phase = |was: &str| {
        let phase = json!({"prorationPeriod": {"originalOfferPhaseType": was}});
        read(&json!({"lineItems": [item(&json!({ "offerPhase": phase }))]}))
    };
    let trial = in_phase("FREE_TRIAL");
    assert_eq!(trial.unknown_status, None);
    let end = Some(at("2026-12-15T00:00:01.250Z"));
    assert_eq!(known(trial).trial_end, end);
    for paid in ["BASE", "INTRODUCTORY"] {
        let paid = in_phase(paid);
        assert_eq!(paid.unknown_status, None);
        assert_eq!(known(paid).trial_end, None);
    }
}

#[test]
fn an_unknown_word_besides_the_state_is_told_and_changes_nothing() {
    let item = |changes: &Value| json!({"lineItems": [item(changes)]});
    let phase = json!({"offerPhase": {"somethingNew": {}}});
    let proration =
        json!({"offerPhase": {"prorationPeriod": {"originalOfferPhaseType": "SOMETHING_NEW"}}});
    for (changes, told) in [
        (item(&phase), "offerPhase"),
        (item(&proration), "offerPhase"),
        (
            item(&json!({"autoRenewingPlan": null, "somethingNew": {}})),
            "plan",
        ),
        (
            json!({"acknowledgementState": "ACKNOWLEDGEMENT_STATE_NEW"}),
            "ACKNOWLEDGEMENT_STATE_NEW",
        ),
    ] {
        let snapshot = read(&changes);
        assert_eq!(snapshot.unknown_status.as_deref(), Some(told), "{changes}");
        let state = known(snapshot);
        assert_eq!((state.status, state.auto_renew), (Status::Active, true));
    }
    assert_eq!(read(&json!({})).unknown_status, None);
}

#[test]
fn what_is_cancelled_tells_by_whom_and_when() {
    let when = json!({"cancelTime": "2026-11-18T08:00:00Z"});
    let at = Some(at("2026-11-18T08:00:00Z"));
    for word in ["CANCELED", "EXPIRED"] {
        for (by, context, reason, at) in [
            ("userInitiatedCancellation", &when, "user", at),
            ("systemInitiatedCancellation", &json!({}), "system", None),
            (
                "developerInitiatedCancellation",
                &json!({}),
                "developer",
                None,
            ),
        ] {
            let mut cancelled = in_state(word);
            cancelled["canceledStateContext"] = json!({ by: context });
            let state = state(&cancelled);
            assert_eq!(state.cancel_reason.as_deref(), Some(reason));
            assert_eq!(state.cancelled_at, at);
            assert!(!state.auto_renew);
        }
    }
}

#[test]
fn a_prepaid_plan_does_not_renew() {
    let changes = json!({"autoRenewingPlan": null, "prepaidPlan": {}});
    let state = state(&json!({"lineItems": [item(&changes)]}));
    assert_eq!(
        (state.status, state.billing.is_prepaid(), state.auto_renew),
        (Status::Active, true, false)
    );
}

#[test]
fn of_several_products_that_renew_the_one_that_lasts_longest_comes_first() {
    let lasting =
        |product: &str, until: &str| item(&json!({"productId": product, "expiryTime": until}));
    let (short, long) = ("2026-12-01T00:00:00Z", "2026-12-15T00:00:00Z");
    for (first, second, counts) in [
        (lasting("a", short), lasting("b", long), "b"),
        (lasting("a", long), lasting("b", short), "a"),
        (lasting("a", long), lasting("b", long), "a"),
        (
            item(&json!({"productId": "a", "expiryTime": null})),
            lasting("b", short),
            "b",
        ),
    ] {
        let state = state(&json!({"lineItems": [first, second]}));
        assert_eq!(state.product_id, counts);
    }
}

#[test]
fn what_is_not_paid_may_have_no_end() {
    let items = json!([item(
        &json!({"expiryTime": null, "latestSuccessfulOrderId": null})
    )]);
    for (word, status) in [
        ("PENDING", Status::Pending),
        ("PENDING_PURCHASE_CANCELED", Status::Expired),
    ] {
        let mut unpaid = in_state(word);
        unpaid["startTime"] = Value::Null;
        unpaid["lineItems"] = items.clone();
        let state = state(&unpaid);
        assert_eq!((state.status, state.period_end), (status, now()));
        assert_eq!(state.order_id, None);
    }
}

#[test]
fn an_answer_that_is_no_subscription_is_unreadable_and_says_where() {
    for (changes, place) in [
        (json!({"subscriptionState": null}), "subscriptionState"),
        (json!({"subscriptionState": 7}), "subscriptionState"),
        (json!({"lineItems": null}), "line items"),
        (
            json!({"lineItems": [item(&json!({"productId": null}))]}),
            "lineItems[0]",
        ),
        (
            json!({"lineItems": [item(&json!({"expiryTime": null}))]}),
            "expiryTime",
        ),
        (
            json!({"lineItems": [item(&json!({"expiryTime": "soon"}))]}),
            "lineItems[0].expiryTime",
        ),
        (json!({"startTime": 1_794_700_801}), "startTime"),
        (
            json!({"linkedPurchaseToken": "x".repeat(2049)}),
            "at most 2048",
        ),
    ] {
        let error = read_with(&config(&json!({})), &purchase(&changes)).unwrap_err();
        assert_eq!(error.kind(), "malformed", "{changes}");
        assert!(error.to_string().contains(place), "{error}");
    }
    let error = read_with(&config(&json!({})), &json!(["secret"])).unwrap_err();
    assert_eq!(error.kind(), "malformed");
}

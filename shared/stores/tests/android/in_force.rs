//! What of an answer counts in which state: much of it stays there when it no longer applies.

use domain::{Reading, Status};
use serde_json::{Value, json};

use crate::scene::{OLD_TOKEN, at, item, read, state};

const END: &str = "2026-12-15T00:00:01.250Z";
const STATES: [&str; 7] = [
    "PENDING",
    "ACTIVE",
    "PAUSED",
    "IN_GRACE_PERIOD",
    "ON_HOLD",
    "CANCELED",
    "EXPIRED",
];

fn in_state(word: &str, changes: &Value) -> Value {
    let mut whole = changes.clone();
    whole["subscriptionState"] = json!(format!("SUBSCRIPTION_STATE_{word}"));
    whole
}

fn with_item(changes: &Value) -> Value {
    json!({"lineItems": [item(changes)]})
}

#[test]
fn a_free_trial_is_one_while_it_runs_and_was_not_declined() {
    let trial = with_item(&json!({"offerPhase": {"freeTrial": {}}}));
    for word in STATES {
        let expected = ["ACTIVE", "CANCELED"].contains(&word).then(|| at(END));
        assert_eq!(state(&in_state(word, &trial)).trial_end, expected, "{word}");
    }
    let introduction = with_item(&json!({"offerPhase": {"introductoryPrice": {}}}));
    assert_eq!(state(&introduction).trial_end, None);
}

#[test]
fn only_a_pause_has_a_resumption_and_only_grace_has_an_end_of_it() {
    let resumes = "2027-01-15T00:00:00Z";
    let context = json!({"pausedStateContext": {"autoResumeTime": resumes}});
    for word in STATES {
        let state = state(&in_state(word, &context));
        let paused = (word == "PAUSED").then(|| at(resumes));
        assert_eq!(state.resumes_at, paused, "{word}");
        let grace = (word == "IN_GRACE_PERIOD").then(|| at(END));
        assert_eq!(state.grace_end, grace, "{word}");
    }
}

#[test]
fn renewal_is_off_where_it_is_not_said_but_in_grace_it_is_being_tried() {
    let off = with_item(&json!({"autoRenewingPlan": {}}));
    for word in STATES {
        let renews = state(&in_state(word, &off)).auto_renew;
        assert_eq!(renews, word == "IN_GRACE_PERIOD", "{word}");
    }
}

#[test]
fn a_prepaid_plan_never_renews_whatever_else_is_said_of_it() {
    let state = state(&with_item(&json!({"prepaidPlan": {}})));
    assert_eq!(
        (state.billing.is_prepaid(), state.auto_renew),
        (true, false)
    );
}

#[test]
fn a_cancellation_counts_only_where_it_is_over_or_will_be() {
    let user = json!({"userInitiatedCancellation": {"cancelTime": "2026-11-18T08:00:00Z"}});
    let context = json!({ "canceledStateContext": user });
    for word in STATES {
        let state = state(&in_state(word, &context));
        let counts = ["CANCELED", "EXPIRED"].contains(&word);
        assert_eq!(state.cancel_reason.is_some(), counts, "{word}");
        assert_eq!(state.cancelled_at.is_some(), counts, "{word}");
    }
}

#[test]
fn a_replacement_counts_only_where_it_is_over_or_will_be() {
    let context = json!({"canceledStateContext": {"replacementCancellation": {}}});
    for word in STATES {
        let replaced = read(&in_state(word, &context)).reading == Reading::Replaced;
        assert_eq!(replaced, ["CANCELED", "EXPIRED"].contains(&word), "{word}");
    }
}

#[test]
fn an_empty_link_is_none_and_a_link_goes_before_what_had_ended() {
    let ended = json!({"expiredPurchaseToken": "token-ended"});
    for (link, context, replaces) in [
        ("", Value::Null, None),
        (OLD_TOKEN, ended.clone(), Some(OLD_TOKEN)),
    ] {
        let seen = read(&json!({"linkedPurchaseToken": link, "outOfAppPurchaseContext": context}));
        let key = seen.replaces.as_ref().map(|key| key.as_str());
        assert_eq!(key, replaces);
    }
    let unpaid = in_state("PENDING", &json!({ "outOfAppPurchaseContext": ended }));
    assert_eq!(read(&unpaid).replaces, None);
}

#[test]
fn what_is_not_paid_ends_when_it_began_if_it_has_no_end() {
    let endless = with_item(&json!({"expiryTime": null}));
    for word in ["PENDING", "PENDING_PURCHASE_CANCELED"] {
        let state = state(&in_state(word, &endless));
        assert_eq!(state.period_end, at("2026-11-15T00:00:01.250Z"), "{word}");
    }
}

#[test]
fn instants_are_cut_to_milliseconds() {
    let mut fine = with_item(&json!({"expiryTime": "2026-12-15T00:00:01.250999Z"}));
    fine["startTime"] = json!("2026-11-15T00:00:01.000999999Z");
    let state = state(&fine);
    assert_eq!(state.period_end, at(END));
    assert_eq!(state.started_at, Some(at("2026-11-15T00:00:01Z")));
}

#[test]
fn what_was_never_paid_shows_no_order_and_what_never_renews_no_price() {
    let changes =
        json!({"latestSuccessfulOrderId": null, "autoRenewingPlan": null, "prepaidPlan": {}});
    let state = state(&with_item(&changes));
    assert_eq!((state.price, state.price_change), (None, None));
    let shown: Vec<&String> = state.details.keys().collect();
    assert_eq!(shown, ["packageName", "purchaseToken"]);
}

#[test]
fn a_switch_within_one_product_takes_the_other_items_plan() {
    let now = json!({"autoRenewingPlan": {}, "deferredItemReplacement": {"productId": "premium"}});
    let price = json!({"currencyCode": "EUR", "units": "99"});
    let plan = json!({"autoRenewEnabled": true, "recurringPrice": price});
    let then = json!({"expiryTime": null, "autoRenewingPlan": plan});
    let both = state(&json!({"lineItems": [item(&now), item(&then)]}));
    assert_eq!((both.status, both.auto_renew), (Status::Active, true));
    assert_eq!(both.price.unwrap().amount_micros, 99_000_000);

    let alone = json!({"deferredItemReplacement": {"productId": "basic"}});
    let alone = state(&with_item(&alone));
    assert_eq!(alone.pending_product_id.as_deref(), Some("basic"));
    assert_eq!((alone.auto_renew, alone.price), (false, None));
}

#[test]
fn of_products_without_an_end_the_first_counts() {
    let endless = |product: &str| item(&json!({"productId": product, "expiryTime": null}));
    let items = json!({"lineItems": [endless("a"), endless("b")]});
    assert_eq!(state(&in_state("PENDING", &items)).product_id, "a");
}

#[test]
fn a_change_of_price_needs_the_price_and_how_far_it_has_come() {
    let whole = json!({
        "newPrice": {"currencyCode": "EUR", "units": "11"}, "priceChangeState": "OUTSTANDING",
    });
    let announced = |without: &str| {
        let mut details = whole.clone();
        details.as_object_mut().unwrap().remove(without);
        let plan = json!({"autoRenewEnabled": true, "priceChangeDetails": details});
        state(&with_item(&json!({ "autoRenewingPlan": plan }))).price_change
    };
    assert_eq!(announced("nothing").unwrap().charged_from, None);
    assert_eq!(announced("newPrice"), None);
    assert_eq!(announced("priceChangeState"), None);
}

#[test]
fn a_currency_is_three_capital_letters() {
    for (code, known) in [
        ("EUR", true),
        ("eur", false),
        ("EURO", false),
        ("EU", false),
    ] {
        let price = json!({"currencyCode": code, "units": "9"});
        let plan = json!({"autoRenewEnabled": true, "recurringPrice": price});
        let state = state(&with_item(&json!({ "autoRenewingPlan": plan })));
        assert_eq!(state.price.is_some(), known, "{code}");
    }
}

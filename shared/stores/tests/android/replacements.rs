//! One purchase that takes over from another, now or at the next renewal.

use domain::{Reading, Status};
use serde_json::{Value, json};

use crate::scene::{OLD_TOKEN, item, read, state};

fn replaced_key(changes: &Value) -> Option<String> {
    read(changes).replaces.map(|key| key.as_str().to_owned())
}

#[test]
fn a_new_token_names_the_one_that_it_replaces() {
    for word in [
        "ACTIVE",
        "IN_GRACE_PERIOD",
        "ON_HOLD",
        "PAUSED",
        "CANCELED",
        "EXPIRED",
    ] {
        let key = replaced_key(&json!({
            "subscriptionState": format!("SUBSCRIPTION_STATE_{word}"),
            "linkedPurchaseToken": OLD_TOKEN,
        }));
        assert_eq!(key.as_deref(), Some(OLD_TOKEN), "{word}");
    }
    assert_eq!(replaced_key(&json!({})), None);
}

#[test]
fn a_purchase_in_google_play_names_the_one_that_had_ended() {
    let context = json!({"expiredPurchaseToken": OLD_TOKEN});
    let key = replaced_key(&json!({ "outOfAppPurchaseContext": context }));
    assert_eq!(key.as_deref(), Some(OLD_TOKEN));
}

#[test]
fn what_is_not_paid_or_not_known_has_replaced_nothing() {
    for word in [
        "PENDING",
        "PENDING_PURCHASE_CANCELED",
        "PENDING_PURCHASE_EXPIRED",
    ] {
        let key = replaced_key(&json!({
            "subscriptionState": format!("SUBSCRIPTION_STATE_{word}"),
            "linkedPurchaseToken": OLD_TOKEN,
        }));
        assert_eq!(key, None, "{word}");
    }
}

#[test]
fn the_replaced_purchase_says_so_and_has_not_ended() {
    let context = json!({"replacementCancellation": {}});
    for word in ["CANCELED", "EXPIRED"] {
        let seen = read(&json!({
            "subscriptionState": format!("SUBSCRIPTION_STATE_{word}"),
            "canceledStateContext": context,
            "linkedPurchaseToken": OLD_TOKEN,
        }));
        let before = seen.replaces.unwrap();
        assert_eq!(
            (seen.reading, before.as_str()),
            (Reading::Replaced, OLD_TOKEN),
            "{word}"
        );
    }
    let active = state(&json!({ "canceledStateContext": context }));
    assert_eq!(
        (active.status, active.cancel_reason),
        (Status::Active, None)
    );
}

/// A switch to `basic` at the next renewal, whose item renews or does not.
fn deferred(renews: bool) -> Value {
    let now = json!({"autoRenewingPlan": {}, "deferredItemReplacement": {"productId": "basic"}});
    let then = json!({
        "productId": "basic", "expiryTime": null, "latestSuccessfulOrderId": null,
        "autoRenewingPlan": {
            "autoRenewEnabled": renews,
            "recurringPrice": {"currencyCode": "EUR", "units": "4", "nanos": 990_000_000},
        },
    });
    json!({"lineItems": [item(&now), item(&then)], "linkedPurchaseToken": OLD_TOKEN})
}

#[test]
fn a_switch_at_the_next_renewal_waits_beside_the_running_product() {
    let state = state(&deferred(true));
    assert_eq!(state.product_id, "premium");
    assert_eq!(state.pending_product_id.as_deref(), Some("basic"));
    assert_eq!((state.status, state.auto_renew), (Status::Active, true));
    assert_eq!(state.price.unwrap().amount_micros, 4_990_000);
}

#[test]
fn a_switch_to_what_does_not_renew_is_no_renewal() {
    let state = state(&deferred(false));
    assert_eq!(state.pending_product_id.as_deref(), Some("basic"));
    assert!(!state.auto_renew);
}

#[test]
fn after_the_renewal_the_new_product_runs() {
    let items = json!([
        item(&json!({"autoRenewingPlan": {}})),
        item(&json!({"productId": "basic", "expiryTime": "2027-01-15T00:00:00Z"})),
    ]);
    let state = state(&json!({ "lineItems": items }));
    assert_eq!(
        (state.product_id.as_str(), state.pending_product_id),
        ("basic", None)
    );
}

#[test]
fn another_plan_of_the_running_product_is_no_other_product() {
    let mut answer = deferred(true);
    answer["lineItems"][0]["deferredItemReplacement"]["productId"] = json!("premium");
    answer["lineItems"][1]["productId"] = json!("premium");
    let state = state(&answer);
    assert_eq!(state.product_id, "premium");
    assert_eq!(state.pending_product_id, None);
    assert!(state.auto_renew);
}

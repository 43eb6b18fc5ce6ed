//! What Google's word about something that was bought once means.

use domain::{Environment, FOREVER, Reading, Status, StoreSnapshot, StoreState};
use serde_json::{Value, json};
use stores::{LookUpError, connectors::android};

use crate::scene::{ORDER, PACKAGE, TOKEN, at, config, film, known, locator, now, parse, settings};

const BOUGHT_AT: &str = "2026-11-15T10:00:00.5Z";

fn read_by(config: &android::Config, changes: &Value) -> Result<StoreSnapshot, LookUpError> {
    android::one_time_snapshot(config, &locator(), &film(changes), now())
}

fn read(changes: &Value) -> Result<StoreSnapshot, LookUpError> {
    read_by(&config(&json!({})), changes)
}

fn state(changes: &Value) -> StoreState {
    known(read(changes).unwrap())
}

fn in_state(word: &str) -> Value {
    json!({"purchaseStateContext": {"purchaseState": word}})
}

fn never_paid(word: &str) -> Value {
    let mut changes = in_state(word);
    changes["purchaseCompletionTime"] = Value::Null;
    changes
}

#[test]
fn what_is_paid_is_kept_for_ever_unless_its_offer_says_otherwise() {
    let state = state(&json!({}));
    assert_eq!(state.status, Status::Active);
    assert_eq!(state.product_id, "film");
    assert!(state.billing.is_one_time() && !state.auto_renew && !state.test);
    assert_eq!(state.started_at, Some(at(BOUGHT_AT)));
    assert_eq!(state.period_start, Some(at(BOUGHT_AT)));
    assert_eq!(state.period_end, FOREVER);
    assert_eq!(state.order_id.as_deref(), Some(ORDER));
    assert!(state.grants_access(now()));
    let details = serde_json::to_value(&state.details).unwrap();
    let expected = json!({
        "purchaseToken": TOKEN, "packageName": PACKAGE, "orderId": ORDER, "purchaseType": "oneTime",
    });
    assert_eq!(details, expected);
}

#[test]
fn what_was_paid_and_cancelled_was_taken_back() {
    let state = state(&in_state("CANCELLED"));
    assert_eq!(state.status, Status::Revoked);
    assert_eq!(state.started_at, Some(at(BOUGHT_AT)));
    assert!(state.billing.is_one_time() && !state.grants_access(now()));
}

#[test]
fn what_is_not_paid_has_not_begun() {
    for (word, status, end) in [
        ("PENDING", Status::Pending, FOREVER),
        ("CANCELLED", Status::Expired, now()),
    ] {
        let state = state(&never_paid(word));
        assert_eq!(state.status, status, "{word}");
        assert_eq!((state.started_at, state.period_start), (None, None));
        assert_eq!(state.period_end, end, "{word}");
        assert!(state.billing.is_one_time() && !state.grants_access(now()));
    }
}

#[test]
fn any_other_state_is_unknown_and_never_guessed() {
    for word in ["PURCHASE_STATE_UNSPECIFIED", "CANCELED", "purchased", ""] {
        let unknown = Reading::UnknownStatus(word.to_owned());
        assert_eq!(read(&in_state(word)).unwrap().reading, unknown);
    }
}

#[test]
fn each_of_several_products_is_read_in_an_order_of_its_own() {
    for products in [["a", "b"], ["b", "a"]] {
        let items = products.map(|product| json!({ "productId": product }));
        let snapshot = read(&json!({ "productLineItem": items })).unwrap();
        let others = snapshot.alternatives.clone();
        let products: Vec<_> = others.iter().map(|one| one.product_id.as_str()).collect();
        assert_eq!(products, ["b"]);
        assert_eq!(known(snapshot).product_id, "a");
    }
}

#[test]
fn what_is_missing_or_of_another_form_is_named() {
    for (changes, what) in [
        (
            json!({"purchaseStateContext": null}),
            "it has no purchaseState",
        ),
        (
            json!({"purchaseStateContext": {}}),
            "it has no purchaseState",
        ),
        (never_paid("PURCHASED"), "it has no purchaseCompletionTime"),
        (json!({"productLineItem": []}), "it has no productLineItem"),
        (
            json!({"productLineItem": [{}]}),
            "the field productLineItem[0] is missing or has an unknown form",
        ),
        (
            json!({"purchaseCompletionTime": "yesterday"}),
            "the field purchaseCompletionTime is missing or has an unknown form",
        ),
    ] {
        let malformed = LookUpError::Malformed(what.to_owned());
        assert_eq!(read(&changes), Err(malformed), "{changes}");
    }
}

#[test]
fn google_waits_three_days_from_the_payment_and_three_minutes_for_a_tester() {
    let unheard = |mut changes: Value| {
        changes["acknowledgementState"] = json!("ACKNOWLEDGEMENT_STATE_PENDING");
        changes
    };
    let tester = json!({"testPurchaseContext": {"fopType": "TEST"}});
    let (days, minutes) = ("2026-11-18T10:00:00.5Z", "2026-11-15T10:03:00.5Z");
    for (changes, due) in [
        (unheard(json!({})), Some(days)),
        (unheard(tester), Some(minutes)),
        (json!({}), None),
        (unheard(in_state("CANCELLED")), None),
        (unheard(never_paid("PENDING")), None),
    ] {
        assert_eq!(state(&changes).acknowledge_by, due.map(at), "{changes}");
    }
    let off = config(&json!({"acknowledge": false}));
    let left_to_the_app = read_by(&off, &unheard(json!({}))).unwrap();
    assert_eq!(known(left_to_the_app).acknowledge_by, None);
}

#[test]
fn test_purchases_count_in_the_sandbox_only() {
    let tester = json!({"testPurchaseContext": {}});
    assert!(state(&tester).test);
    let settings = settings("http://localhost:1", &json!({}));
    let live = parse(&settings, Environment::Production).unwrap();
    let live = live.downcast_ref::<android::Config>().unwrap();
    let rejected = LookUpError::Rejected("it is a test purchase".to_owned());
    assert_eq!(read_by(live, &tester), Err(rejected));
    assert!(read_by(live, &json!({})).is_ok());
}

#[test]
fn it_belongs_to_the_account_that_the_app_named_and_to_a_configured_application() {
    let named = json!({"obfuscatedExternalAccountId": "cust-7"});
    let bound = config(&json!({"accountIdPattern": "cust-{customerId}"}));
    let seen = read_by(&bound, &named).unwrap();
    assert_eq!(seen.account.unwrap().as_str(), "7");
    assert_eq!(read(&named).unwrap().account, None);
    assert_eq!(read_by(&bound, &json!({})).unwrap().account, None);
    let other = config(&json!({"packageNames": ["com.example.other"]}));
    assert_eq!(read_by(&other, &json!({})).unwrap_err().kind(), "rejected");
}

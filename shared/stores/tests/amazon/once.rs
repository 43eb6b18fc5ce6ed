//! What is bought once: a film to keep, or to be used up.

use domain::{FOREVER, Status, StoreState};
use serde_json::{Value, json};
use stores::connectors::amazon;

use crate::scene::{at, config, known, locator, ms, now, read, receipt, state};

fn film(kind: &str, changes: &Value) -> Value {
    let mut film = json!({"productType": kind, "productId": "extv.film", "termSku": null,
        "term": null, "renewalDate": null, "autoRenewing": false});
    let more = changes.as_object().unwrap().clone();
    film.as_object_mut().unwrap().extend(more);
    film
}

#[test]
fn it_lasts_for_ever_and_does_not_renew() {
    for kind in ["ENTITLED", "CONSUMABLE"] {
        let state = state(&film(kind, &json!({})));
        let expected = StoreState {
            details: state.details.clone(),
            ..StoreState::one_time("extv.film".to_owned(), at("2026-10-15T09:30:00.250Z"))
        };
        assert_eq!(state, expected);
        assert_eq!(state.period_end, FOREVER);
        assert_eq!(state.details["productType"], kind);
        assert!(!state.details.contains_key("periodEnd"));
        assert!(state.grants_access(now()));
    }
}

#[test]
fn its_product_is_the_sku() {
    let odd = film("ENTITLED", &json!({"termSku": "extv.film_term"}));
    assert_eq!(state(&odd).product_id, "extv.film");
}

#[test]
fn a_date_of_cancellation_takes_it_back() {
    for reason in [Value::Null, json!(0), json!(1), json!(2), json!(4)] {
        let cancelled = film(
            "ENTITLED",
            &json!({"cancelDate": ms("2026-11-19T00:00:00Z"), "cancelReason": reason}),
        );
        let state = state(&cancelled);
        assert_eq!(state.status, Status::Revoked);
        assert_eq!(state.revoked_at, Some(at("2026-11-19T00:00:00Z")));
        assert!(state.billing.is_one_time() && !state.grants_access(now()));
    }
    let later = film(
        "ENTITLED",
        &json!({"cancelDate": ms("2026-11-20T12:00:00.001Z")}),
    );
    assert_eq!(state(&later).status, Status::Active);
}

#[test]
fn test_purchases_are_taken_where_they_are_wanted() {
    let refused = |field: &str, setting: &str| {
        let purchase = receipt(&json!({ field: true }));
        let read = |changes| amazon::snapshot(&config(&changes), &locator(), &purchase, now());
        assert_eq!(read(json!({})).unwrap_err().kind(), "rejected");
        let taken = read(json!({ setting: true })).unwrap();
        assert!(known(taken).test);
    };
    refused("testTransaction", "testPurchases");
    refused("betaProduct", "betaPurchases");
    assert!(!known(read(&json!({}))).test);
}

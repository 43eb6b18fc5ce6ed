//! What is bought once and does not renew.

use domain::{FOREVER, Reading, Status, StoreSnapshot};
use serde_json::{Value, json};
use stores::{LookUpError, connectors::apple};

use crate::scene::{ORIGINAL, at, config, known, millis, now, one_time, transaction};

fn once(changes: &Value) -> Result<StoreSnapshot, LookUpError> {
    apple::snapshot(&config(&json!({})), &one_time(changes), None, None, now())
}

#[test]
fn what_was_bought_once_is_kept_for_ever() {
    for kind in ["Consumable", "Non-Consumable", "Non-Renewing Subscription"] {
        let state = known(once(&json!({"type": kind})).unwrap());
        assert_eq!(state.status, Status::Active, "{kind}");
        assert!(state.billing.is_one_time() && !state.auto_renew);
        assert_eq!((state.period_end, state.revoked_at), (FOREVER, None));
        assert_eq!(state.started_at, Some(at("2026-11-18T20:15:00Z")));
        assert_eq!(state.order_id.as_deref(), Some(ORIGINAL));
        assert_eq!(state.details["type"], kind);
        assert!(state.grants_access(now()));
    }
}

#[test]
fn what_was_bought_once_and_refunded_is_revoked() {
    let refunded = json!({"revocationDate": millis("2026-11-19T08:00:00Z")});
    let state = known(once(&refunded).unwrap());
    assert_eq!(state.status, Status::Revoked);
    assert_eq!(state.revoked_at, Some(at("2026-11-19T08:00:00Z")));
    assert!(!state.grants_access(now()));
}

#[test]
fn a_restored_thing_was_bought_when_it_was_bought_first() {
    let restored =
        json!({"purchaseDate": millis("2026-11-20T10:00:00Z"), "type": "Non-Consumable"});
    let state = known(once(&restored).unwrap());
    assert_eq!(state.started_at, Some(at("2026-11-18T20:15:00Z")));
    let alone = json!({"originalPurchaseDate": null});
    assert!(once(&alone).is_ok());
    let neither = json!({"originalPurchaseDate": null, "purchaseDate": null});
    assert!(matches!(once(&neither), Err(LookUpError::Malformed(_))));
}

#[test]
fn another_kind_of_product_is_unknown_and_never_guessed() {
    let read = once(&json!({"type": "Seat"})).unwrap();
    assert_eq!(read.reading, Reading::UnknownStatus("type Seat".to_owned()));
    let read = apple::snapshot(
        &config(&json!({})),
        &transaction(&json!({"type": "Auto-Renewable"})),
        None,
        Some(1),
        now(),
    );
    let unknown = Reading::UnknownStatus("type Auto-Renewable".to_owned());
    assert_eq!(read.unwrap().reading, unknown);
}

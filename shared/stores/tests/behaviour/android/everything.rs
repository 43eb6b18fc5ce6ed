//! Everything that Google could possibly say and tell, in more forms than the simulator has.

use domain::{Locator, Store, StoreSnapshot, Timestamp};
use serde_json::{Value, json};
use store_simulator::android::CustomPush;
use stores::{StoreConfig, connectors::android, parse_submission};

use super::PACKAGE;

/// The fields that an answer need not have.
pub(super) const OPTIONAL: &[&str] = &[
    "kind",
    "regionCode",
    "latestOrderId",
    "externalAccountIdentifiers",
    "offerDetails",
    "offerPhase",
    "recurringPrice",
    "etag",
];

const OLD_TOKEN: &str = "token-before";
const STATES: [&str; 11] = [
    "PENDING",
    "ACTIVE",
    "PAUSED",
    "IN_GRACE_PERIOD",
    "ON_HOLD",
    "CANCELED",
    "EXPIRED",
    "PENDING_PURCHASE_CANCELED",
    "PENDING_PURCHASE_EXPIRED",
    "REFUNDED",
    "UNSPECIFIED",
];

/// Every state that is known and some that are not, each with everything else that an answer can
/// hold, and with names besides by which a purchase could be known.
pub(super) fn said(config: &StoreConfig) -> Vec<StoreSnapshot> {
    let config = config.downcast_ref::<android::Config>().unwrap();
    let at: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut said = Vec::new();
    for state in STATES {
        for besides in besides() {
            let mut answer = json!({
                "kind": "androidpublisher#subscriptionPurchaseV2",
                "subscriptionState": format!("SUBSCRIPTION_STATE_{state}"),
                "startTime": "2026-11-05T09:30:00Z",
                "latestOrderId": "GPA.3300-1111-2222-33333..3",
                "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING",
                "subscriptionId": "one-for-all-tokens",
                "externalTransactionId": "one-for-all-tokens",
                "etag": "\"1\"",
                "lineItems": [item(&json!({}))],
            });
            let fields = answer.as_object_mut().unwrap();
            fields.extend(besides.as_object().unwrap().clone());
            said.push(android::snapshot(config, &locator(), &answer, at).unwrap());
        }
    }
    said.extend(bought_once(config));
    said
}

/// The same of what is bought once.
fn bought_once(config: &android::Config) -> impl Iterator<Item = StoreSnapshot> {
    let at: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let states = ["PURCHASED", "PENDING", "CANCELLED", "LEASED"];
    states.into_iter().map(move |state| {
        let answer = json!({
            "kind": "androidpublisher#productPurchaseV2",
            "orderId": "GPA.3300-1111-2222-44444",
            "purchaseCompletionTime": "2026-11-05T09:30:00Z",
            "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING",
            "purchaseStateContext": {"purchaseState": state},
            "testPurchaseContext": {"fopType": "TEST"},
            "obfuscatedExternalAccountId": "cust-1",
            "linkedPurchaseToken": OLD_TOKEN,
            "productLineItem": [{"productId": "film"}, {"productId": "another film"}],
        });
        android::one_time_snapshot(config, &locator(), &answer, at).unwrap()
    })
}

fn locator() -> Locator {
    let body = json!({"purchaseToken": "token", "packageName": PACKAGE});
    parse_submission(Store::Android, &body).unwrap().locator
}

fn item(changes: &Value) -> Value {
    let mut item = json!({
        "productId": "basic",
        "expiryTime": "2026-12-05T09:30:00Z",
        "latestSuccessfulOrderId": "GPA.3300-1111-2222-33333..3",
        "autoRenewingPlan": {"autoRenewEnabled": true},
        "offerPhase": {"basePrice": {}},
    });
    let fields = item.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    item
}

fn besides() -> Vec<Value> {
    let items = |changes: Value| json!({"lineItems": [item(&changes)]});
    let account = json!({"obfuscatedExternalAccountId": "cust-1"});
    let later = item(&json!({"productId": "premium", "expiryTime": null}));
    let switching = item(&json!({"deferredItemReplacement": {"productId": "premium"}}));
    vec![
        json!({}),
        json!({"testPurchase": {}}),
        json!({"linkedPurchaseToken": OLD_TOKEN}),
        json!({"externalAccountIdentifiers": account}),
        json!({"outOfAppPurchaseContext": {
            "expiredPurchaseToken": OLD_TOKEN, "expiredExternalAccountIdentifiers": account,
        }}),
        json!({"pausedStateContext": {"autoResumeTime": "2027-01-05T09:30:00Z"}}),
        json!({"canceledStateContext": {"userInitiatedCancellation": {
            "cancelTime": "2026-11-19T08:00:00Z",
        }}}),
        json!({"canceledStateContext": {"systemInitiatedCancellation": {}}}),
        json!({"canceledStateContext": {"developerInitiatedCancellation": {}}}),
        json!({"canceledStateContext": {"replacementCancellation": {}}}),
        items(json!({"offerPhase": {"freeTrial": {}}})),
        items(json!({"offerPhase": {"introductoryPrice": {}}})),
        items(json!({"autoRenewingPlan": null, "prepaidPlan": {}})),
        items(json!({"expiryTime": "2026-11-19T09:30:00Z"})),
        json!({"lineItems": [switching, later]}),
    ]
}

/// A push of every number, of everything that can be voided, and of a whole state.
pub(super) fn pushes(token: &str) -> Vec<CustomPush> {
    let numbered = (0..=25).map(|number| CustomPush::of_type(number, token));
    let kinds = [(1, 1), (1, 2), (2, 1), (2, 2)];
    let voided = kinds.map(|(product, refund)| CustomPush {
        voided: Some(json!({
            "purchaseToken": token, "orderId": "GPA.3300-1111-2222-33333",
            "productType": product, "refundType": refund,
        })),
        ..CustomPush::default()
    });
    let whole_state = json!({
        "version": "1.0", "packageName": PACKAGE, "eventTimeMillis": "1795176000123",
        "subscriptionNotification": {
            "version": "1.0", "notificationType": 13, "purchaseToken": token,
            "subscriptionState": "SUBSCRIPTION_STATE_EXPIRED",
            "lineItems": [item(&json!({"expiryTime": "2026-11-19T09:30:00Z"}))],
        },
    });
    let once = (0..=3).map(|number| {
        CustomPush::raw(json!({
            "version": "1.0", "packageName": PACKAGE, "eventTimeMillis": "1795176000123",
            "oneTimeProductNotification": {
                "version": "1.0", "notificationType": number, "purchaseToken": token, "sku": "film",
            },
        }))
    });
    numbered
        .chain(voided)
        .chain(once)
        .chain([CustomPush::test(), CustomPush::raw(whole_state)])
        .collect()
}

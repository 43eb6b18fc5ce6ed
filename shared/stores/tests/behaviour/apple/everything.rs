//! Everything that Apple could possibly say and tell, in more forms than the simulator has.

use domain::{StoreSnapshot, Timestamp};
use serde_json::{Map, Value, json};
use store_simulator::apple::CustomNotification;
use store_simulator::apple::model::Environment;
use stores::{StoreConfig, connectors::apple};

use super::{ACCOUNT, BUNDLE};

/// The fields that an answer need not have.
pub(super) const OPTIONAL: &[&str] = &["bundleId", "appAppleId", "environment"];

const KINDS: [&str; 5] = [
    "Auto-Renewable Subscription",
    "Non-Renewing Subscription",
    "Non-Consumable",
    "Consumable",
    "Seat",
];

/// Every status that is known, none, and some that are not, each of every kind of product, with
/// everything else that the signed parts can hold.
pub(super) fn said(config: &StoreConfig) -> Vec<StoreSnapshot> {
    let config = config.downcast_ref::<apple::Config>().unwrap();
    let mut said = Vec::new();
    for status in [
        None,
        Some(0),
        Some(1),
        Some(2),
        Some(3),
        Some(4),
        Some(5),
        Some(6),
    ] {
        for kind in KINDS {
            for (of, next) in besides() {
                let transaction = changed(transaction(kind), &of);
                let renewal = changed(renewal(), &next);
                let at: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
                let read = apple::snapshot(config, &transaction, Some(&renewal), status, at);
                said.push(read.unwrap());
            }
        }
    }
    said
}

fn changed(mut base: Value, changes: &Value) -> Value {
    let fields = base.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    base
}

fn millis(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

fn transaction(kind: &str) -> Value {
    json!({
        "transactionId": "700001234567891",
        "originalTransactionId": "700001230000001",
        "webOrderLineItemId": "700000567890123",
        "appTransactionId": "one-for-all-purchases",
        "bundleId": BUNDLE,
        "productId": "basic",
        "subscriptionGroupIdentifier": "21234567",
        "purchaseDate": millis("2026-11-05T09:30:00Z"),
        "originalPurchaseDate": millis("2026-11-05T09:30:00Z"),
        "expiresDate": millis("2026-12-05T09:30:00Z"),
        "type": kind,
        "environment": "Production",
        "signedDate": millis("2026-11-20T12:00:00Z"),
    })
}

fn renewal() -> Value {
    json!({
        "originalTransactionId": "700001230000001",
        "autoRenewProductId": "basic",
        "autoRenewStatus": 1,
        "gracePeriodExpiresDate": millis("2026-12-08T09:30:00Z"),
        "renewalDate": millis("2026-12-05T09:30:00Z"),
        "renewalPrice": 8990,
        "currency": "EUR",
        "environment": "Production",
    })
}

fn besides() -> Vec<(Value, Value)> {
    let of = |changes: Value| (changes, json!({}));
    let next = |changes: Value| (json!({}), changes);
    let expired = millis("2026-11-19T09:30:00Z");
    vec![
        of(json!({})),
        of(json!({"environment": "Sandbox"})),
        of(json!({"appAccountToken": ACCOUNT})),
        of(json!({"inAppOwnershipType": "FAMILY_SHARED"})),
        of(json!({"previousOriginalTransactionId": "700001230000000"})),
        of(json!({"revocationDate": expired, "revocationType": "REFUND_FULL"})),
        of(json!({"revocationDate": expired, "revocationType": "REFUND_PRORATED"})),
        of(json!({"offerType": 1, "offerDiscountType": "FREE_TRIAL"})),
        of(json!({"offerType": 1, "offerDiscountType": "PAY_AS_YOU_GO"})),
        of(json!({"offerType": 4, "offerDiscountType": "FREE_TRIAL"})),
        of(json!({"offerDiscountType": "ONE_TIME", "billingPlanType": "MONTHLY"})),
        of(json!({"expiresDate": expired})),
        next(json!({"autoRenewStatus": 0, "expirationIntent": 1})),
        next(json!({"autoRenewProductId": "premium"})),
        next(json!({"isInBillingRetryPeriod": true, "expirationIntent": 2})),
        next(json!({"priceIncreaseStatus": 0})),
        next(json!({"appAccountToken": ACCOUNT})),
        (
            json!({"expiresDate": expired}),
            json!({"isInBillingRetryPeriod": true, "gracePeriodExpiresDate": expired}),
        ),
    ]
}

const TOLD: [(&str, &[&str]); 24] = [
    ("SUBSCRIBED", &["INITIAL_BUY", "RESUBSCRIBE"]),
    ("DID_RENEW", &["", "BILLING_RECOVERY"]),
    ("DID_CHANGE_RENEWAL_PREF", &["", "UPGRADE", "DOWNGRADE"]),
    (
        "DID_CHANGE_RENEWAL_STATUS",
        &["", "AUTO_RENEW_ENABLED", "AUTO_RENEW_DISABLED"],
    ),
    ("OFFER_REDEEMED", &["", "UPGRADE", "DOWNGRADE"]),
    ("DID_FAIL_TO_RENEW", &["", "GRACE_PERIOD"]),
    ("GRACE_PERIOD_EXPIRED", &[""]),
    (
        "EXPIRED",
        &[
            "",
            "VOLUNTARY",
            "BILLING_RETRY",
            "PRICE_INCREASE",
            "PRODUCT_NOT_FOR_SALE",
        ],
    ),
    ("PRICE_INCREASE", &["PENDING", "ACCEPTED"]),
    ("REFUND", &[""]),
    ("REFUND_DECLINED", &[""]),
    ("REFUND_REVERSED", &[""]),
    ("CONSUMPTION_REQUEST", &[""]),
    ("RENEWAL_EXTENDED", &[""]),
    ("RENEWAL_EXTENSION", &["SUMMARY", "FAILURE"]),
    ("REVOKE", &[""]),
    ("TEST", &[""]),
    ("ONE_TIME_CHARGE", &[""]),
    (
        "EXTERNAL_PURCHASE_TOKEN",
        &["CREATED", "ACTIVE_TOKEN_REMINDER", "UNREPORTED"],
    ),
    ("RESCIND_CONSENT", &[""]),
    ("METADATA_UPDATE", &[""]),
    ("MIGRATION", &[""]),
    ("PRICE_CHANGE", &[""]),
    ("UNCLAIM_SEATS", &[""]),
];

/// Every kind with each of its subtypes, about a purchase; what is about none; and what nobody knows.
pub(super) fn notifications(id: &str) -> Vec<CustomNotification> {
    let about = TOLD.iter().flat_map(|(kind, subtypes)| {
        let of = |subtype: &&str| {
            let told = CustomNotification::of(*kind, id);
            if subtype.is_empty() {
                told
            } else {
                told.subtype(*subtype)
            }
        };
        subtypes.iter().map(of)
    });
    let app = json!({"environment": "Production", "bundleId": BUNDLE, "appAppleId": 1_234_567_890});
    let parts = ["summary", "externalPurchaseToken", "appData"].map(|name| {
        let payload = Map::from_iter([
            ("data".to_owned(), Value::Null),
            (name.to_owned(), app.clone()),
        ]);
        CustomNotification {
            payload,
            ..CustomNotification::test(Environment::Production)
        }
    });
    let unknown = CustomNotification::of("SOMETHING_NEW", id).with_data("status", json!(6));
    let test = CustomNotification::test(Environment::Production);
    about.chain(parts).chain([unknown, test]).collect()
}

//! Everything that Roku could possibly say and tell, in more forms than the simulator has.

use domain::{Locator, PurchaseKey, StoreSnapshot, Timestamp};
use serde_json::{Map, Value, json};
use store_simulator::roku::CustomPush;
use store_simulator::roku::model::TransactionType;
use stores::{StoreConfig, connectors::roku};

use super::{CHANNEL, FILM};

/// The fields that an answer need not have.
pub(super) const OPTIONAL: &[&str] = &[
    "errorCode",
    "errorDetails",
    "errorMessage",
    "rokuCustomerId",
    "channelId",
    "channelName",
    "productName",
    "quantity",
    "tax",
    "total",
    "currency",
    "couponCode",
    "partnerReferenceId",
    "originalPurchaseDate",
    "purchaseType",
    "cancelledTransactionIds",
    "purchaseChannel",
    "purchaseContext",
];

const WORDS: [&str; 8] = [
    "Active",
    "Inactive",
    "PendingActive",
    "Pending_Inactive",
    "valid",
    "Paused",
    "Pending",
    "Test",
];

/// Every combination of what decides, with everything else that an answer can hold and a notification
/// can have told, and with names besides by which a purchase could be known.
pub(super) fn said(config: &StoreConfig) -> Vec<StoreSnapshot> {
    let config = config.downcast_ref::<roku::Config>().unwrap();
    let mut said = Vec::new();
    for word in WORDS {
        for (entitled, cancelled) in [(true, false), (true, true), (false, true), (false, false)] {
            for at in ["2026-11-20T12:00:00Z", "2026-12-05T12:00:00Z"] {
                for (besides, known) in besides() {
                    let decides = json!({
                        "isEntitled": entitled, "cancelled": cancelled, "purchaseStatus": word,
                    });
                    let answer = answer(&[&decides, &besides]);
                    said.push(seen(config, &answer, &known, at.parse().unwrap()));
                }
            }
        }
    }
    let film = json!({"productId": FILM, "isEntitled": false, "expirationDate": null});
    for known in [json!({}), json!({"refundedAt": "2026-11-19T00:00:00Z"})] {
        let at = "2026-11-20T12:00:00Z".parse().unwrap();
        said.push(seen(config, &answer(&[&film]), &known, at));
    }
    said
}

fn seen(config: &roku::Config, answer: &Value, known: &Value, at: Timestamp) -> StoreSnapshot {
    let text =
        |(name, value): (&String, &Value)| (name.clone(), value.as_str().unwrap().to_owned());
    let locator = Locator {
        key: PurchaseKey::new("first").unwrap(),
        details: known.as_object().unwrap().iter().map(text).collect(),
    };
    let replaced = answer["cancelledTransactionIds"]
        .is_array()
        .then(|| replaced(answer));
    roku::snapshot(config, &locator, answer, replaced.as_ref(), at).unwrap()
}

fn answer(changes: &[&Value]) -> Value {
    let mut answer = json!({
        "errorCode": null, "errorDetails": null, "errorMessage": "", "status": 0,
        "transactionId": "first", "OriginalTransactionId": "first",
        "rokuCustomerId": "1", "partnerReferenceId": "1", "channelId": CHANNEL,
        "productId": "extv_basic_monthly", "quantity": 1,
        "amount": 8.99, "tax": 0, "total": 8.99, "currency": "usd", "couponCode": "FREE",
        "purchaseDate": "/Date(1793871000000)/", "originalPurchaseDate": "/Date(1793871000000)/",
        "expirationDate": "/Date(1796463000000)/",
        "isEntitled": true, "cancelled": false, "purchaseStatus": "Active",
        "purchaseType": null, "cancelledTransactionIds": null,
    });
    let fields = answer.as_object_mut().unwrap();
    for change in changes {
        fields.extend(change.as_object().unwrap().clone());
    }
    answer
}

/// What the answer says to have taken over from.
fn replaced(new: &Value) -> Value {
    let old = json!({
        "transactionId": "old", "OriginalTransactionId": "old", "productId": "extv_other_monthly",
        "isEntitled": true, "cancelled": true, "purchaseStatus": "Active",
        "expirationDate": new["expirationDate"], "cancelledTransactionIds": null,
    });
    answer(&[&old])
}

fn besides() -> Vec<(Value, Value)> {
    let told = |kind: &str| json!({"told": kind, "toldAt": "2026-11-20T11:00:00Z", "toldTransactionId": "later"});
    let kinds = TransactionType::ALL.map(|kind| (json!({}), told(kind.as_str())));
    let others = [
        (json!({}), json!({})),
        (
            json!({"total": 0, "amount": 0, "isTest": true, "test": true}),
            json!({}),
        ),
        (json!({"OriginalTransactionId": null}), json!({})),
        (
            json!({"cancelledTransactionIds": ["old"], "purchaseType": "UPGRADE"}),
            json!({}),
        ),
        (
            json!({"cancelledTransactionIds": ["old"], "purchaseType": "DOWNGRADE"}),
            json!({}),
        ),
        (json!({}), json!({"trialEndsAt": "2026-12-05T09:30:00Z"})),
        (
            json!({}),
            json!({"refundedAt": "2026-11-20T11:00:00Z", "refundedAmount": "-8.99"}),
        ),
        (json!({}), json!({"chargedBackAt": "2026-11-20T11:00:00Z"})),
        (
            json!({}),
            json!({"paidUntil": "2027-01-05T09:30:00Z", "transactionId": "later"}),
        ),
    ];
    kinds.into_iter().chain(others).collect()
}

/// A message of every kind and of some that there are not, and a whole state.
pub(super) fn pushes(id: &str) -> Vec<CustomPush> {
    let kinds = TransactionType::ALL.map(|kind| CustomPush::of_type(kind.as_str(), id));
    let fields = |push: CustomPush| CustomPush {
        fields: Map::from_iter([("purchaseStatus".to_owned(), json!("Inactive"))]),
        ..push
    };
    let whole_state = CustomPush::raw(json!({
        "transactionType": "Cancellation", "transactionId": id, "originalTransactionId": id,
        "channelId": CHANNEL, "isEntitled": false, "cancelled": true,
        "expirationDate": "2026-11-19T09:30:00Z", "eventDate": "2026-11-19T09:30:00Z",
    }));
    let others = [
        CustomPush::of_type("PriceChange", id),
        CustomPush::of_type("CancellationOfferIntiated", id),
        fields(CustomPush::of_type("Cancellation", id)),
        whole_state,
        CustomPush::text("hello"),
        CustomPush::invalidate_public_keys(),
        CustomPush::of_message_type("roku.other"),
    ];
    kinds.into_iter().chain(others).collect()
}

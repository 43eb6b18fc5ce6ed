//! Everything that Amazon could possibly say and tell, in more forms than the simulator has.

use domain::{Locator, Store, StoreSnapshot, Timestamp};
use serde_json::{Value, json};
use store_simulator::amazon::CustomMessage;
use store_simulator::amazon::model::{NotificationType, Receipt};
use stores::{StoreConfig, connectors::amazon, parse_submission};

/// The fields that an answer need not have.
pub(super) const OPTIONAL: &[&str] = &[
    "term",
    "cancelDate",
    "cancelReason",
    "freeTrialEndDate",
    "gracePeriodEndDate",
    "deferredDate",
    "deferredSku",
    "parentProductId",
    "quantity",
    "promotions",
    "fulfillmentDate",
    "fulfillmentResult",
    "countryCode",
    "baseReceipts",
    "purchaseMetadataMap",
    "betaProduct",
    "testTransaction",
];

const KINDS: [&str; 5] = ["SUBSCRIPTION", "ENTITLED", "CONSUMABLE", "RENTAL", "LEASED"];

/// Every kind of product that is known and some that are not, each with everything else that an answer
/// can hold, and with names besides by which a purchase could be known.
pub(super) fn said(config: &StoreConfig) -> Vec<StoreSnapshot> {
    let config = config.downcast_ref::<amazon::Config>().unwrap();
    let at: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut said = Vec::new();
    for kind in KINDS {
        for besides in besides() {
            let mut answer = json!({
                "receiptId": "receipt=", "productId": "extv.basic", "productType": kind,
                "termSku": "extv.basic.monthly", "term": "1 Month",
                "purchaseDate": ms("2026-11-05T09:30:00Z"),
                "renewalDate": ms("2026-12-05T09:30:00Z"), "autoRenewing": true,
                "cancelDate": null, "cancelReason": null, "freeTrialEndDate": null,
                "gracePeriodEndDate": null, "deferredDate": null, "deferredSku": null,
                "parentProductId": null, "quantity": 1, "promotions": null,
                "fulfillmentDate": ms("2026-11-05T09:31:00Z"), "fulfillmentResult": "FULFILLED",
                "countryCode": "US", "baseReceipts": null, "purchaseMetadataMap": null,
                "betaProduct": false, "testTransaction": false,
                "userId": "1", "customerId": "1", "latestReceiptId": "one-for-all",
            });
            let fields = answer.as_object_mut().unwrap();
            fields.extend(besides.as_object().unwrap().clone());
            for locator in [locator(), after_a_change()] {
                said.push(amazon::snapshot(config, &locator, &answer, at).unwrap());
            }
        }
    }
    said
}

fn ms(at: &str) -> i64 {
    at.parse::<Timestamp>().unwrap().as_millisecond()
}

fn locator() -> Locator {
    let body = json!({"receiptId": "receipt=", "userId": "user="});
    parse_submission(Store::Amazon, &body).unwrap().locator
}

fn after_a_change() -> Locator {
    let mut locator = locator();
    let replaced = ("cancelledReceiptId".to_owned(), "before=".to_owned());
    locator.details.extend([replaced]);
    locator
}

fn besides() -> Vec<Value> {
    let (past, ahead) = (ms("2026-11-19T09:30:00Z"), ms("2026-12-05T09:30:00Z"));
    let off = |date: Value| json!({"autoRenewing": false, "renewalDate": null, "cancelDate": date});
    let ended = |reason: Value| {
        let mut ended = off(json!(past));
        ended["cancelReason"] = reason;
        ended
    };
    vec![
        json!({}),
        json!({"betaProduct": true}),
        json!({"freeTrialEndDate": ahead}),
        json!({"gracePeriodEndDate": ahead, "renewalDate": past}),
        json!({"gracePeriodEndDate": past, "renewalDate": past}),
        json!({"renewalDate": past}),
        json!({"deferredDate": ahead, "deferredSku": "extv.premium.monthly"}),
        json!({"promotions": [{"promotionType": "Retention Offer", "promotionStatus": "Queued"}]}),
        json!({"baseReceipts": ["base="], "purchaseMetadataMap": {"QuickSubscribe": "true"}}),
        json!({"fulfillmentDate": null, "fulfillmentResult": null}),
        off(json!(ahead)),
        off(Value::Null),
        ended(Value::Null),
        ended(json!(0)),
        ended(json!(1)),
        ended(json!(2)),
        ended(json!(3)),
        ended(json!(4)),
    ]
}

/// A message of every type and of some that nobody knows, with all that a message can have, and one with
/// a whole state.
pub(super) fn messages(receipt: &Receipt) -> Vec<CustomMessage> {
    let types = NotificationType::ALL.map(NotificationType::as_str);
    let unknown = ["SUBSCRIPTION_PAUSED", "SUBSCRIPTION_ON_HOLD", "REFUNDED"];
    let plain = types.into_iter().chain(unknown);
    let plain = plain.map(|kind| CustomMessage::of_type(kind, receipt));
    let related = [
        json!({"cancelledReceiptId": "before="}),
        json!([]),
        Value::Null,
    ];
    let related = related.map(|related| {
        CustomMessage::of_type("SUBSCRIPTION_MODIFIED_IMMEDIATE", receipt)
            .with_field("relatedReceipts", related)
    });
    let beta = CustomMessage::of_type("SUBSCRIPTION_CANCELLED", receipt)
        .with_field("betaProductTransaction", json!(true));
    let whole_state = CustomMessage::of_type("SUBSCRIPTION_EXPIRED", receipt)
        .with_field("cancelDate", json!(1_795_080_600_000_i64))
        .with_field("cancelReason", json!(1))
        .with_field("productType", json!("SUBSCRIPTION"))
        .with_field("productId", json!("extv.basic"));
    plain.chain(related).chain([beta, whole_state]).collect()
}

//! Each rule by which a list becomes a state, at its boundary.

use domain::{ConfigRules, Environment, Reading, Status, Store, StoreSnapshot, StoreState};
use serde_json::{Value, json};
use stores::{ConnectorContext, LookUpError, StoreConfig};

use crate::scene::{INVOICE, MONTHLY, PREMIUM, settings, state, submitted};
use crate::scripted::{Reply, Server};

const END: &str = "20261205093000";

/// An invoice of one subscription, with `changes` on top; those of `info` are the subscription's.
fn invoice(id: &str, changes: &Value, info: &Value) -> Value {
    let mut whole = json!({
        "SubscriptionId": "SUB-1", "SubsStatus": "00",
        "SubsStartTime": "20261105093000", "SubsEndTime": END,
    });
    let fields = whole.as_object_mut().unwrap();
    fields.extend(info.as_object().unwrap().clone());
    let mut invoice = json!({
        "InvoiceID": id, "ItemID": MONTHLY, "ItemType": 4, "OrderTime": "20261105093000",
        "SubscriptionInfo": whole,
    });
    let fields = invoice.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    invoice
}

/// Asks a store that has just this list, at a time, for the purchase of [`INVOICE`].
async fn look(list: Vec<Value>, changes: Value, now: &str) -> Result<StoreSnapshot, LookUpError> {
    let answer = json!({"CPStatus": "100000", "CPResult": "EOF", "InvoiceDetails": list});
    let server = Server::start(move |_| Reply::json(&answer)).await;
    let mut changes = changes;
    changes["apiBaseUrl"] = json!(server.address);
    changes["responseCheckValue"] = json!("off");
    changes["secondOpinion"] = json!("off");
    let rules = ConfigRules { local_stack: true };
    let settings = settings(&changes);
    let config = StoreConfig::parse(Store::SamsungTv, &settings, Environment::Sandbox, &rules);
    let context = ConnectorContext::new().unwrap();
    let (config, locator) = (config.unwrap(), submitted(INVOICE));
    let looked = config.look_up(&context, &locator, now.parse().unwrap());
    looked.await.map(|looked| looked.snapshot)
}

async fn of_list(list: Vec<Value>) -> StoreState {
    let seen = look(list, json!({}), "2026-11-20T00:00:00Z").await;
    state(seen.unwrap())
}

#[tokio::test]
async fn a_late_renewal_and_a_failed_payment_have_their_time_to_the_second() {
    let changes = json!({"renewalLagSeconds": 100, "paymentRecoverySeconds": 200});
    for (word, now, status) in [
        ("00", "2026-12-05T09:31:39.999Z", Status::Active),
        ("00", "2026-12-05T09:31:40Z", Status::OnHold),
        ("03", "2026-12-05T09:29:59.999Z", Status::Cancelled),
        ("03", "2026-12-05T09:30:00Z", Status::OnHold),
        ("03", "2026-12-05T09:33:19.999Z", Status::OnHold),
        ("03", "2026-12-05T09:33:20Z", Status::Expired),
        ("02", "2026-12-05T09:29:59.999Z", Status::Cancelled),
        ("02", "2026-12-05T09:30:00Z", Status::Expired),
    ] {
        let list = vec![invoice(INVOICE, &json!({}), &json!({"SubsStatus": word}))];
        let seen = look(list, changes.clone(), now).await.unwrap();
        assert_eq!(state(seen).status, status, "{word} {now}");
    }
}

#[tokio::test]
async fn each_status_has_its_own_reason() {
    for (word, reason) in [
        ("00", None),
        ("01", None),
        ("02", Some("cancelled by buyer")),
        ("03", Some("cancelled for payment failure")),
        ("04", Some("cancelled by content provider")),
        ("05", Some("cancelled by administrator")),
    ] {
        let list = vec![invoice(INVOICE, &json!({}), &json!({"SubsStatus": word}))];
        assert_eq!(of_list(list).await.cancel_reason.as_deref(), reason);
    }
}

#[tokio::test]
async fn a_sale_that_was_taken_back_counts_before_the_status() {
    let now = "2026-11-20T00:00:00Z";
    for word in ["00", "01", "02", "07"] {
        let info = json!({"SubsStatus": word});
        let list = vec![invoice(INVOICE, &json!({"CancelStatus": true}), &info)];
        let seen = look(list.clone(), json!({}), now).await.unwrap();
        let taken_back = state(seen);
        assert_eq!(taken_back.status, Status::Revoked, "{word}");
        let reason = taken_back.cancel_reason.as_deref();
        assert_eq!(reason, Some("sale cancelled"), "{word}");

        let ignored = json!({"cancelledSaleEndsAccess": false});
        let seen = look(list, ignored, now).await.unwrap().reading;
        let revoked = matches!(seen, Reading::Known(state) if state.status == Status::Revoked);
        assert!(!revoked, "{word}");
    }
}

#[tokio::test]
async fn the_invoice_that_ends_last_holds_then_the_one_that_was_ordered_last() {
    let (first, later) = (json!({"OrderTime": "20261105093000"}), "20261106093000");
    let later = json!({"OrderTime": later, "ItemID": PREMIUM});
    let ends = |end: &str| json!({"SubsEndTime": end});
    for (own, other, product) in [
        (ends("20270105093000"), ends(END), MONTHLY),
        (ends(END), ends("20270105093000"), PREMIUM),
        (ends(END), ends(END), PREMIUM),
    ] {
        let own = invoice(INVOICE, &first, &own);
        let other = invoice("UP2", &later, &other);
        for list in [vec![own.clone(), other.clone()], vec![other, own]] {
            assert_eq!(of_list(list).await.product_id, product);
        }
    }
}

#[tokio::test]
async fn only_the_invoice_that_holds_says_whether_it_was_taken_back() {
    let own = invoice(INVOICE, &json!({"CancelStatus": true}), &json!({}));
    let other = invoice("UP2", &json!({}), &json!({"SubsEndTime": "20270105093000"}));
    assert_eq!(of_list(vec![own, other]).await.status, Status::Active);
}

#[tokio::test]
async fn it_started_with_its_earliest_invoice_or_that_ones_order() {
    for (own, other, start) in [
        (
            "20261105093000",
            json!("20261205093000"),
            "2026-11-05T09:30:00Z",
        ),
        (
            "20261205093000",
            json!("20261105093000"),
            "2026-11-05T09:30:00Z",
        ),
        ("20261205093000", Value::Null, "2026-11-01T00:00:00Z"),
    ] {
        let own = invoice(INVOICE, &json!({}), &json!({"SubsStartTime": own}));
        let ordered = json!({"OrderTime": "20261101000000"});
        let other = invoice("UP2", &ordered, &json!({"SubsStartTime": other}));
        let started_at = of_list(vec![own, other]).await.started_at;
        assert_eq!(started_at, Some(start.parse().unwrap()));
    }
}

#[tokio::test]
async fn invoices_without_a_subscription_id_belong_to_nothing_else() {
    let nameless = json!({"SubscriptionId": null});
    let own = invoice(INVOICE, &json!({}), &nameless);
    let mut longer = nameless.clone();
    longer["SubsEndTime"] = json!("20270105093000");
    let other = invoice("UP2", &json!({"ItemID": PREMIUM}), &longer);
    assert_eq!(of_list(vec![own, other]).await.product_id, MONTHLY);
}

#[tokio::test]
async fn what_is_no_subscription_is_rejected_and_what_is_not_listed_is_not_found() {
    let now = "2026-11-20T00:00:00Z";
    let single = json!({"InvoiceID": INVOICE, "ItemID": MONTHLY, "ItemType": 1});
    let seen = look(vec![single], json!({}), now).await;
    assert_eq!(seen.unwrap_err().kind(), "rejected");
    let other = invoice("UP2", &json!({}), &json!({}));
    let seen = look(vec![other], json!({}), now).await;
    assert_eq!(seen.unwrap_err(), LookUpError::NotFound);
}

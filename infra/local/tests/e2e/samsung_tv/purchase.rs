//! What a submitted invoice becomes.

use local_stack::broadcaster::{MONTHLY_ITEM, MONTHLY_OFFER, PREMIUM_OFFER};
use serde_json::{Value, json};
use store_simulator::samsung_tv::{Action, NewPurchase};
use store_simulator::vizio::Plan;
use store_simulator::{FaultKind, Faults, LookupFault};

use super::{bought, broadcaster, claim, claimed, happens, invoice, outcome, status, submission};
use crate::story::{beacon_types, eventually, may_watch, seconds, subscriptions, webhooks};

/// What a rule makes of the store's answers.
fn answers(fault: LookupFault) -> Faults {
    Faults {
        lookup: vec![fault],
        ..Faults::default()
    }
}

#[tokio::test]
async fn initial_purchase() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);

    let outcome = claim(&broadcaster, "ada", &purchase).await;

    assert_eq!(outcome["result"], "SubscriptionCreated");
    assert_eq!(outcome["offerId"], MONTHLY_OFFER);
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    assert!(!may_watch(&broadcaster, "ada", PREMIUM_OFFER).await);
    let told = beacon_types(&broadcaster, invoice(&purchase), &["new"]).await;
    let state = &subscriptions(&broadcaster, "ada").await[0];
    assert_eq!(told[0]["external_user_id"], "ada");
    assert_eq!(told[0]["original_store"], "Samsung Store");
    assert_eq!(told[0]["sku"], MONTHLY_ITEM);
    assert_eq!(told[0]["end_date"], seconds(&state["periodEnd"]));
    assert_eq!(told[0]["end_date"], purchase.end().as_second());
    let messages = eventually("two webhooks", async || {
        let messages = webhooks(&broadcaster).await;
        (messages.len() == 2).then_some(messages)
    })
    .await;
    let about = |topic: &str| -> &Value {
        let message = messages.iter().find(|message| message["topic"] == topic);
        &message.unwrap_or_else(|| panic!("{topic}: {messages:?}"))["data"]
    };
    assert_eq!(about("subscriptionCreated")["customerId"], "ada");
    let validated = about("inappPurchaseValidationSucceeded");
    assert_eq!(validated["paymentGateway"], "samsung-tv");
    let named = &validated["inAppSpecificData"];
    assert_eq!(named["invoiceId"], invoice(&purchase));
    assert_eq!(named["samsungCustomerId"], purchase.custom_id);
    assert_eq!(named["countryCode"], "US");
}

#[tokio::test]
async fn an_unknown_invoice_is_not_found() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let with = |field: &str, value: &str| {
        let mut body = submission(&purchase);
        body[field] = json!(value);
        body
    };
    for body in [
        with("invoiceId", "UP-nobody-paid-this"),
        with("samsungCustomerId", "u-somebody-else"),
        with("countryCode", "DE"),
    ] {
        let queued = broadcaster.submit_to("samsung-tv", "ada", &body).await;

        let outcome = outcome(&broadcaster, "ada", &queued.unwrap()).await;

        assert_eq!(outcome["status"], "failure", "{body}");
        assert_eq!(outcome["error"]["code"], "PURCHASE_NOT_FOUND", "{body}");
        assert_eq!(outcome["accessGranted"], false);
    }
    assert!(subscriptions(&broadcaster, "ada").await.is_empty());
}

#[tokio::test]
async fn a_product_without_an_offer_is_not_mapped() {
    let broadcaster = broadcaster().await;
    let products = [Plan::monthly("DP300200000999", "1.99", "USD")];
    let unlisted = json!({ "products": products });
    broadcaster
        .samsung_tv()
        .reconfigure(&unlisted)
        .await
        .unwrap();
    let wanted = NewPurchase::of("DP300200000999", "u-1");
    let bought = broadcaster.samsung_tv().buy(&wanted).await.unwrap();

    let outcome = claim(&broadcaster, "ada", &bought.purchase).await;

    assert_eq!(outcome["error"]["code"], "PRODUCT_NOT_MAPPED");
}

#[tokio::test]
async fn polling_entitlements_until_access_is_granted() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let slow = answers(LookupFault::always(FaultKind::Slow { millis: 700 }));
    broadcaster.samsung_tv().set_faults(&slow).await.unwrap();

    let queued = broadcaster.submit_samsung_tv("ada", &purchase).await;
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    eventually("access", async || {
        let granted = may_watch(&broadcaster, "ada", MONTHLY_OFFER).await;
        granted.then_some(())
    })
    .await;

    let ended = status(&broadcaster, "ada", &queued.unwrap()).await;
    assert_eq!(ended, "success");
}

#[tokio::test]
async fn a_slow_store_only_delays() {
    let broadcaster = broadcaster().await;
    let hasty = json!({"timeoutSeconds": 2});
    broadcaster.configure_samsung_tv(&hasty).await.unwrap();
    let purchase = bought(&broadcaster).await;
    let never = LookupFault::always(FaultKind::Hang).times(1);
    let late = LookupFault::always(FaultKind::Slow { millis: 500 });
    let faults = Faults {
        lookup: vec![never, late],
        ..Faults::default()
    };
    broadcaster.samsung_tv().set_faults(&faults).await.unwrap();

    let outcome = claim(&broadcaster, "ada", &purchase).await;

    assert_eq!(outcome["status"], "success");
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn moves_to_another_customer() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;

    let outcome = claim(&broadcaster, "bob", &purchase).await;

    assert_eq!(outcome["result"], "SubscriptionTransferred");
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    assert!(may_watch(&broadcaster, "bob", MONTHLY_OFFER).await);
    let expected = ["new", "cancel", "new"];
    let told = beacon_types(&broadcaster, invoice(&purchase), &expected).await;
    assert_eq!(told[1]["external_user_id"], "ada");
    assert_eq!(told[2]["external_user_id"], "bob");
    let old = subscriptions(&broadcaster, "ada").await;
    let new = subscriptions(&broadcaster, "bob").await;
    assert_eq!(old[0]["terminated"]["reason"], "transferred");
    assert_ne!(old[0]["subscriptionId"], new[0]["subscriptionId"]);
}

#[tokio::test]
async fn a_later_invoice_is_the_same_subscription() {
    let broadcaster = broadcaster().await;
    let added = json!({"renewals": "addInvoice"});
    broadcaster.samsung_tv().reconfigure(&added).await.unwrap();
    let purchase = claimed(&broadcaster, "ada").await;
    let renewed = happens(&broadcaster, Action::Renew, &purchase).await;
    assert_ne!(renewed.last(), purchase.last());

    let outcome = claim(&broadcaster, "ada", &renewed).await;

    assert_eq!(outcome["result"], "SubscriptionSynchronized");
    let held = subscriptions(&broadcaster, "ada").await;
    assert_eq!(held.len(), 1, "{held:?}");
    assert_eq!(seconds(&held[0]["periodEnd"]), renewed.end().as_second());
    beacon_types(&broadcaster, invoice(&purchase), &["new", "renew"]).await;
}

#[tokio::test]
async fn a_later_invoice_of_another_customer_moves_the_subscription() {
    let broadcaster = broadcaster().await;
    let added = json!({"renewals": "addInvoice"});
    broadcaster.samsung_tv().reconfigure(&added).await.unwrap();
    let purchase = claimed(&broadcaster, "ada").await;
    let renewed = happens(&broadcaster, Action::Renew, &purchase).await;

    let outcome = claim(&broadcaster, "bob", &renewed).await;

    assert_eq!(outcome["result"], "SubscriptionTransferred");
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    assert!(may_watch(&broadcaster, "bob", MONTHLY_OFFER).await);
    assert_eq!(subscriptions(&broadcaster, "bob").await.len(), 1);
}

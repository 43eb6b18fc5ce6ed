//! What the schedule finds out. The tests let a purchase be due and run the function that the schedule
//! invokes; [`by_schedule`](super::by_schedule) waits for the schedule itself.

use local_stack::broadcaster::{MONTHLY_OFFER, PREMIUM_ITEM, PREMIUM_OFFER};
use serde_json::json;
use store_simulator::samsung_tv::Action;

use super::{
    bought_by, broadcaster, calls, claim, claimed, happens, invoice, is_looked_at, is_over,
    periods_last,
};
use crate::story::{
    beacon_types, eventually, has_status, may_watch, seconds, subscriptions, webhooks,
};

#[tokio::test]
async fn a_renewal_is_found_without_anybody_s_call() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let renewed = happens(&broadcaster, Action::Renew, &purchase).await;

    is_looked_at(&broadcaster, &purchase).await;

    let told = beacon_types(&broadcaster, invoice(&purchase), &["new", "renew"]).await;
    assert_eq!(told[1]["start_date"], purchase.end().as_second());
    assert_eq!(told[1]["end_date"], renewed.end().as_second());
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn a_renewal_under_another_invoice_is_the_same_subscription() {
    for renewals in ["addInvoice", "replaceInvoice"] {
        let broadcaster = broadcaster().await;
        let shown = json!({ "renewals": renewals });
        broadcaster.samsung_tv().reconfigure(&shown).await.unwrap();
        let purchase = claimed(&broadcaster, "ada").await;
        let renewed = happens(&broadcaster, Action::Renew, &purchase).await;
        assert_ne!(renewed.last(), purchase.last(), "{renewals}");

        is_looked_at(&broadcaster, &purchase).await;

        let told = beacon_types(&broadcaster, invoice(&purchase), &["new", "renew"]).await;
        assert_eq!(told[1]["end_date"], renewed.end().as_second(), "{renewals}");
        let held = subscriptions(&broadcaster, "ada").await;
        assert_eq!(held.len(), 1, "{renewals}: {held:?}");
        assert_eq!(calls(&broadcaster, "verify").await, 1, "only at first");
    }
}

#[tokio::test]
async fn a_switch_is_found_without_anybody_s_call() {
    for switch in [Action::Switch, Action::Reserve] {
        let broadcaster = broadcaster().await;
        let purchase = claimed(&broadcaster, "ada").await;
        broadcaster
            .samsung_tv()
            .change_product(&purchase.subscription_id, switch, PREMIUM_ITEM)
            .await
            .unwrap();
        if switch == Action::Reserve {
            happens(&broadcaster, Action::Renew, &purchase).await;
        }

        is_looked_at(&broadcaster, &purchase).await;

        let told = beacon_types(&broadcaster, invoice(&purchase), &["new", "renew"]).await;
        assert_eq!(told[1]["sku"], PREMIUM_ITEM, "{switch:?}");
        assert!(may_watch(&broadcaster, "ada", PREMIUM_OFFER).await);
        assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
        assert_eq!(subscriptions(&broadcaster, "ada").await.len(), 1);
    }
}

#[tokio::test]
async fn a_cancellation_is_found_without_anybody_s_call() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    happens(&broadcaster, Action::Cancel, &purchase).await;

    is_looked_at(&broadcaster, &purchase).await;

    let told = beacon_types(&broadcaster, invoice(&purchase), &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], purchase.end().as_second());
    assert!(
        may_watch(&broadcaster, "ada", MONTHLY_OFFER).await,
        "to the end"
    );

    happens(&broadcaster, Action::Reactivate, &purchase).await;
    is_looked_at(&broadcaster, &purchase).await;

    let expected = ["new", "cancel", "resume"];
    let told = beacon_types(&broadcaster, invoice(&purchase), &expected).await;
    assert_eq!(told[2]["end_date"], purchase.end().as_second());
}

#[tokio::test]
async fn a_failed_payment_is_found_without_anybody_s_call() {
    let broadcaster = broadcaster().await;
    periods_last(&broadcaster, 4).await;
    let purchase = claimed(&broadcaster, "ada").await;
    happens(&broadcaster, Action::Fail, &purchase).await;
    is_over(&purchase).await;

    is_looked_at(&broadcaster, &purchase).await;

    beacon_types(&broadcaster, invoice(&purchase), &["new", "hold"]).await;
    has_status(&broadcaster, "ada", "on_hold").await;
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);

    periods_last(&broadcaster, 86_400).await;
    let recovered = happens(&broadcaster, Action::Renew, &purchase).await;
    is_looked_at(&broadcaster, &purchase).await;

    let expected = ["new", "hold", "resume"];
    let told = beacon_types(&broadcaster, invoice(&purchase), &expected).await;
    assert_eq!(told[2]["end_date"], recovered.end().as_second());
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn a_refund_is_found_without_anybody_s_call() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    happens(&broadcaster, Action::Refund, &purchase).await;

    is_looked_at(&broadcaster, &purchase).await;

    let told = beacon_types(&broadcaster, invoice(&purchase), &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], told[1]["cancellation_date"]);
    has_status(&broadcaster, "ada", "revoked").await;
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn an_expiry_is_found_without_anybody_s_call() {
    let broadcaster = broadcaster().await;
    periods_last(&broadcaster, 4).await;
    let purchase = claimed(&broadcaster, "ada").await;
    is_over(&purchase).await;
    happens(&broadcaster, Action::Expire, &purchase).await;

    is_looked_at(&broadcaster, &purchase).await;

    let told = beacon_types(&broadcaster, invoice(&purchase), &["new", "cancel"]).await;
    assert_eq!(told[1]["end_date"], purchase.end().as_second());
    has_status(&broadcaster, "ada", "expired").await;
    assert!(!may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
    eventually("the end is told", async || {
        webhooks(&broadcaster).await.into_iter().find(|message| {
            message["topic"] == "subscriptionTerminated" && message["data"]["reason"] == "expired"
        })
    })
    .await;
}

#[tokio::test]
async fn delivery_is_reported_once_where_the_broadcaster_wants_it() {
    let broadcaster = broadcaster().await;
    let wanted = json!({"autoApply": true});
    broadcaster.configure_samsung_tv(&wanted).await.unwrap();
    let purchase = claimed(&broadcaster, "ada").await;
    for (action, status) in [
        (Action::Cancel, "cancelled"),
        (Action::Reactivate, "active"),
    ] {
        happens(&broadcaster, action, &purchase).await;
        is_looked_at(&broadcaster, &purchase).await;
        has_status(&broadcaster, "ada", status).await;
    }

    assert_eq!(calls(&broadcaster, "apply").await, 1);
}

#[tokio::test]
async fn a_status_that_nobody_knows_changes_nothing() {
    let broadcaster = broadcaster().await;
    let purchase = claimed(&broadcaster, "ada").await;
    let odd = store_simulator::samsung_tv::Options {
        status: Some("77".to_owned()),
        ..Default::default()
    };
    let store = &broadcaster.samsung_tv();
    store
        .act(&purchase.subscription_id, Action::SetStatus, &odd)
        .await
        .unwrap();
    let before = calls(&broadcaster, "list").await;

    is_looked_at(&broadcaster, &purchase).await;

    eventually("the store was asked", async || {
        (calls(&broadcaster, "list").await > before).then_some(())
    })
    .await;
    beacon_types(&broadcaster, invoice(&purchase), &["new"]).await;
    has_status(&broadcaster, "ada", "active").await;
    assert!(may_watch(&broadcaster, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn one_call_refreshes_all_purchases_of_a_customer() {
    let broadcaster = broadcaster().await;
    let samsung_customer = "u-with-three-subscriptions";
    let mut purchases = Vec::new();
    for customer in ["ada", "bob", "eve"] {
        let purchase = bought_by(&broadcaster, samsung_customer).await;
        let outcome = claim(&broadcaster, customer, &purchase).await;
        assert_eq!(outcome["status"], "success", "{outcome}");
        purchases.push(purchase);
    }
    let renewed = happens(&broadcaster, Action::Renew, &purchases[0]).await;
    happens(&broadcaster, Action::Cancel, &purchases[1]).await;
    happens(&broadcaster, Action::Refund, &purchases[2]).await;
    let before = calls(&broadcaster, "list").await;

    is_looked_at(&broadcaster, &purchases[0]).await;

    for (purchase, last) in purchases.iter().zip(["renew", "cancel", "cancel"]) {
        beacon_types(&broadcaster, invoice(purchase), &["new", last]).await;
    }
    assert_eq!(calls(&broadcaster, "list").await, before + 1);
    let held = subscriptions(&broadcaster, "ada").await;
    assert_eq!(seconds(&held[0]["periodEnd"]), renewed.end().as_second());
    has_status(&broadcaster, "bob", "cancelled").await;
    has_status(&broadcaster, "eve", "revoked").await;
}

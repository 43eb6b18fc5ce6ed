//! Refunds whose notification was lost, found in the store's list by the schedule.

use std::time::{Duration, SystemTime};

use domain::{Status, Store, Timestamp};
use in_process_aws::event;
use lambda_runtime::{Context, LambdaEvent};
use reconciliation::Reconciliation;
use serde_json::{Value, json};
use store_simulator::android::model::{Action, NewOneTimePurchase, OneTimeAction, Options};

use crate::google_play::{GooglePlay, PACKAGE, submission};
use crate::scene::{broadcaster, seconds_ago};

const HOUR: i64 = 3_600;

/// The schedule reads the list of the last two hours. Answers what it queues.
async fn queued(shop: &GooglePlay) -> Vec<Value> {
    let aws = shop.scene.aws.aws_with("LOCAL_STACK", "true");
    let (purchases, who) = (shop.scene.purchases(), broadcaster());
    let begun = purchases.begin_history(&who, Store::Android, seconds_ago(2 * HOUR));
    begun.await.unwrap();
    let before = shop.scene.aws.sent("verification").len();
    let ends_at = SystemTime::now() + Duration::from_secs(30);
    let ends_at = ends_at.duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let mut context = Context::default();
    context.deadline = u64::try_from(ends_at.as_millis()).unwrap();
    let event = LambdaEvent::new(event("reconciliation/schedule"), context);
    let reconciliation = Reconciliation::from_environment(&aws).unwrap();
    let read = reconciliation.handle(event).await.unwrap().undelivered;
    let mut queued = shop.scene.aws.sent("verification").split_off(before);
    queued.retain(|message| message["cause"]["kind"] == "VOIDED_PURCHASE");
    assert_eq!(queued.len(), read);
    queued
}

async fn verified(shop: &GooglePlay, queued: &[Value]) {
    for message in queued {
        let message = serde_json::from_value(message.clone()).unwrap();
        assert_eq!(shop.scene.verify(&[message]).await, 0);
    }
}

/// Sets the store's clock.
async fn clock(shop: &GooglePlay, at: Timestamp) {
    let changes = json!({ "clockStart": at });
    shop.play.reconfigure(&changes).await.unwrap();
}

/// The events of the last decision about each purchase.
fn announced(shop: &GooglePlay) -> Vec<Value> {
    let items = shop.scene.aws.items("subscriptions");
    let events = items.iter().filter_map(|item| item.get("events"));
    events.cloned().collect()
}

#[tokio::test]
async fn a_refund_that_no_notification_told_is_found_and_told_as_a_refund() {
    let shop = GooglePlay::start().await;
    shop.claimed("token", "ada").await;
    let voided_at = seconds_ago(HOUR);
    clock(&shop, voided_at).await;
    // The store's answers say for a while that nothing has happened.
    let stale = Options {
        stale: true,
        notify: false,
        ..Options::default()
    };
    shop.play.act("token", Action::Void, &stale).await.unwrap();
    clock(&shop, seconds_ago(0)).await;

    let found = queued(&shop).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["locator"]["key"], "token");
    verified(&shop, &found).await;

    let after = shop.scene.subscription("token").await;
    assert_eq!(after.state.status, Status::Revoked);
    let revoked_at = after.state.revoked_at.unwrap();
    assert!(revoked_at.duration_since(voided_at).as_secs() < 60);
    let events = announced(&shop);
    let announced_as = format!("{events:?}");
    assert!(announced_as.contains("refunded"), "{announced_as}");

    // Its notification arrives after all, or the list is read again.
    verified(&shop, &found).await;
    let again = shop.scene.subscription("token").await;
    assert_eq!(again.state, after.state);
    assert_eq!(announced(&shop), events, "nothing is announced twice");
}

#[tokio::test]
async fn a_lost_refund_of_an_older_payment_ends_nothing() {
    let shop = GooglePlay::start().await;
    shop.claimed("token", "ada").await;
    let first = shop.play.purchase("token").await.unwrap();
    let first = first.latest_order_id().to_owned();
    shop.does("token", Action::Renew).await;
    shop.tells_of("token").await;
    clock(&shop, seconds_ago(HOUR)).await;
    let older = Options {
        order_id: Some(first),
        stale: true,
        notify: false,
        ..Options::default()
    };
    shop.play.act("token", Action::Void, &older).await.unwrap();

    let found = queued(&shop).await;
    assert_eq!(found.len(), 1);
    verified(&shop, &found).await;
    assert_eq!(
        shop.scene.subscription("token").await.state.status,
        Status::Active
    );
}

#[tokio::test]
async fn a_lost_refund_of_a_one_time_purchase_is_found_whichever_kind_the_list_leaves_out() {
    let shop = GooglePlay::start().await;
    clock(&shop, seconds_ago(HOUR)).await;
    for token in ["known", "unknown"] {
        let wanted = NewOneTimePurchase::of("basic").with_token(token);
        shop.play.buy_once(&wanted).await.unwrap();
    }
    let ended = shop.scene.claims(1, "ada", &submission("known")).await;
    assert!(matches!(ended, Some(Ok(_))), "{ended:?}");
    for token in ["known", "unknown"] {
        let refund = OneTimeAction::Refund;
        shop.play.plainly_once(token, refund).await.unwrap();
    }
    clock(&shop, seconds_ago(0)).await;

    let found = queued(&shop).await;
    assert_eq!(found.len(), 2);
    for message in &found {
        let details = json!({"purchaseToken": message["locator"]["key"], "packageName": PACKAGE});
        assert_eq!(message["locator"]["details"], details);
    }
    verified(&shop, &found).await;
    let known = shop.scene.subscription("known").await;
    assert_eq!(known.state.status, Status::Revoked);
    assert!(known.state.billing.is_one_time());
}

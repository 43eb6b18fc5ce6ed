//! A look-up that follows a notification and still shows the old state.

use serde_json::json;

use crate::store::{Reply, active};
use crate::{Scene, check, notification, scene};

/// Ada holds the purchase, and nobody has looked at it for an hour.
async fn held() -> Scene {
    let scene = scene().await;
    let mut purchase = in_process_aws::Purchase::new("vzs-1");
    purchase.now = crate::seconds_ago(3600);
    purchase.claim("ada");
    let locator = purchase.locator();
    scene
        .subscriptions()
        .write(&purchase.change(&locator), Vec::new())
        .await
        .unwrap();
    // The first look-up in this run shows what the store says since long ago.
    scene.store.sells("vzs-1");
    scene.verify(&[check("vzs-1")]).await;
    scene
}

fn refunded() -> Reply {
    let mut refunded = active("vzs-1");
    refunded.body["data"]["status"] = json!("REFUNDED");
    refunded
}

async fn follow_ups_made(scene: &Scene) -> Option<u32> {
    let stored = scene.stored("vzs-1").await.unwrap().subscription;
    stored.follow_up.map(|follow_up| follow_up.made)
}

#[tokio::test]
async fn it_is_looked_at_again_after_minutes_until_the_change_shows() {
    let scene = held().await;
    assert!(scene.due_in("subscriptions") > 23 * 3600);
    assert_eq!(scene.verify(&[notification("vzs-1")]).await, [""; 0]);
    assert!((60..=140).contains(&scene.due_in("subscriptions")));
    assert_eq!(follow_ups_made(&scene).await, Some(0));

    scene.store.reply("vzs-1", refunded());
    scene.verify(&[check("vzs-1")]).await;
    let stored = scene.stored("vzs-1").await.unwrap();
    assert!(stored.subscription.state.status.is_ended());
    assert_eq!((stored.subscription.follow_up, stored.due_at), (None, None));
}

#[tokio::test]
async fn one_that_shows_the_change_costs_no_more_look_ups() {
    let scene = held().await;
    scene.store.reply("vzs-1", refunded());
    scene.verify(&[notification("vzs-1")]).await;
    assert_eq!(follow_ups_made(&scene).await, None);
}

#[tokio::test]
async fn one_of_an_event_that_a_look_up_has_shown_already_costs_no_more_look_ups() {
    let scene = scene().await;
    scene.store.sells("vzs-1");
    let bought = notification("vzs-1");
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    scene.verify(&[claim]).await;
    let asked = scene.store.asked().len();
    scene.verify(&[bought]).await;
    assert_eq!(scene.store.asked().len(), asked);
    assert_eq!(follow_ups_made(&scene).await, None);
}

#[tokio::test]
async fn a_look_up_between_the_event_and_its_notification_does_not_hide_it() {
    let scene = held().await;
    let refund = notification("vzs-1");
    let claim = scene.submit(1, "vzs-1", "ada", 0).await;
    scene.verify(&[claim]).await;
    scene.store.reply("vzs-1", refunded());
    scene.verify(&[refund]).await;
    let stored = scene.stored("vzs-1").await.unwrap().subscription;
    assert!(stored.state.status.is_ended());
}

#[tokio::test]
async fn several_notifications_of_one_event_share_the_follow_ups() {
    let scene = held().await;
    let asked = scene.store.asked().len();
    let several = [notification("vzs-1"), notification("vzs-1")];
    scene.verify(&several).await;
    assert_eq!(scene.store.asked().len(), asked + 1);
}

/// Another function's clock was ahead when it looked.
#[tokio::test]
async fn a_look_up_dated_in_the_future_hides_no_notification() {
    let scene = held().await;
    let mut items = scene.aws.items("subscriptions").into_iter();
    let mut item = items.find(|item| item["sk"]["S"] == "current").unwrap();
    let ahead = crate::seconds_ago(-600).to_string();
    for time in ["watermark", "stateAsOf"] {
        item["subscription"]["M"][time] = json!({"S": ahead});
    }
    scene.aws.put_item("subscriptions", &item);
    scene.store.reply("vzs-1", refunded());

    assert_eq!(scene.verify(&[notification("vzs-1")]).await, [""; 0]);

    let stored = scene.stored("vzs-1").await.unwrap().subscription;
    assert!(stored.state.status.is_ended());
    assert!(stored.watermark <= cloud::clock::now());
}

#[tokio::test]
async fn a_purchase_that_the_store_announced_is_asked_for_again_while_it_is_too_new() {
    let scene = scene().await;
    scene.store.fails("vzs-1", 404);
    let mut bought = notification("vzs-1");
    assert_eq!(scene.verify(std::slice::from_ref(&bought)).await, ["m0"]);
    bought.received_at = crate::seconds_ago(301);
    assert_eq!(scene.verify(&[bought]).await, [""; 0]);
}

//! What Apple leaves out of its messages: it is not something else.

use domain::Status;
use serde_json::{Value, json};
use stores::{NotificationError, Received};

use crate::authority::signed;
use crate::look_ups::{asked, read, status, with};
use crate::scene::{
    APP, BUNDLE, ORIGINAL, Scene, data, info, known, known_locator, one_time, payload, receive,
    renewal, submitted, transaction,
};
use crate::server::Reply;

fn nameless() -> Value {
    json!({"bundleId": null, "environment": null})
}

#[tokio::test]
async fn a_thing_bought_once_may_name_neither_app_nor_environment() {
    let scene = Scene::set().await;
    let mut bought = one_time(&json!({"type": "Non-Consumable"}));
    bought.as_object_mut().unwrap().remove("bundleId");
    bought.as_object_mut().unwrap().remove("environment");
    let path = asked("production", "transactions", ORIGINAL);
    scene.server.replies(&path, Reply::json(&info(&bought)));
    let looked = scene.look(&submitted(ORIGINAL)).await.unwrap();
    let state = known(looked.snapshot);
    assert!(state.billing.is_one_time() && !state.test);
    assert_eq!(state.details["environment"], "Production");
}

#[tokio::test]
async fn a_subscription_may_name_neither_app_nor_environment_nor_type() {
    let bare = json!({"bundleId": null, "environment": null, "type": null});
    let scene = with(&[status(1, &bare)]).await;
    let looked = scene.look(&known_locator()).await.unwrap();
    assert_eq!(looked.snapshot.purchase_key.as_str(), ORIGINAL);
    let state = known(looked.snapshot);
    assert_eq!(state.status, Status::Active);
    assert_eq!(state.details["type"], "Auto-Renewable Subscription");
}

#[tokio::test]
async fn renewal_information_may_name_neither_purchase_nor_environment() {
    let mut entry = status(1, &json!({}));
    let bare = json!({"originalTransactionId": null, "environment": null, "autoRenewStatus": 0});
    entry["signedRenewalInfo"] = json!(signed(&renewal(&bare)));
    let scene = with(&[entry]).await;
    let looked = scene.look(&known_locator()).await;
    assert_eq!(read(looked), (ORIGINAL.to_owned(), Status::Cancelled));
}

#[tokio::test]
async fn an_entry_may_name_neither_its_subscription_nor_its_status() {
    let other = json!({"originalTransactionId": "700001230000099"});
    let entries = [status(2, &other), status(1, &json!({}))].map(|mut entry| {
        entry
            .as_object_mut()
            .unwrap()
            .remove("originalTransactionId");
        entry.as_object_mut().unwrap().remove("status");
        entry
    });
    let scene = with(&entries).await;
    let looked = scene.look(&known_locator()).await;
    assert_eq!(read(looked), (ORIGINAL.to_owned(), Status::Active));
}

/// A notification by its outer data and its transaction, with changes to each.
fn notification(outer: &Value, inner: &Value) -> Value {
    let mut data = data(outer);
    data["signedTransactionInfo"] = json!(signed(&transaction(inner)));
    payload("DID_RENEW", &json!({ "data": data }))
}

#[tokio::test]
async fn a_notification_is_ours_if_anything_in_it_names_our_app_and_nothing_another() {
    let by_bundle = json!({"bundleId": BUNDLE, "appAppleId": null});
    let by_number = json!({"bundleId": null, "appAppleId": APP});
    let unnamed = json!({"bundleId": null, "appAppleId": null});
    for (outer, inner) in [
        (&by_bundle, nameless()),
        (&by_number, nameless()),
        (&unnamed, json!({})),
    ] {
        let read = receive(&notification(outer, &inner)).await;
        let Ok(Received::About(about)) = read else {
            panic!("{outer} {inner}: {read:?}");
        };
        assert_eq!(about.locator.details["environment"], "Production");
        assert!(about.notice.is_some());
    }
    let other = Err(NotificationError::OtherApplication);
    assert_eq!(receive(&notification(&unnamed, &nameless())).await, other);
    let other_app = json!({"bundleId": "com.example.other"});
    assert_eq!(receive(&notification(&by_bundle, &other_app)).await, other);
    for name in ["summary", "appData"] {
        let whole = payload("ANY", &json!({"data": null, name: data(&unnamed)}));
        assert_eq!(receive(&whole).await, other);
    }
}

#[tokio::test]
async fn a_notification_may_name_its_environment_in_one_place_or_none() {
    let none = json!({"environment": null});
    for (outer, inner) in [(&none, json!({})), (&json!({}), none.clone())] {
        let read = receive(&notification(outer, &inner)).await;
        let Ok(Received::About(about)) = read else {
            panic!("{read:?}");
        };
        assert_eq!(about.locator.details["environment"], "Production");
        assert!(about.notice.is_some());
    }
    let read = receive(&notification(&none, &none)).await;
    let Ok(Received::About(about)) = read else {
        panic!("{read:?}");
    };
    assert!(!about.locator.details.contains_key("environment"));
    assert_eq!(about.notice, None);
}

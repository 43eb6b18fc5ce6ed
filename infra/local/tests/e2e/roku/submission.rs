//! What an app may submit, and what it may not.

use local_stack::broadcaster::MONTHLY_OFFER;
use local_stack::broadcaster::roku::MONTHLY;
use serde_json::json;
use store_simulator::roku::model::{Channel, NewPurchase};

use super::Scene;
use crate::story::subscriptions;

#[tokio::test]
async fn what_this_broadcaster_has_not_sold_is_refused() {
    let (ours, theirs) = tokio::join!(Scene::new(), Scene::new());
    let sold = theirs.subscribed("eve").await;
    let beta = Channel::new("790001", "Symphony TV beta");
    let channels = [
        Channel::new(ours.broadcaster.roku_channel(), "Symphony TV"),
        beta,
    ];
    let registered = json!({ "channels": channels });
    ours.store().reconfigure(&registered).await.unwrap();
    let elsewhere = NewPurchase::of(MONTHLY).in_channel("790001").silently();
    let elsewhere = ours.bought_as(elsewhere).await;

    for (id, code) in [
        (sold.as_str(), "PURCHASE_NOT_FOUND"),
        ("11111111111111111111111111111111", "PURCHASE_NOT_FOUND"),
        ("no_id_of_roku_s", "STORE_REJECTED"),
        (elsewhere.as_str(), "STORE_REJECTED"),
    ] {
        let outcome = ours.submits("ada", id).await;
        assert_eq!(outcome["status"], "failure", "{outcome}");
        assert_eq!(outcome["error"]["code"], code, "{outcome}");
    }

    assert!(subscriptions(&ours.broadcaster, "ada").await.is_empty());
    assert!(theirs.may_watch("eve", MONTHLY_OFFER).await);
}

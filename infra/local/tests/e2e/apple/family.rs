//! What a family shares.

use local_stack::broadcaster::MONTHLY_OFFER;
use store_simulator::apple::model::Action;

use super::Scene;
use crate::story::{eventually, webhooks};

#[tokio::test]
async fn a_member_has_a_purchase_of_their_own_and_loses_it_with_the_buyer_s() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;
    let member = scene.happens(&id, Action::Share).await;
    let member = member.original_transaction_id;
    assert_ne!(member, id);

    let outcome = scene.submits("bob", &member).await;

    assert_eq!(outcome["result"], "SubscriptionCreated", "{outcome}");
    scene.told(&member, &["new"]).await;
    eventually("the webhook names the sharing", async || {
        let messages = webhooks(&scene.broadcaster).await;
        messages.into_iter().find(|message| {
            message["topic"] == "subscriptionCreated"
                && message["data"]["inAppSpecificData"]["inAppOwnershipType"] == "FAMILY_SHARED"
        })
    })
    .await;

    scene.happens(&id, Action::Refund).await;

    for (customer, purchase) in [("ada", &id), ("bob", &member)] {
        scene.is(customer, "revoked").await;
        assert!(!scene.may_watch(customer, MONTHLY_OFFER).await);
        scene.told(purchase, &["new", "cancel"]).await;
    }
}

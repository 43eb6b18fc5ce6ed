//! Disputes of payments by the customer's bank.

use serde_json::Value;
use store_simulator::stripe::model::{Action, DisputeStatus, Options, Purchase};

use crate::scene::{Scene, kinds};

const CREATED: &str = "charge.dispute.created";
const CLOSED: &str = "charge.dispute.closed";
const WITHDRAWN: &str = "charge.dispute.funds_withdrawn";

fn that_is(dispute_status: DisputeStatus) -> Options {
    Options {
        dispute_status,
        ..Options::default()
    }
}

async fn dispute(scene: &Scene, purchase: &Purchase) -> Value {
    let intent = &purchase.payment_intents[0].payment_intent_id;
    let list = scene
        .get(&format!("/disputes?payment_intent={intent}"))
        .await;
    list["data"][0].clone()
}

#[tokio::test]
async fn a_dispute_takes_the_money_and_is_on_the_charge() {
    let (scene, bought) = Scene::bought().await;
    let raised = scene.does(&bought.id, Action::Dispute).await;
    assert_eq!(kinds(&raised), [CREATED, WITHDRAWN]);
    let charge_id = &bought.charges[0].charge_id;
    let charge = scene.get(&format!("/charges/{charge_id}")).await;
    assert_eq!(charge["disputed"], true);
    let shown = dispute(&scene, &bought).await;
    assert_eq!(shown["status"], "needs_response");
    assert_eq!(shown["reason"], "fraudulent");
    assert_eq!(shown["charge"], charge_id.as_str());
    assert_eq!(scene.look_up(&bought).await["status"], "active");
}

#[tokio::test]
async fn it_is_won_or_lost() {
    for (action, told, status) in [
        (
            Action::WinDispute,
            vec![CLOSED, "charge.dispute.funds_reinstated"],
            "won",
        ),
        (Action::LoseDispute, vec![CLOSED], "lost"),
    ] {
        let (scene, bought) = Scene::bought().await;
        scene.does(&bought.id, Action::Dispute).await;
        let closed = scene.does(&bought.id, action).await;
        assert_eq!(kinds(&closed), told);
        assert_eq!(dispute(&scene, &bought).await["status"], status);
        let plain = Options::default();
        assert_eq!(scene.refuses(&bought.id, action, &plain).await, 409);
    }
}

#[tokio::test]
async fn inquiries_take_no_money() {
    for status in [
        DisputeStatus::WarningNeedsResponse,
        DisputeStatus::Prevented,
    ] {
        let (scene, bought) = Scene::bought().await;
        let raised = scene
            .does_with(&bought.id, Action::Dispute, &that_is(status))
            .await;
        assert_eq!(kinds(&raised), [CREATED]);
        assert!(raised.purchase.grants());
    }
}

#[tokio::test]
async fn a_dispute_can_be_lost_at_once_and_can_end_the_subscription() {
    let (scene, bought) = Scene::bought().await;
    let lost = Options {
        cancel: true,
        ..that_is(DisputeStatus::Lost)
    };
    let raised = scene.does_with(&bought.id, Action::Dispute, &lost).await;
    let deleted = "customer.subscription.deleted";
    assert_eq!(kinds(&raised), [CREATED, WITHDRAWN, deleted]);
    let shown = scene.look_up(&bought).await;
    assert_eq!(shown["cancellation_details"]["reason"], "payment_disputed");
}

#[tokio::test]
async fn a_lost_one_may_be_appealed_and_the_money_stays_away_until_that_is_won() {
    let (scene, bought) = Scene::bought().await;
    scene.does(&bought.id, Action::Dispute).await;
    let plain = Options::default();
    let appeal = Action::AppealDispute;
    assert_eq!(scene.refuses(&bought.id, appeal, &plain).await, 409);
    scene.does(&bought.id, Action::LoseDispute).await;
    for status in ["appeal_needs_response", "appeal_under_review"] {
        let appealed = scene.does(&bought.id, appeal).await;
        assert_eq!(kinds(&appealed), ["charge.dispute.updated"]);
        assert_eq!(dispute(&scene, &bought).await["status"], status);
        assert!(!appealed.purchase.grants());
    }
    let won = scene.does(&bought.id, Action::WinDispute).await;
    assert!(won.purchase.grants());
}

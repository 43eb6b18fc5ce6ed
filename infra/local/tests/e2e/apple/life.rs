//! A subscription's life, by Apple's notifications alone.

use local_stack::broadcaster::apple::{MONTHLY, PREMIUM};
use local_stack::broadcaster::{MONTHLY_OFFER, PREMIUM_OFFER};
use serde_json::{Value, json};
use store_simulator::apple::model::{Action, Options};

use super::{Scene, early};
use crate::story::eventually;

#[tokio::test]
async fn renewal_cancellation_hold_and_return() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;

    scene.happens_with(&id, Action::Renew, &early()).await;
    let told = scene.told(&id, &["new", "renew"]).await;
    assert_eq!(told[1]["start_date"], told[0]["end_date"]);

    scene.happens(&id, Action::Cancel).await;
    let told = scene.told(&id, &["new", "renew", "cancel"]).await;
    assert_eq!(told[2]["end_date"], told[1]["end_date"]);
    assert!(told[2]["cancellation_date"].as_i64() < told[2]["end_date"].as_i64());
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);

    scene.happens(&id, Action::Reactivate).await;
    let mut types = vec!["new", "renew", "cancel", "resume"];
    scene.told(&id, &types).await;
    assert_eq!(scene.is("ada", "active").await["cancelledAt"], Value::Null);

    // No grace period is configured: Apple tries on, and access waits for it.
    scene.happens(&id, Action::EnterRetry).await;
    scene.access_becomes("ada", MONTHLY_OFFER, false).await;
    scene.happens(&id, Action::Recover).await;
    scene.access_becomes("ada", MONTHLY_OFFER, true).await;
    types.extend(["hold", "resume"]);
    scene.told(&id, &types).await;

    scene.happens(&id, Action::Cancel).await;
    scene.is("ada", "cancelled").await;
    scene.happens(&id, Action::Expire).await;
    scene.is("ada", "expired").await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);

    // After the end the same purchase begins anew.
    scene.happens(&id, Action::Resubscribe).await;
    scene.access_becomes("ada", MONTHLY_OFFER, true).await;
    // The store's clock went ahead of ours, by which the end came before the one that was named.
    types.extend(["cancel", "cancel", "new"]);
    scene.told(&id, &types).await;
    assert_eq!(
        scene.subscription("ada").await["transactionId"],
        id.as_str()
    );
}

#[tokio::test]
async fn a_grace_period_keeps_access_until_it_is_over() {
    let scene = Scene::with(&json!({"grace": "renew"})).await;
    let id = scene.subscribed("ada").await;

    scene.happens_with(&id, Action::EnterGrace, &early()).await;
    scene.is("ada", "grace").await;
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    let told = scene.told(&id, &["new", "renew"]).await;
    assert!(told[1]["end_date"].as_i64() > told[0]["end_date"].as_i64());
    scene.happens_with(&id, Action::Recover, &early()).await;
    scene.is("ada", "active").await;

    scene.happens(&id, Action::EnterGrace).await;
    scene.is("ada", "grace").await;
    scene.happens(&id, Action::ExpireGrace).await;
    scene.access_becomes("ada", MONTHLY_OFFER, false).await;
    scene.is("ada", "on_hold").await;
    let types = ["new", "renew", "renew", "renew", "hold"];
    scene.told(&id, &types).await;
}

#[tokio::test]
async fn a_dearer_plan_begins_now_and_a_cheaper_one_at_the_renewal() {
    let scene = Scene::new().await;
    let id = scene.subscribed("ada").await;

    let dearer = Options::to_product(PREMIUM);
    scene.happens_with(&id, Action::Upgrade, &dearer).await;
    scene.access_becomes("ada", PREMIUM_OFFER, true).await;
    assert!(!scene.may_watch("ada", MONTHLY_OFFER).await);
    let told = scene.told(&id, &["new", "renew"]).await;
    assert_eq!(told[1]["sku"], PREMIUM);
    assert_eq!(told[1]["package_name"], "Symphony Premium");

    let pending = async |product: Value| {
        eventually(&format!("{product} is pending"), async || {
            let state = scene.subscription("ada").await;
            (state["pendingProductId"] == product).then_some(())
        })
        .await;
    };
    let cheaper = Options::to_product(MONTHLY);
    scene.happens_with(&id, Action::Downgrade, &cheaper).await;
    pending(json!(MONTHLY)).await;
    scene.happens(&id, Action::KeepPlan).await;
    pending(Value::Null).await;
    scene.happens_with(&id, Action::Downgrade, &cheaper).await;
    pending(json!(MONTHLY)).await;
    assert!(scene.may_watch("ada", PREMIUM_OFFER).await);

    scene.happens(&id, Action::Renew).await;
    let told = scene.told(&id, &["new", "renew", "renew"]).await;
    assert_eq!(told[2]["sku"], MONTHLY);
    assert_eq!(told[2]["start_date"], told[1]["end_date"]);
    assert!(scene.may_watch("ada", MONTHLY_OFFER).await);
    assert!(!scene.may_watch("ada", PREMIUM_OFFER).await);
}

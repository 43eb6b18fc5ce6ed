//! Higher prices.

use serde_json::json;
use store_simulator::apple::model::{Action, Options};

use crate::scene::Scene;

fn to(amount: &str, consent_needed: bool) -> Options {
    Options {
        amount: Some(amount.to_owned()),
        consent_needed,
        ..Options::default()
    }
}

#[tokio::test]
async fn a_price_that_is_agreed_to_counts_from_the_next_period() {
    let (scene, id) = Scene::bought().await;
    let kinds = scene
        .kinds(&id, Action::IncreasePrice, &to("12.99", true))
        .await;
    assert_eq!(kinds, ["PRICE_INCREASE/PENDING"]);
    let (_, _, renewal) = scene.status(&id).await;
    assert_eq!(
        (&renewal["priceIncreaseStatus"], &renewal["renewalPrice"]),
        (&json!(0), &json!(9_990))
    );
    let kinds = scene
        .kinds(&id, Action::AcceptPrice, &Options::default())
        .await;
    assert_eq!(kinds, ["PRICE_INCREASE/ACCEPTED"]);
    let (_, shown, renewal) = scene.status(&id).await;
    assert_eq!(
        (&renewal["priceIncreaseStatus"], &renewal["renewalPrice"]),
        (&json!(1), &json!(12_990))
    );
    assert_eq!(shown["price"], 9_990);
    for _ in 0..2 {
        scene.act(&id, Action::Renew, &Options::default()).await;
        let (_, shown, renewal) = scene.status(&id).await;
        assert_eq!(shown["price"], 12_990);
        assert!(renewal.get("priceIncreaseStatus").is_none());
    }
}

#[tokio::test]
async fn a_price_that_needs_no_consent_is_accepted_at_once() {
    let (scene, id) = Scene::bought().await;
    let kinds = scene
        .kinds(&id, Action::IncreasePrice, &to("10.99", false))
        .await;
    assert_eq!(kinds, ["PRICE_INCREASE/ACCEPTED"]);
    assert_eq!(scene.status(&id).await.2["priceIncreaseStatus"], 1);
}

#[tokio::test]
async fn without_an_answer_the_subscription_ends() {
    let (scene, id) = Scene::bought().await;
    let plain = Options::default();
    assert_eq!(scene.refusal(&id, Action::IgnorePrice, &plain).await, 409);
    scene
        .act(&id, Action::IncreasePrice, &to("12.99", true))
        .await;
    let kinds = scene.kinds(&id, Action::IgnorePrice, &plain).await;
    assert_eq!(kinds, ["DID_CHANGE_RENEWAL_STATUS"]);
    assert_eq!(scene.status(&id).await.2["autoRenewStatus"], 0);
    let kinds = scene.kinds(&id, Action::Expire, &plain).await;
    assert_eq!(kinds, ["EXPIRED/PRICE_INCREASE"]);
    assert_eq!(scene.status(&id).await.2["expirationIntent"], 3);
}

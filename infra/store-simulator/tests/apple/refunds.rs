//! Refunds.

use store_simulator::apple::model::{Action, Options};

use crate::{
    START,
    scene::{Scene, millis},
};

#[tokio::test]
async fn a_refund_revokes_the_transaction_and_the_subscription() {
    let (scene, id) = Scene::bought().await;
    let options = Options {
        revocation_reason: 1,
        ..Options::default()
    };
    assert_eq!(scene.kinds(&id, Action::Refund, &options).await, ["REFUND"]);
    let (status, shown, _) = scene.status(&id).await;
    assert_eq!(status, 5);
    assert_eq!(shown["revocationDate"], millis(START));
    assert_eq!(shown["revocationReason"], 1);
    assert_eq!(shown["revocationType"], "REFUND_FULL");
    assert_eq!(shown["revocationPercentage"], 100_000);
    let told = scene.told().await;
    assert_eq!(
        told["data"]["signedTransactionInfo"]["revocationDate"],
        millis(START)
    );
    assert_eq!(told["data"]["status"], 5);
    assert_eq!(scene.refusal(&id, Action::Refund, &options).await, 409);
}

#[tokio::test]
async fn the_refund_of_an_older_period_leaves_the_present_one() {
    let (scene, id) = Scene::bought().await;
    scene.act(&id, Action::Renew, &Options::default()).await;
    let options = Options {
        transaction_id: Some(id.clone()),
        percentage: Some(50_000),
        ..Options::default()
    };
    scene.act(&id, Action::Refund, &options).await;
    let (status, shown, _) = scene.status(&id).await;
    assert_eq!(status, 1);
    assert!(shown.get("revocationDate").is_none());
    let told = &scene.told().await["data"]["signedTransactionInfo"];
    assert_eq!(told["transactionId"], id);
    assert_eq!(told["revocationType"], "REFUND_PRORATED");
    assert_eq!(told["revocationPercentage"], 50_000);
}

#[tokio::test]
async fn a_refund_may_turn_renewals_off_and_a_later_period_may_be_paid_all_the_same() {
    let (scene, id) = Scene::bought().await;
    scene.act(&id, Action::Refund, &Options::default()).await;
    assert_eq!(
        scene.kinds(&id, Action::Renew, &Options::default()).await,
        ["DID_RENEW"]
    );
    assert_eq!(scene.status(&id).await.0, 1);
    let options = Options {
        auto_renew_off: true,
        ..Options::default()
    };
    let kinds = scene.kinds(&id, Action::Refund, &options).await;
    let expected = ["DID_CHANGE_RENEWAL_STATUS/AUTO_RENEW_DISABLED", "REFUND"];
    assert_eq!(kinds, expected);
    assert_eq!(scene.status(&id).await.2["autoRenewStatus"], 0);
}

#[tokio::test]
async fn a_reversed_refund_gives_access_back_until_the_same_date() {
    let (scene, id) = Scene::bought().await;
    let plain = Options::default();
    assert_eq!(scene.refusal(&id, Action::ReverseRefund, &plain).await, 409);
    scene.act(&id, Action::Refund, &plain).await;
    assert_eq!(
        scene.kinds(&id, Action::ReverseRefund, &plain).await,
        ["REFUND_REVERSED"]
    );
    let (status, shown, _) = scene.status(&id).await;
    assert_eq!(status, 1);
    assert!(shown.get("revocationDate").is_none());
    assert_eq!(shown["expiresDate"], millis("2026-12-15T00:00:00Z"));
}

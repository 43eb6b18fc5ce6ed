//! How claims end.

use cloud::broadcasters::Broadcasters;
use domain::validation::{ClaimEffect, ValidationFailure};
use in_process_aws::{InProcessAws, Refusal};
use serde_json::json;
use store_verification::Verifier;

use crate::store::{Reply, Store, active};
use crate::{Scene, broadcaster, scene};

/// How one claim of a purchase ends for which the store has this reply.
async fn ends(reply: Reply) -> Option<Result<ClaimEffect, ValidationFailure>> {
    let scene = scene().await;
    scene.store.reply("vzs-1", reply);
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    scene.verify(&[claim]).await;
    scene.ended(1).await
}

fn changed(field: &str, value: serde_json::Value) -> Reply {
    let mut reply = active("vzs-1");
    reply.body["data"][field] = value;
    reply
}

#[tokio::test]
async fn each_word_of_the_store_has_its_end() {
    let created = Some(Ok(ClaimEffect::SubscriptionCreated));
    assert_eq!(ends(active("vzs-1")).await, created);
    let failed = |why| Some(Err(why));
    let status = |status| Reply {
        status,
        ..active("vzs-1")
    };
    assert_eq!(
        ends(status(404)).await,
        failed(ValidationFailure::PurchaseNotFound)
    );
    assert_eq!(
        ends(status(400)).await,
        failed(ValidationFailure::StoreRejected)
    );
    let ended = Reply {
        body: json!({"data": {
            "subscriptionId": "vzs-1", "status": "EXPIRED", "planCode": in_process_aws::PRODUCT,
            "currentPeriodEnd": "2026-01-05T09:30:00Z", "autoRenew": false,
        }}),
        ..active("vzs-1")
    };
    assert_eq!(
        ends(ended).await,
        failed(ValidationFailure::PurchaseExpired)
    );
    let unlisted = changed("planCode", json!("unlisted"));
    assert_eq!(
        ends(unlisted).await,
        failed(ValidationFailure::ProductNotMapped)
    );
}

#[tokio::test]
async fn what_says_nothing_of_the_purchase_leaves_the_claim_pending() {
    for status in [401, 403, 408, 429, 500, 503] {
        let reply = Reply {
            status,
            ..active("vzs-1")
        };
        assert_eq!(ends(reply).await, None, "{status}");
    }
    assert_eq!(ends(changed("subscriptionId", json!("vzs-2"))).await, None);
    assert_eq!(ends(changed("currentPeriodEnd", json!("soon"))).await, None);
}

#[tokio::test]
async fn without_credentials_a_claim_fails_and_the_store_is_not_asked() {
    let (aws, store) = (InProcessAws::start().await, Store::start().await);
    aws.seed_with(Default::default()).await;
    let verifier = Verifier::from_environment(&aws.aws()).unwrap();
    let scene = Scene {
        aws,
        store,
        verifier,
    };
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    assert_eq!(scene.verify(&[claim]).await, [""; 0]);
    assert_eq!(
        scene.ended(1).await,
        Some(Err(ValidationFailure::NotConfigured))
    );
    assert!(scene.store.asked().is_empty());
}

#[tokio::test]
async fn subscription_and_outcome_are_written_together_or_not_at_all() {
    let scene = scene().await;
    scene.store.sells("vzs-1");
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    scene.aws.refuse(Refusal::Operation("TransactWriteItems"));
    assert_eq!(scene.verify(std::slice::from_ref(&claim)).await, ["m0"]);
    assert!(scene.stored("vzs-1").await.is_none());
    assert_eq!(scene.ended(1).await, None);

    scene.aws.accept();
    assert_eq!(scene.verify(&[claim]).await, [""; 0]);
    assert_eq!(scene.holder("vzs-1").await.as_deref(), Some("ada"));
    assert!(scene.ended(1).await.is_some());
}

#[tokio::test]
async fn a_claim_that_has_ended_is_not_asked_about_again() {
    let scene = scene().await;
    scene.store.sells("vzs-1");
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    scene.verify(std::slice::from_ref(&claim)).await;
    scene.verify(&[claim]).await;
    assert_eq!(scene.store.asked(), ["vzs-1"]);
}

#[tokio::test]
async fn a_broadcaster_that_is_gone_is_nobody_s_business() {
    let (aws, store) = (InProcessAws::start().await, Store::start().await);
    let verifier = Verifier::from_environment(&aws.aws()).unwrap();
    let scene = Scene {
        aws,
        store,
        verifier,
    };
    let broadcasters = Broadcasters::from_environment(&scene.aws.aws()).unwrap();
    assert_eq!(broadcasters.profile(&broadcaster()).await.unwrap(), None);
    assert_eq!(scene.verify(&[crate::check("vzs-1")]).await, [""; 0]);
    assert!(scene.store.asked().is_empty());
}

/// The failures that are counted for a customer.
fn failures(scene: &Scene, who: &str) -> Option<String> {
    let items = scene.aws.items("purchases").into_iter();
    let mut counters = items.filter(|item| {
        let key = item["pk"]["S"].as_str().unwrap();
        key.contains("#claims#") && key.ends_with(&format!("#{who}"))
    });
    let counter = counters.next()?;
    Some(counter["failures"]["N"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_claim_that_fails_as_a_guess_does_is_counted_once() {
    let scene = scene().await;
    let missing = Reply {
        status: 404,
        ..active("vzs-1")
    };
    scene.store.reply("vzs-1", missing);
    let claim = scene.submit(1, "vzs-1", "eve", 1).await;
    scene.verify(std::slice::from_ref(&claim)).await;
    scene.verify(&[claim]).await;
    assert_eq!(failures(&scene, "eve").as_deref(), Some("1"));
}

#[tokio::test]
async fn what_is_no_guess_is_not_counted() {
    let scene = scene().await;
    scene
        .store
        .reply("vzs-1", changed("planCode", json!("unlisted")));
    let claim = scene.submit(1, "vzs-1", "ada", 1).await;
    scene.verify(&[claim]).await;
    let failed = Some(Err(ValidationFailure::ProductNotMapped));
    assert_eq!(scene.ended(1).await, failed);
    scene.store.sells("vzs-1");
    let claim = scene.submit(2, "vzs-1", "ada", 1).await;
    scene.verify(&[claim]).await;
    assert!(matches!(scene.ended(2).await, Some(Ok(_))));
    assert_eq!(failures(&scene, "ada"), None);
}

#[tokio::test]
async fn a_failure_that_cannot_be_counted_is_answered_all_the_same() {
    let scene = scene().await;
    let missing = Reply {
        status: 404,
        ..active("vzs-1")
    };
    scene.store.reply("vzs-1", missing);
    let claim = scene.submit(1, "vzs-1", "eve", 1).await;
    scene.aws.refuse(Refusal::Operation("UpdateItem"));
    assert!(scene.verify(&[claim]).await.is_empty());
    let failed = Some(Err(ValidationFailure::PurchaseNotFound));
    assert_eq!(scene.ended(1).await, failed);
}

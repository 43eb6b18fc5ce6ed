//! A purchase that another one replaces: one subscription through all of them.

use std::time::{Duration, Instant};

use domain::Status;
use domain::validation::{ClaimEffect, ValidationFailure};
use store_simulator::android::model::Action;
use store_simulator::{FaultKind, Faults, LookupFault};

use crate::google_play::{GooglePlay, submission};
use crate::scene::created;

#[tokio::test]
async fn the_subscription_moves_to_the_purchase_that_takes_over() {
    let shop = GooglePlay::start().await;
    shop.claimed("old", "ada").await;
    let before = shop.scene.subscription("old").await;
    shop.replaces("old", "new", Action::Replace, "premium")
        .await;

    shop.tells_of("new").await;

    let after = shop.scene.subscription("new").await;
    assert_eq!(
        after.ownership.subscription_id,
        before.ownership.subscription_id
    );
    assert_eq!(after.ownership.customer_id, before.ownership.customer_id);
    assert_eq!(after.state.product_id, "premium");
    assert_eq!(after.ownership.sequence, before.ownership.sequence + 1);
    assert!(shop.scene.leads("old", "new").await);
    assert_eq!(shop.scene.of_customer("ada").await, [after]);
}

#[tokio::test]
async fn the_word_of_the_replaced_one_may_come_first_or_last() {
    for first in ["old", "new"] {
        let shop = GooglePlay::start().await;
        shop.claimed("old", "ada").await;
        shop.replaces("old", "new", Action::Replace, "premium")
            .await;

        shop.tells_of(first).await;
        shop.tells_of(if first == "old" { "new" } else { "old" })
            .await;

        let after = shop.scene.subscription("new").await;
        assert_eq!(
            (after.ownership.sequence, after.state.status),
            (2, Status::Active),
            "{first}"
        );
        assert_eq!(shop.scene.of_customer("ada").await, [after]);
    }
}

#[tokio::test]
async fn a_replaced_purchase_grants_nothing_to_whoever_submits_it() {
    let shop = GooglePlay::start().await;
    shop.claimed("old", "ada").await;
    shop.replaces("old", "new", Action::Replace, "premium")
        .await;
    shop.tells_of("new").await;

    for (number, customer) in [(1, "ada"), (2, "ben")] {
        let ended = shop
            .scene
            .claims(number, customer, &submission("old"))
            .await;
        assert_eq!(
            ended,
            Some(Err(ValidationFailure::PurchaseReplaced)),
            "{customer}"
        );
    }
    assert!(shop.scene.of_customer("ben").await.is_empty());
    assert_eq!(shop.scene.of_customer("ada").await.len(), 1);
}

#[tokio::test]
async fn a_claim_from_before_the_replacement_is_carried_to_where_the_purchase_went() {
    let shop = GooglePlay::start().await;
    shop.buys("old").await;
    let early = shop.scene.submits(1, "ada", &submission("old"), 60).await;
    shop.does("old", Action::Acknowledge).await;
    shop.replaces("old", "new", Action::Replace, "premium")
        .await;
    shop.tells_of("new").await;
    assert_eq!(
        shop.scene.subscription("new").await.ownership.customer_id,
        None
    );

    shop.scene.verify(&[early]).await;

    assert_eq!(shop.scene.ended(1).await, created());
    let held = shop.scene.of_customer("ada").await;
    assert_eq!(held.len(), 1);
    assert_eq!(held[0].purchase_key.as_str(), "new");
}

#[tokio::test]
async fn a_link_that_was_missed_is_walked_back_through_the_store() {
    let shop = GooglePlay::start().await;
    shop.claimed("first", "ada").await;
    shop.replaces("first", "second", Action::Replace, "premium")
        .await;
    shop.does("second", Action::Acknowledge).await;
    shop.replaces("second", "third", Action::Replace, "basic")
        .await;

    shop.tells_of("third").await;

    let after = shop.scene.subscription("third").await;
    assert_eq!(
        after.ownership.customer_id.as_ref().unwrap().as_str(),
        "ada"
    );
    assert!(shop.scene.leads("first", "third").await);
    assert!(shop.scene.leads("second", "third").await);
    shop.tells_of("second").await;
    assert_eq!(shop.scene.of_customer("ada").await, [after]);
}

#[tokio::test]
async fn another_customer_s_claim_of_the_new_purchase_moves_it() {
    let shop = GooglePlay::start().await;
    shop.claimed("old", "ada").await;
    shop.replaces("old", "new", Action::Replace, "premium")
        .await;

    let ended = shop.scene.claims(1, "ben", &submission("new")).await;

    let transferred = ClaimEffect::SubscriptionTransferred;
    assert_eq!(ended, Some(Ok((transferred, None))));
    assert!(
        shop.scene.of_customer("ada").await[0]
            .ownership
            .termination
            .is_some()
    );
    let held = shop.scene.subscription("new").await;
    assert_eq!(held.ownership.customer_id.unwrap().as_str(), "ben");
    assert!(shop.scene.leads("old", "new").await);
}

#[tokio::test]
async fn a_purchase_is_asked_for_what_it_replaced_only_until_it_has_an_owner() {
    let shop = GooglePlay::start().await;
    shop.claimed("old", "ada").await;
    shop.replaces("old", "new", Action::Replace, "premium")
        .await;
    shop.tells_of("new").await;
    let asked = async || shop.play.calls().await.unwrap().gets.total;
    let before = asked().await;

    shop.tells_of("new").await;

    assert_eq!(asked().await, before + 1);
}

#[tokio::test]
async fn no_link_is_asked_for_without_enough_time() {
    let shop = GooglePlay::start().await;
    shop.buys("first").await;
    shop.does("first", Action::Acknowledge).await;
    shop.replaces("first", "second", Action::Replace, "premium")
        .await;
    shop.does("second", Action::Acknowledge).await;
    shop.replaces("second", "third", Action::Replace, "basic")
        .await;
    let claim = shop.scene.submits(1, "ada", &submission("third"), 0).await;
    let slow = Faults {
        lookup: vec![LookupFault::always(FaultKind::Slow { millis: 2500 })],
        ..Faults::default()
    };
    shop.play.set_faults(&slow).await.unwrap();
    let before = shop.play.calls().await.unwrap().gets.total;
    let (began, left) = (Instant::now(), Duration::from_secs(8));

    let again = shop.scene.deliver(&[claim], 12, left).await;

    assert_eq!(again, 0, "left to the schedule");
    assert!(began.elapsed() < left, "{:?}", began.elapsed());
    assert_eq!(shop.play.calls().await.unwrap().gets.total, before + 2);
    assert!(shop.scene.due_in("purchases") > 0);
    shop.play.clear_faults().await.unwrap();
}

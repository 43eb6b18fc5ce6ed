//! A purchase that has a holder is submitted by somebody else.

use domain::EventKind::{GraceEntered, Purchased, Renewed, TransferredIn, TransferredOut};
use domain::validation::ClaimDecision;
use domain::validation::ClaimEffect::{
    SubscriptionCreated, SubscriptionSynchronized, SubscriptionTransferred,
};
use domain::validation::ValidationFailure::OwnedByAnotherCustomer;
use domain::{BroadcasterSettings, TerminationReason, TransferPolicy};

use crate::story::{Kinds, Shape, Story, active, customer, day, hour};

#[test]
fn the_old_subscription_ends_and_a_new_one_begins() {
    let mut story = Story::of_ada(&active());
    let old = story.subscription().clone();
    let decision = story.on_day(2).claimed("ben", &active());

    assert_eq!(
        decision.claim,
        Some(ClaimDecision::Succeeded {
            result: SubscriptionTransferred,
            previous: Some((customer("ada"), old.ownership.subscription_id)),
            coupon: None,
        })
    );
    assert_eq!(decision.kinds(), [TransferredOut, TransferredIn]);
    let former = decision.former.unwrap();
    assert_eq!(
        former.ownership.subscription_id,
        old.ownership.subscription_id
    );
    assert_eq!(former.ownership.customer_id, Some(customer("ada")));
    let termination = former.ownership.termination.unwrap();
    assert_eq!(termination.at, day(2));
    assert_eq!(termination.reason, TerminationReason::Transferred);

    let new = story.subscription();
    assert_eq!(new.ownership.generation, 2);
    assert_ne!(new.ownership.subscription_id, old.ownership.subscription_id);
    assert_eq!(story.watchers(day(2)), ["ben"]);

    let [out, taken] = &decision.events[..] else {
        panic!("two events")
    };
    assert_eq!((out.sequence, taken.sequence), (2, 1));
    assert_eq!(out.subscription, former);
    assert_eq!(taken.subscription, *new);
    assert!(out.occurred_at < taken.occurred_at);
    let previous = taken.previous.as_ref().unwrap();
    assert_eq!(previous.customer_id, Some(customer("ada")));
    assert_eq!(
        previous.subscription_id,
        Some(old.ownership.subscription_id)
    );
}

#[test]
fn a_transfer_carries_what_the_same_look_saw() {
    let mut story = Story::of_ada(&active());
    let decision = story
        .on_day(61)
        .claimed("ben", &active().period(30, 60).grace(day(67)));
    assert_eq!(
        decision.kinds(),
        [TransferredOut, TransferredIn, GraceEntered]
    );
    assert_eq!(decision.former.unwrap().state, active());
    assert_eq!(story.watchers(day(61)), ["ben"]);
}

#[test]
fn events_go_on_for_the_new_holder_alone() {
    let mut story = Story::of_ada(&active());
    story.on_day(2).claimed("ben", &active());
    let decision = story.on_day(29).notified(&active().period(30, 60));
    assert_eq!(decision.kinds(), [Renewed]);
    let subscription = &decision.events[0].subscription;
    assert_eq!(subscription.ownership.customer_id, Some(customer("ben")));
    assert_eq!(decision.events[0].sequence, 2);
}

#[test]
fn a_purchase_can_come_back() {
    let mut story = Story::of_ada(&active());
    story.on_day(2).claimed("ben", &active());
    let decision = story.on_day(3).claimed("ada", &active());
    assert_eq!(decision.result(), Some(SubscriptionTransferred));
    assert_eq!(story.subscription().ownership.generation, 3);
    assert_eq!(story.formers.len(), 2);
    assert_eq!(story.watchers(day(3)), ["ada"]);
}

#[test]
fn a_broadcaster_may_refuse() {
    let mut story = Story::of_ada(&active());
    story.settings.transfer = TransferPolicy::Refuse;
    let decision = story.on_day(2).claimed("ben", &active());
    assert_eq!(decision.failure(), Some(OwnedByAnotherCustomer));
    assert_eq!(decision.kinds(), []);
    assert_eq!(story.watchers(day(2)), ["ada"]);
}

#[test]
fn a_purchase_changes_hands_only_so_often_a_day() {
    let mut story = Story::with(BroadcasterSettings {
        transfers_per_day: 2,
        ..BroadcasterSettings::default()
    });
    story.claimed("ada", &active());
    for (hours, who) in [(1, "ben"), (2, "ada")] {
        let decision = story.at(hour(hours)).claimed(who, &active());
        assert_eq!(decision.result(), Some(SubscriptionTransferred));
    }
    let decision = story.at(hour(3)).claimed("ben", &active());
    assert_eq!(decision.failure(), Some(OwnedByAnotherCustomer));
    let decision = story.at(hour(3)).claimed("ada", &active());
    assert_eq!(decision.result(), Some(SubscriptionSynchronized));

    let decision = story.at(hour(25)).claimed("ben", &active());
    assert_eq!(decision.result(), Some(SubscriptionTransferred));
    assert_eq!(story.subscription().transfers, [hour(2), hour(25)]);
}

#[test]
fn an_earlier_submission_that_is_decided_late_does_not_take_the_purchase_back() {
    let mut story = Story::new();
    story.at(hour(2)).claimed("ben", &active());
    let seen = story.sees(&active(), hour(3));
    let decision = story.at(hour(3)).claimed_earlier("ada", hour(1), &seen);
    assert_eq!(decision.failure(), Some(OwnedByAnotherCustomer));
    assert_eq!(story.watchers(hour(3)), ["ben"]);
}

#[test]
fn what_ended_with_one_customer_is_created_for_the_next() {
    for policy in [TransferPolicy::Move, TransferPolicy::Refuse] {
        let mut story = Story::of_ada(&active());
        story.settings.transfer = policy;
        story.on_day(30).notified(&active().expired());
        let decision = story.on_day(40).claimed("ben", &active().period(40, 70));

        assert_eq!(decision.result(), Some(SubscriptionCreated));
        assert_eq!(decision.kinds(), [Purchased]);
        assert_eq!(story.subscription().ownership.generation, 2);
        let former = decision.former.unwrap();
        assert_eq!(former.ownership.termination, None);
        assert_eq!(former.state, active().expired());
        assert_eq!(story.watchers(day(40)), ["ben"]);
    }
}

#[test]
fn an_older_look_can_still_move_a_purchase_on_its_stored_state() {
    let mut story = Story::of_ada(&active());
    story.on_day(29).notified(&active().period(30, 60));
    let older = story.sees(&active(), day(28));
    let decision = story.on_day(29).claimed_earlier("ben", day(28), &older);
    assert_eq!(decision.kinds(), [TransferredOut, TransferredIn]);
    assert_eq!(story.subscription().state, active().period(30, 60));
    assert_eq!(story.subscription().watermark, day(29));
}

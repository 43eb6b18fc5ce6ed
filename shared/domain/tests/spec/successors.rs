//! Who holds a purchase that takes over from another.

use domain::EventKind::{PlanChanged, Purchased, Revived, TransferredIn, TransferredOut};
use domain::beacon::NotificationType::{Cancel, New};
use domain::validation::ClaimEffect::{
    SubscriptionCreated, SubscriptionRevived, SubscriptionSynchronized, SubscriptionTransferred,
};
use domain::validation::ValidationFailure::OwnedByAnotherCustomer;
use domain::{Cause, StoreState, TransferPolicy};

use crate::story::{Kinds, Shape, Story, active, customer, day, hour, key, key_named};

fn yearly() -> StoreState {
    active().plan("yearly").period(10, 375)
}

#[test]
fn the_holder_s_claim_of_the_successor_takes_over() {
    let mut story = Story::of_ada(&active());
    let decision = story.on_day(10).successor_claimed("ada", "new", &yearly());
    assert_eq!(decision.result(), Some(SubscriptionSynchronized));
    assert_eq!(decision.kinds(), [PlanChanged]);
    assert_eq!(
        story.subscription().ownership.claim.unwrap().submitted_at,
        day(10)
    );

    let mut ended = Story::of_ada(&active());
    ended.on_day(30).notified(&active().expired());
    let again = active().period(40, 70);
    let decision = ended.on_day(40).successor_claimed("ada", "new", &again);
    assert_eq!(decision.result(), Some(SubscriptionRevived));
    assert_eq!(decision.kinds(), [Revived]);
}

#[test]
fn another_customer_s_claim_of_the_successor_is_a_transfer() {
    let mut story = Story::of_ada(&active());
    let old = story.subscription().clone();
    let decision = story.on_day(10).successor_claimed("ben", "new", &yearly());

    assert_eq!(decision.result(), Some(SubscriptionTransferred));
    assert_eq!(decision.kinds(), [TransferredOut, TransferredIn]);
    let former = decision.former.unwrap();
    assert_eq!(
        former.ownership.subscription_id,
        old.ownership.subscription_id
    );
    assert_eq!(former.state, active());
    let told = &story.notifications()[1..];
    let told: Vec<_> = told
        .iter()
        .map(|told| {
            let transaction = told.transaction_id.as_str();
            (
                told.notification_type,
                told.external_user_id.as_str(),
                transaction,
            )
        })
        .collect();
    assert_eq!(told, [(Cancel, "ada", "vzs-88120044"), (New, "ben", "new")]);
    assert_eq!(story.watchers(day(10)), ["ben"]);
    assert_eq!(story.subscription().ownership.generation, 2);
}

#[test]
fn a_later_transfer_begins_a_new_transaction_too() {
    let mut story = Story::of_ada(&active());
    story.on_day(10).taken_over_by("new", &active());
    assert_eq!(story.subscription().transaction_id(), &key());
    story.on_day(11).claimed("ben", &active());
    assert_eq!(story.subscription().transaction_id(), &key_named("new"));
    assert_eq!(story.formers[0].transaction_id(), &key());
}

#[test]
fn a_successor_may_not_move_where_the_broadcaster_refuses() {
    let mut story = Story::of_ada(&active());
    story.settings.transfer = TransferPolicy::Refuse;
    let decision = story.on_day(10).successor_claimed("ben", "new", &yearly());
    assert_eq!(decision.failure(), Some(OwnedByAnotherCustomer));
    assert_eq!(decision.kinds(), [PlanChanged]);
    assert_eq!(story.watchers(day(10)), ["ada"]);
}

#[test]
fn an_ended_one_s_successor_is_created_for_whoever_claims_it() {
    let mut story = Story::of_ada(&active());
    story.on_day(30).notified(&active().expired());
    let decision = story
        .on_day(40)
        .successor_claimed("ben", "new", &active().period(40, 70));
    assert_eq!(decision.result(), Some(SubscriptionCreated));
    assert_eq!(decision.kinds(), [Purchased]);
    assert_eq!(story.watchers(day(40)), ["ben"]);
}

#[test]
fn a_successor_of_what_nobody_holds_waits_for_its_claim() {
    let mut story = Story::new();
    story.notified(&active());
    assert_eq!(story.on_day(10).taken_over_by("new", &yearly()).kinds(), []);
    assert_eq!(story.owner(), None);
    let decision = story.on_day(11).claimed("ada", &yearly());
    assert_eq!(decision.result(), Some(SubscriptionCreated));
    assert_eq!(decision.kinds(), [Purchased]);
    assert_eq!(story.notifications()[0].transaction_id, key_named("new"));
}

#[test]
fn a_successor_that_was_seen_before_nobody_knew_what_it_replaces_takes_over_now() {
    let ada = Story::of_ada(&active());
    let mut story = Story::new();
    story.key = key_named("new");
    story.on_day(9).notified(&yearly());
    let mut seen = story.sees(&yearly(), day(10));
    seen.replaced.clone_from(&ada.current);
    let decision = story.on_day(10).step(&seen, &Cause::Notification, day(10));
    assert_eq!(decision.kinds(), [PlanChanged]);
    assert_eq!(story.watchers(day(10)), ["ada"]);
}

#[test]
fn a_successor_that_has_a_holder_of_its_own_keeps_it() {
    let ada = Story::of_ada(&active());
    let mut story = Story::new();
    story.key = key_named("new");
    story.at(hour(1)).claimed("ben", &yearly());
    let before = story.subscription().clone();
    let mut seen = story.sees(&yearly(), day(10));
    seen.replaced.clone_from(&ada.current);
    let decision = story.on_day(10).step(&seen, &Cause::Notification, day(10));
    assert_eq!(decision.kinds(), []);
    assert_eq!(
        story.subscription().ownership.customer_id,
        Some(customer("ben"))
    );
    assert_eq!(
        story.subscription().ownership.subscription_id,
        before.ownership.subscription_id
    );
}

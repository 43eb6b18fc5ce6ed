//! The store says that it does not know the purchase.

use domain::Cause::{self, Reconciliation};
use domain::EventKind::Expired;
use domain::schedule::{WHILE_MISSING, next_check};
use domain::validation::ValidationFailure::PurchaseNotFound;
use domain::{Claim, Status, StoreState};

use crate::story::{Kinds, Shape, Story, active, correlation, customer, day, hour, minutes};

fn claim() -> Cause {
    Cause::Claim(Claim {
        customer_id: customer("ada"),
        correlation_id: correlation(99),
        offer_id: None,
        coupon: None,
    })
}

#[test]
fn a_claim_of_a_purchase_that_nobody_knows_fails() {
    let mut story = Story::new();
    let decision = story.denied(hour(0), &claim());
    assert_eq!(decision.failure(), Some(PurchaseNotFound));
    assert_eq!(story.current, None);
    assert_eq!(story.denied(hour(0), &Reconciliation).claim, None);
}

#[test]
fn a_known_one_ends_after_three_denials_over_a_day() {
    let mut story = Story::of_ada(&active());
    for hours in [24, 36] {
        assert_eq!(
            story
                .at(hour(hours))
                .denied(hour(hours), &Reconciliation)
                .kinds(),
            []
        );
        assert!(story.subscription().access_granted(hour(hours)));
    }
    let decision = story.at(hour(48)).denied(hour(48), &Reconciliation);
    assert_eq!(decision.kinds(), [Expired]);
    let subscription = story.subscription();
    assert_eq!(subscription.state.status, Status::Expired);
    assert_eq!(subscription.state.period_end, hour(48));
    assert!(!subscription.access_granted(hour(48)));
}

#[test]
fn many_denials_within_a_day_end_nothing() {
    let mut story = Story::of_ada(&active());
    for hours in 1..=24 {
        story.at(hour(hours)).denied(hour(hours), &Reconciliation);
        assert!(story.subscription().access_granted(hour(hours)));
    }
}

#[test]
fn two_denials_end_nothing_however_far_apart_and_however_often_they_are_applied() {
    let mut story = Story::of_ada(&active());
    for day_of_denial in [day(1), day(3)] {
        for _ in 0..3 {
            story
                .at(day_of_denial)
                .denied(day_of_denial, &Reconciliation);
        }
    }
    assert_eq!(story.subscription().missing.unwrap().checks, 2);
    assert!(story.subscription().access_granted(day(3)));
}

#[test]
fn one_answer_in_between_starts_the_count_again() {
    let mut story = Story::of_ada(&active());
    for hours in [24, 36] {
        story.at(hour(hours)).denied(hour(hours), &Reconciliation);
    }
    story.at(hour(37)).notified(&active());
    assert_eq!(story.subscription().missing, None);
    story.at(hour(48)).denied(hour(48), &Reconciliation);
    assert!(story.subscription().access_granted(hour(48)));
}

#[test]
fn an_older_denial_counts_nothing() {
    let mut story = Story::of_ada(&active());
    story.on_day(1).notified(&active());
    assert_eq!(
        story
            .on_day(2)
            .denied(day(1) - minutes(1), &Reconciliation)
            .next,
        None
    );
}

#[test]
fn a_denial_fails_the_claim_that_came_with_it_and_keeps_the_subscription() {
    let mut story = Story::of_ada(&active());
    let decision = story.on_day(1).denied(day(1), &claim());
    assert_eq!(decision.failure(), Some(PurchaseNotFound));
    assert_eq!(story.watchers(day(1)), ["ada"]);
}

#[test]
fn wrong_claims_never_end_what_somebody_else_holds() {
    let mut story = Story::of_ada(&active());
    for days in 1..9 {
        let decision = story.on_day(days).denied(day(days), &claim());
        assert_eq!(decision.failure(), Some(PurchaseNotFound));
    }
    assert_eq!(story.subscription().missing, None);
    assert_eq!(story.watchers(day(9)), ["ada"]);
}

#[test]
fn what_has_ended_can_be_denied_without_effect() {
    let mut story = Story::of_ada(&active());
    story.on_day(30).notified(&active().expired());
    assert_eq!(story.on_day(31).denied(day(31), &Reconciliation).next, None);
}

#[test]
fn what_was_given_up_comes_back_when_the_store_knows_it_again() {
    let mut story = Story::of_ada(&active());
    for hours in [24, 36, 48] {
        story.at(hour(hours)).denied(hour(hours), &Reconciliation);
    }
    let decision = story.at(hour(60)).notified(&active());
    assert_eq!(decision.kinds(), [domain::EventKind::Revived]);
    assert_eq!(story.subscription().state, active());
}

#[test]
fn an_unbound_one_is_given_up_in_silence() {
    let mut story = Story::new();
    story.notified(&active());
    for hours in [24, 36, 48] {
        assert_eq!(
            story
                .at(hour(hours))
                .denied(hour(hours), &Reconciliation)
                .kinds(),
            []
        );
    }
    assert_eq!(story.subscription().state.status, Status::Expired);
}

#[test]
fn a_cancelled_one_that_vanishes_after_its_end_needs_no_word() {
    let mut story = Story::of_ada(&active());
    story.on_day(1).notified(&active().cancelled(day(1)));
    for days in [31, 32, 33] {
        story.on_day(days).denied(day(days), &Reconciliation);
    }
    assert_eq!(story.events.last().unwrap().kind, Expired);
    assert_eq!(story.notifications().len(), 2, "new and cancel");
}

/// Google Play forgets the token of a product that was consumed and bought again.
#[test]
fn what_was_bought_once_stays_although_the_store_has_forgotten_it() {
    for product in ["keepsake", "film"] {
        let mut story = Story::of_ada(&StoreState::one_time(product.to_owned(), day(0)));
        let granted = story.subscription().state.clone();
        for hours in [6, 20, 34, 47] {
            let decision = story.at(hour(hours)).denied(hour(hours), &Reconciliation);
            assert_eq!(decision.kinds(), [], "{product}");
            assert_eq!(story.watchers(hour(hours)), ["ada"], "{product}");
        }
        let subscription = story.subscription();
        assert_eq!(subscription.state, granted, "{product}");
        assert_eq!(subscription.missing, None, "{product}");
        let due = next_check(subscription, hour(47)).unwrap();
        assert!(due > hour(47) + WHILE_MISSING || product == "film", "{due}");
    }
}

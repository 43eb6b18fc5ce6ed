//! A customer submits a purchase that nobody else holds.

use domain::EventKind::{Cancelled, Purchased, Revived};
use domain::validation::ClaimDecision;
use domain::validation::ClaimEffect::{
    SubscriptionCreated, SubscriptionRevived, SubscriptionSynchronized,
};
use domain::validation::ValidationFailure::{
    OwnedByAnotherCustomer, ProductNotMapped, PurchaseExpired,
};
use domain::{Claim, PurchaseRef, Source};

use crate::story::{
    Kinds, Shape, Story, active, broadcaster, correlation, customer, day, hour, key, minutes,
    start, trial,
};

#[test]
fn a_claim_of_an_unknown_purchase_creates_its_subscription() {
    let mut story = Story::new();
    let decision = story.claimed("ada", &active());

    assert_eq!(decision.result(), Some(SubscriptionCreated));
    assert_eq!(decision.kinds(), [Purchased]);
    assert!(decision.former.is_none());
    let subscription = story.subscription();
    assert_eq!(story.owner(), Some("ada"));
    assert_eq!(subscription.state, active());
    assert_eq!(subscription.ownership.generation, 1);
    let purchase = PurchaseRef {
        broadcaster: broadcaster(),
        store: domain::Store::Vizio,
        key: key(),
    };
    assert_eq!(subscription.purchase(), purchase);
    assert_eq!(
        subscription.ownership.subscription_id,
        purchase.subscription_id(1)
    );
    assert!(subscription.access_granted(start()));

    let event = &decision.events[0];
    assert_eq!(event.source, Source::Claim);
    assert_eq!(event.correlation_id, Some(correlation(1)));
    assert_eq!(event.previous, None);
    assert_eq!(event.subscription, *subscription);
}

#[test]
fn a_claim_of_a_trial_or_of_a_cancelled_purchase_creates_its_subscription() {
    let mut on_trial = Story::new();
    assert_eq!(on_trial.claimed("ada", &trial()).kinds(), [Purchased]);

    let mut cancelled = Story::new();
    let decision = cancelled.claimed("ada", &active().cancelled(hour(1)));
    assert_eq!(decision.result(), Some(SubscriptionCreated));
    assert_eq!(decision.kinds(), [Purchased, Cancelled]);
}

#[test]
fn the_same_customer_again_changes_nothing_and_still_succeeds() {
    let mut story = Story::of_ada(&active());
    let decision = story.on_day(1).claimed("ada", &active());

    assert_eq!(decision.result(), Some(SubscriptionSynchronized));
    assert_eq!(decision.kinds(), []);
    assert_eq!(story.owner(), Some("ada"));
    assert_eq!(story.subscription().ownership.sequence, 1);
}

#[test]
fn a_later_claim_of_the_holder_counts_as_the_one_that_holds() {
    let mut story = Story::of_ada(&active());
    story.on_day(1).claimed("ada", &active());
    assert_eq!(
        story.subscription().ownership.claim.unwrap().submitted_at,
        day(1)
    );

    let seen = story.sees(&active(), day(2));
    story.on_day(2).claimed_earlier("ada", hour(1), &seen);
    assert_eq!(
        story.subscription().ownership.claim.unwrap().submitted_at,
        day(1)
    );
}

#[test]
fn a_later_claim_of_the_holder_counts_with_an_older_look_too() {
    let mut story = Story::of_ada(&active());
    story.on_day(5).notified(&active());
    let older = story.sees(&active().expired(), day(4));
    for (submitted, expected) in [(day(3), day(3)), (day(2), day(3))] {
        let decision = story.on_day(6).claimed_earlier("ada", submitted, &older);
        assert_eq!(decision.result(), Some(SubscriptionSynchronized));
        let subscription = story.subscription();
        assert_eq!(subscription.ownership.claim.unwrap().submitted_at, expected);
        assert_eq!(subscription.updated_at, day(6));
        assert_eq!(subscription.state, active());
    }
}

#[test]
fn what_had_ended_and_runs_again_is_revived_for_the_same_customer() {
    let mut story = Story::of_ada(&active());
    story.on_day(30).notified(&active().expired());
    let decision = story.on_day(40).claimed("ada", &active().period(40, 70));

    assert_eq!(decision.result(), Some(SubscriptionRevived));
    assert_eq!(decision.kinds(), [Revived]);
    assert_eq!(story.subscription().ownership.generation, 1);
    assert!(story.subscription().access_granted(day(41)));
}

#[test]
fn a_purchase_that_is_over_is_refused_and_not_stored() {
    let over = [
        active().expired(),
        active().revoked(day(3)),
        active().cancelled(day(3)),
        active().on_hold(),
    ];
    for state in over {
        let mut story = Story::new();
        let decision = story.on_day(31).claimed("ada", &state);
        assert_eq!(decision.failure(), Some(PurchaseExpired), "{state:?}");
        assert_eq!(story.current, None);
    }
}

#[test]
fn a_suspended_purchase_whose_period_still_runs_can_be_claimed() {
    let mut story = Story::new();
    let decision = story.claimed("ada", &active().paused());
    assert_eq!(decision.result(), Some(SubscriptionCreated));
    assert!(!story.subscription().access_granted(start()));
}

#[test]
fn a_suspended_purchase_can_be_claimed_until_its_period_ends() {
    let end = day(30);
    let mut before = Story::new();
    let decision = before
        .at(end - minutes(1))
        .claimed("ada", &active().on_hold());
    assert_eq!(decision.result(), Some(SubscriptionCreated));
    let mut after = Story::new();
    let decision = after.at(end).claimed("ada", &active().on_hold());
    assert_eq!(decision.failure(), Some(PurchaseExpired));
}

#[test]
fn a_product_without_an_offer_is_refused_and_not_stored() {
    let mut story = Story::new();
    let decision = story.claimed("ada", &active().plan("stray"));
    assert_eq!(decision.failure(), Some(ProductNotMapped));
    assert!(decision.unmapped_product);
    assert_eq!(story.current, None);
}

#[test]
fn a_purchase_that_is_not_paid_yet_is_undecided() {
    let mut story = Story::new();
    let decision = story.claimed("ada", &active().pending());
    assert_eq!(decision.claim, Some(ClaimDecision::Undecided));
    assert_eq!(decision.kinds(), []);
    assert_eq!(story.owner(), None);

    let decision = story.on_day(1).claimed("ada", &active());
    assert_eq!(decision.result(), Some(SubscriptionCreated));
    assert_eq!(decision.kinds(), [Purchased]);
}

#[test]
fn a_purchase_that_the_store_binds_to_somebody_else_is_refused() {
    let mut story = Story::new().named_by_store("ben");
    let decision = story.claimed("ada", &active());
    assert_eq!(decision.failure(), Some(OwnedByAnotherCustomer));
    assert_eq!(story.current, None);

    let decision = story.claimed("ben", &active());
    assert_eq!(decision.result(), Some(SubscriptionCreated));
}

#[test]
fn a_failed_claim_still_stores_what_the_store_said_of_a_known_purchase() {
    let mut story = Story::of_ada(&active());
    let decision = story.on_day(5).claimed("ben", &active().revoked(day(4)));
    assert_eq!(decision.failure(), Some(PurchaseExpired));
    assert_eq!(story.subscription().state, active().revoked(day(4)));
    assert_eq!(story.owner(), Some("ada"));
}

#[test]
fn a_claim_with_an_older_observation_is_answered_on_what_is_stored() {
    let mut story = Story::of_ada(&active());
    story.on_day(29).notified(&active().period(30, 60));
    let older = story.sees(&active().plan("yearly"), day(2));

    let decision = story.on_day(29).claimed_earlier("ada", day(29), &older);
    assert_eq!(decision.result(), Some(SubscriptionSynchronized));
    assert_eq!(decision.kinds(), []);
    assert_eq!(story.subscription().state, active().period(30, 60));
    assert_eq!(story.subscription().watermark, day(29));

    let expired = active().period(30, 60).expired();
    story.on_day(61).notified(&expired);
    let decision = story.claimed_earlier("ada", day(59), &older);
    assert_eq!(decision.failure(), Some(PurchaseExpired));
    assert_eq!(story.subscription().state, expired);
}

#[test]
fn a_notice_before_the_claim_grants_and_tells_nothing() {
    let mut story = Story::new();
    let decision = story.notified(&active());
    assert_eq!(decision.kinds(), []);
    assert_eq!(decision.claim, None);
    assert_eq!(story.owner(), None);
    assert!(!story.subscription().access_granted(start()));
    assert_eq!(
        story.on_day(29).notified(&active().period(30, 60)).kinds(),
        []
    );

    let decision = story.on_day(31).claimed("ada", &active().period(30, 60));
    assert_eq!(decision.result(), Some(SubscriptionCreated));
    assert_eq!(decision.kinds(), [Purchased]);
    assert_eq!(decision.events[0].sequence, 1);
    assert_eq!(decision.events[0].previous, None);
    assert_eq!(story.watchers(day(31)), ["ada"]);
}

#[test]
fn a_notice_that_names_the_customer_needs_no_claim() {
    let mut story = Story::new().named_by_store("ada");
    let decision = story.notified(&active());
    assert_eq!(decision.kinds(), [Purchased]);
    assert_eq!(decision.events[0].source, Source::Notification);
    assert_eq!(story.watchers(start()), ["ada"]);

    let decision = story.on_day(1).claimed("ada", &active());
    assert_eq!(decision.result(), Some(SubscriptionSynchronized));
    let decision = story.on_day(1).claimed("ben", &active());
    assert_eq!(decision.failure(), Some(OwnedByAnotherCustomer));
}

#[test]
fn the_stores_word_does_not_take_a_purchase_from_its_holder() {
    let mut story = Story::of_ada(&active());
    story.account = Some(customer("ben"));
    assert_eq!(story.on_day(1).notified(&active()).kinds(), []);
    assert_eq!(story.owner(), Some("ada"));
}

#[test]
fn the_store_names_nobody_of_what_is_over_unpaid_or_not_on_offer() {
    for state in [
        active().expired(),
        active().pending(),
        active().plan("stray"),
    ] {
        let mut story = Story::new().named_by_store("ada");
        assert_eq!(story.notified(&state).kinds(), []);
        assert_eq!(story.owner(), None);
    }
}

#[test]
fn a_claim_knows_its_customer() {
    let claim = Claim {
        customer_id: customer("ada"),
        correlation_id: correlation(1),
        offer_id: None,
        coupon: None,
    };
    assert_eq!(domain::Cause::Claim(claim.clone()).claim(), Some(&claim));
    assert_eq!(domain::Cause::Notification.claim(), None);
}

#[test]
fn the_holder_of_a_suspended_purchase_holds_it_still() {
    let mut story = Story::of_ada(&active());
    story.on_day(31).notified(&active().on_hold());

    let decision = story.on_day(40).claimed("ada", &active().on_hold());
    assert_eq!(decision.result(), Some(SubscriptionSynchronized));
    assert_eq!(decision.kinds(), []);

    let decision = story.on_day(40).claimed("bob", &active().on_hold());
    assert_eq!(decision.failure(), Some(PurchaseExpired));
}

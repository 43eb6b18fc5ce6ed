//! A submission may name the offer that it believes to have sold.

use domain::validation::ValidationFailure::{OfferMismatch, PurchaseExpired};
use domain::validation::{ClaimDecision, ClaimEffect};
use domain::{Cause, Claim, Decision, OfferId, StoreState};

use crate::story::{Kinds, Shape, Story, active, day};

fn claimed(story: &mut Story, offer: &str, who: &str, state: &StoreState) -> Decision {
    let claim = Claim {
        offer_id: Some(OfferId::new(offer).unwrap()),
        ..story.claim(who)
    };
    let seen = story.sees(state, story.now);
    story.step(&seen, &Cause::Claim(claim), story.now)
}

#[test]
fn it_must_be_the_one_that_the_store_sold_with_or_without_its_country() {
    for offer in ["S300200111_US", "S300200111"] {
        let mut story = Story::new();
        let decision = claimed(&mut story, offer, "ada", &active());
        assert_eq!(decision.result(), Some(ClaimEffect::SubscriptionCreated));
    }
    for offer in ["S300200112_US", "S300200111_DE", "S30020011", "Symphony"] {
        let mut story = Story::new();
        let decision = claimed(&mut story, offer, "ada", &active());
        assert_eq!(decision.failure(), Some(OfferMismatch), "{offer}");
        assert_eq!(story.current, None);
    }
}

#[test]
fn another_one_fails_the_claim_of_the_holder_too_and_keeps_what_the_store_said() {
    let mut story = Story::of_ada(&active());
    let next = active().plan("yearly");
    let decision = claimed(story.on_day(1), "S300200111_US", "ada", &next);
    assert_eq!(decision.failure(), Some(OfferMismatch));
    assert_eq!(story.subscription().state, next);
    assert_eq!(
        story.subscription().ownership.claim.unwrap().submitted_at,
        day(0)
    );
}

#[test]
fn what_is_not_paid_yet_is_undecided_whatever_offer_is_named() {
    let decision = claimed(&mut Story::new(), "Symphony", "ada", &active().pending());
    assert_eq!(decision.claim, Some(ClaimDecision::Undecided));
}

#[test]
fn where_no_offer_lists_the_product_there_is_none_to_compare_with() {
    let mut story = Story::of_ada(&active());
    let stray = active().plan("stray");
    let decision = claimed(story.on_day(1), "Symphony", "ada", &stray);
    assert_eq!(
        decision.result(),
        Some(ClaimEffect::SubscriptionSynchronized)
    );
    let over = stray.expired();
    let decision = claimed(story.on_day(2), "Symphony", "ada", &over);
    assert_eq!(decision.failure(), Some(PurchaseExpired));
}

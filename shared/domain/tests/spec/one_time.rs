//! Bought once: a rental for as long as its offer says, anything else for ever.

use domain::EventKind::{Expired, Purchased, Refunded};
use domain::beacon::NotificationType::{Cancel, New};
use domain::validation::ClaimDecision;
use domain::{Cause, FOREVER, OfferRef, Rental, StoreState, schedule};

use crate::story::{Kinds, Shape, Story, day, offer, start};

fn film() -> StoreState {
    StoreState::one_time("film".to_owned(), start())
}

fn keepsake() -> StoreState {
    StoreState::one_time("keepsake".to_owned(), start())
}

#[test]
fn a_rental_lasts_as_long_as_its_offer_says() {
    let story = Story::of_ada(&film());
    assert_eq!(story.subscription().state.period_end, day(2));
    assert_eq!(story.watchers(start()), ["ada"]);
    assert_eq!(story.watchers(day(1)), ["ada"]);
    assert!(story.watchers(day(2)).is_empty());
}

#[test]
fn what_is_bought_to_keep_never_ends() {
    let story = Story::of_ada(&keepsake());
    assert_eq!(story.subscription().state.period_end, FOREVER);
    assert_eq!(story.watchers(day(30_000)), ["ada"]);
}

#[test]
fn receivers_hear_of_the_purchase_with_its_end_and_of_nothing_else() {
    let mut story = Story::of_ada(&film());
    assert!(story.on_day(1).notified(&film()).kinds().is_empty());
    assert_eq!(story.on_day(3).notified(&film()).kinds(), [Expired]);
    assert!(story.on_day(4).notified(&film()).kinds().is_empty());
    let told: Vec<_> = story
        .notifications()
        .iter()
        .map(|told| (told.notification_type, told.start_date, told.end_date))
        .collect();
    let at = |days| Some(day(days).as_second());
    assert_eq!(told, [(New, at(0), at(2))]);
}

#[test]
fn a_refund_ends_access_at_once() {
    for bought in [film(), keepsake()] {
        let mut story = Story::of_ada(&bought);
        let refunded = bought.revoked(day(1));
        assert_eq!(story.on_day(1).notified(&refunded).kinds(), [Refunded]);
        assert!(story.watchers(day(1)).is_empty());
        let told = story.notifications();
        let last = told.last().unwrap();
        assert_eq!(last.notification_type, Cancel);
        assert_eq!(last.end_date, Some(day(1).as_second()));
        assert_eq!(last.cancellation_date, Some(day(1).as_second()));
    }
}

#[test]
fn a_later_change_of_the_offer_is_for_later_purchases() {
    let mut story = Story::of_ada(&film());
    for hours in [1, 96] {
        let mut seen = story.sees(&film(), day(1));
        seen.offer = offer("film").map(|offer| OfferRef {
            rental: Some(Rental { hours }),
            ..offer
        });
        story.on_day(1).step(&seen, &Cause::Notification, day(1));
        assert_eq!(story.subscription().state.period_end, day(2), "{hours}");
    }
}

#[test]
fn what_was_sold_to_keep_stays_although_the_offer_rents_it_out_later() {
    let mut story = Story::new();
    let mut seen = story.sees(&film(), start());
    seen.offer = offer("film").map(|offer| OfferRef {
        rental: None,
        ..offer
    });
    let claim = Cause::Claim(story.claim("ada"));
    story.step(&seen, &claim, start());
    assert!(story.on_day(1).notified(&film()).kinds().is_empty());
    assert_eq!(story.subscription().state.period_end, FOREVER);
}

#[test]
fn a_purchase_whose_offer_was_not_known_gets_its_end_once_it_is() {
    let mut story = Story::new();
    let mut seen = story.sees(&film(), start());
    seen.offer = None;
    story.step(&seen, &Cause::Notification, start());
    story.on_day(1).claimed("ada", &film());
    assert_eq!(story.subscription().state.period_end, day(2));
}

#[test]
fn a_rental_that_is_claimed_after_its_end_grants_nothing() {
    let decision = Story::new().on_day(3).claimed("ada", &film());
    assert!(matches!(decision.claim, Some(ClaimDecision::Failed(_))));
    assert_eq!(decision.next, None);
}

#[test]
fn a_pending_one_grants_nothing_until_it_is_paid() {
    let mut story = Story::new();
    let decision = story.claimed("ada", &film().pending());
    assert_eq!(decision.claim, Some(ClaimDecision::Undecided));
    assert!(story.watchers(start()).is_empty());
    assert_eq!(story.on_day(1).claimed("ada", &film()).kinds(), [Purchased]);
    assert_eq!(story.watchers(day(1)), ["ada"]);
}

#[test]
fn it_is_looked_at_around_its_end_and_otherwise_once_a_month() {
    let due = |state: StoreState| {
        let story = Story::of_ada(&state);
        schedule::next_check(story.subscription(), start()).unwrap()
    };
    let minutes = |days, minutes| day(days) + jiff::SignedDuration::from_mins(minutes);
    assert_eq!(due(film()), minutes(2, 60));
    assert_eq!(due(keepsake()), day(30));
}

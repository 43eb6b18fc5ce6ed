//! Which looks count.

use domain::validation::ClaimDecision;
use domain::validation::ValidationFailure::NotConfigured;
use domain::{Cause, Claim, Decision, EventKind};

use crate::story::{Kinds, Shape, Story, active, correlation, customer, day, key_named, start};

#[test]
fn an_older_look_changes_nothing() {
    let mut story = Story::of_ada(&active());
    story.on_day(29).notified(&active().period(30, 60));
    let before = story.current.clone();
    for older in [active(), active().expired(), active().plan("yearly")] {
        let decision = story.on_day(29).seen_earlier(day(28), &older);
        assert_eq!(decision.next, None);
        assert_eq!(story.current, before);
    }
}

#[test]
fn a_look_of_the_same_age_may_be_applied_again() {
    let mut story = Story::of_ada(&active());
    story.on_day(29).notified(&active().period(30, 60));
    let state = story.subscription().state.clone();
    let decision = story
        .on_day(30)
        .seen_earlier(day(29), &active().period(30, 60));
    assert_eq!(decision.kinds(), []);
    assert!(decision.next.is_some());
    assert_eq!(story.subscription().state, state);
}

#[test]
fn an_unknown_status_keeps_the_state() {
    let mut story = Story::of_ada(&active());
    let before = story.current.clone();
    let seen = story.sees_unknown("HIBERNATING");
    let decision = story.on_day(1).step(&seen, &Cause::Notification, day(1));
    assert_eq!(decision.unknown_status.as_deref(), Some("HIBERNATING"));
    assert_eq!(decision.next, None);
    assert_eq!(decision.claim, None);
    assert_eq!(story.current, before);
}

#[test]
fn an_unknown_status_leaves_a_claim_undecided() {
    let mut story = Story::new();
    let claim = Cause::Claim(Claim {
        customer_id: customer("ada"),
        correlation_id: correlation(1),
        offer_id: None,
        coupon: None,
    });
    let seen = story.sees_unknown("HIBERNATING");
    let decision = story.step(&seen, &claim, start());
    assert_eq!(decision.claim, Some(ClaimDecision::Undecided));
    assert_eq!(story.current, None);
}

#[test]
fn a_known_subscription_keeps_its_offer_when_its_product_has_none() {
    let mut story = Story::of_ada(&active());
    let offer = story.subscription().offer.clone();
    let decision = story.on_day(1).notified(&active().plan("stray"));
    assert!(decision.unmapped_product);
    assert_eq!(decision.kinds(), [EventKind::PlanChanged]);
    assert_eq!(story.subscription().offer, offer);
}

#[test]
fn events_of_one_look_are_a_second_apart() {
    let mut story = Story::of_ada(&active());
    let decision = story
        .on_day(31)
        .notified(&active().period(30, 60).cancelled(day(31)));
    let [renewed, cancelled] = &decision.events[..] else {
        panic!("two events")
    };
    assert_eq!(renewed.occurred_at, day(31));
    assert_eq!(cancelled.occurred_at.duration_since(day(31)).as_secs(), 1);
}

#[test]
fn events_stay_in_order_when_the_clock_goes_back() {
    let mut story = Story::of_ada(&active());
    story.on_day(31).notified(&active().period(30, 60));
    let seen = story.sees(&active().period(30, 60).cancelled(day(31)), day(31));
    story.on_day(30).step(&seen, &Cause::Notification, day(31));
    let times: Vec<_> = story.events.iter().map(|event| event.occurred_at).collect();
    assert!(times.is_sorted_by(|a, b| a < b), "{times:?}");
}

#[test]
fn when_it_was_cancelled_is_the_stores_word_or_when_we_saw_it() {
    let mut story = Story::of_ada(&active());
    assert_eq!(story.subscription().cancelled_at(), None);
    let mut silent = active().cancelled(day(3));
    silent.cancelled_at = None;
    story.on_day(4).notified(&silent);
    story.on_day(5).notified(&silent);
    assert_eq!(story.subscription().cancelled_at(), Some(day(4)));
    story.on_day(6).notified(&active().cancelled(day(3)));
    assert_eq!(story.subscription().cancelled_at(), Some(day(3)));
    story.on_day(7).notified(&active());
    assert_eq!(story.subscription().cancelled_at(), None);
    assert_eq!(story.subscription().cancellation_seen_at, None);
    story.on_day(8).notified(&active().prepaid());
    story.on_day(9).notified(&silent);
    assert_eq!(story.subscription().cancelled_at(), Some(day(9)));

    let mut first = Story::new();
    first.on_day(4).claimed("ada", &silent);
    assert_eq!(first.subscription().cancelled_at(), Some(day(4)));
    let renewing = Story::of_ada(&active());
    assert_eq!(renewing.subscription().cancellation_seen_at, None);
}

#[test]
fn another_name_of_the_purchase_is_remembered_until_a_newer_look_tells_another() {
    let aliased = |story: &Story, name: Option<&str>| {
        let mut seen = story.sees(&active(), story.now);
        seen.snapshot.alias = name.map(key_named);
        seen
    };
    let mut story = Story::new();
    for (days, told, expected) in [
        (0, Some("first"), "first"),
        (1, None, "first"),
        (2, Some("second"), "second"),
    ] {
        let seen = aliased(story.on_day(days), told);
        story.step(&seen, &Cause::Notification, day(days));
        assert_eq!(story.subscription().alias, Some(key_named(expected)));
    }
    let mut older = aliased(&story, Some("first"));
    older.snapshot.observed_at = day(1);
    assert_eq!(story.step(&older, &Cause::Notification, day(2)).next, None);
}

#[test]
fn what_stands_beside_a_purchase_can_be_written_without_a_word_on_it() {
    let story = Story::of_ada(&active());
    let decision = Decision::keep(story.subscription().clone());
    assert_eq!(decision.next, story.current);
    assert_eq!((decision.kinds(), decision.claim), (vec![], None));

    let failed = Decision::failed(Some(NotConfigured));
    assert_eq!(failed.failure(), Some(NotConfigured));
    assert_eq!(failed.next, None);
    assert_eq!(Decision::failed(None).claim, None);
}

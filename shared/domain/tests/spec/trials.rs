//! A trial counts until the first payment is seen, in however many looks.

use domain::EventKind::{GraceEntered, OnHold, Purchased, Recovered, Renewed, TrialConverted};
use domain::{Campaign, EventKind, StoreState, Subscription};

use crate::story::{Shape, Story, active, campaign, cents, day, named, trial};

/// The trial is over, and no payment shows.
fn over() -> StoreState {
    StoreState {
        trial_end: None,
        ..trial()
    }
}

fn paid() -> StoreState {
    active().period(7, 37)
}

fn kinds(story: &Story) -> Vec<EventKind> {
    story.events.iter().map(|event| event.kind).collect()
}

/// Ada's trial, with half of the price off for one cycle.
fn with_coupon() -> Story {
    let mut story = Story::new();
    story.price = Some(cents(800));
    let half = Campaign {
        percent: 50,
        cycles: 1,
        ..campaign()
    };
    story.claimed_with(&named(half), "ada", &trial());
    story
}

#[test]
fn a_trial_converts_in_however_many_looks() {
    let unpaid = over().period(7, 10).grace(day(10));
    let rows: [(&str, Vec<StoreState>, Vec<EventKind>); 5] = [
        ("at once", vec![], vec![Purchased, TrialConverted]),
        (
            "late",
            vec![over(), over()],
            vec![Purchased, TrialConverted],
        ),
        (
            "after grace",
            vec![over(), over().grace(day(10))],
            vec![Purchased, GraceEntered, TrialConverted],
        ),
        (
            "after a grace that moved the end",
            vec![unpaid],
            vec![Purchased, GraceEntered, TrialConverted],
        ),
        (
            "after a hold",
            vec![over().on_hold()],
            vec![Purchased, OnHold, Recovered, TrialConverted],
        ),
    ];
    for (rule, between, expected) in rows {
        let mut story = with_coupon();
        for state in between {
            story.on_day(7).notified(&state);
        }
        story.on_day(8).notified(&paid());
        assert_eq!(kinds(&story), expected, "{rule}");
        let first = story.subscription();
        assert_eq!(
            (first.ownership.billing_cycle, first.trial_unpaid),
            (1, false),
            "{rule}"
        );
        assert_eq!(first.expected_price(), Some(cents(400)), "{rule}");

        story.on_day(37).notified(&active().period(37, 67));
        assert_eq!(kinds(&story).last(), Some(&Renewed), "{rule}");
        let second = story.subscription();
        assert_eq!(second.ownership.billing_cycle, 2, "{rule}");
        assert_eq!(second.expected_price(), Some(cents(800)), "{rule}");
    }
}

#[test]
fn a_trial_that_goes_on_is_not_paid() {
    let mut story = Story::of_ada(&trial());
    let longer = StoreState {
        period_end: day(14),
        trial_end: Some(day(14)),
        ..trial()
    };
    story.on_day(6).notified(&longer);
    story.on_day(14).notified(&active().period(14, 44));
    assert_eq!(kinds(&story), [Purchased, Renewed, TrialConverted]);
    assert_eq!(story.subscription().ownership.billing_cycle, 1);
}

#[test]
fn an_end_that_moves_without_a_payment_converts_nothing() {
    let mut story = Story::of_ada(&trial().order("GPA.1"));
    story
        .on_day(7)
        .notified(&over().period(7, 9).order("GPA.1"));
    assert_eq!(kinds(&story), [Purchased, Renewed]);
    story
        .on_day(9)
        .notified(&active().period(9, 39).order("GPA.1..0"));
    assert_eq!(kinds(&story), [Purchased, Renewed, TrialConverted]);
}

#[test]
fn a_trial_that_was_seen_before_anybody_claimed_it_counts_for_who_does() {
    let mut story = Story::new();
    story.notified(&trial());
    story.on_day(7).notified(&over());
    story.claimed("ada", &over());
    story.on_day(8).notified(&paid());
    assert_eq!(kinds(&story), [Purchased, TrialConverted]);
    assert_eq!(story.subscription().ownership.billing_cycle, 1);
}

#[test]
fn a_paid_plan_that_replaces_a_trial_is_past_it() {
    let mut story = Story::of_ada(&trial().order("1"));
    story
        .on_day(3)
        .notified(&active().plan("yearly").period(3, 368).order("2"));
    story
        .on_day(368)
        .notified(&active().plan("yearly").period(368, 733).order("3"));
    assert_eq!(kinds(&story), [Purchased, EventKind::PlanChanged, Renewed]);
    assert_eq!(story.subscription().ownership.billing_cycle, 2);
}

#[test]
fn a_trial_in_an_item_of_an_earlier_version_counts() {
    let mut stored = serde_json::to_value(Story::of_ada(&trial()).subscription()).unwrap();
    assert_eq!(stored["trialUnpaid"], true);
    stored.as_object_mut().unwrap().remove("trialUnpaid");
    let mut story = Story::new();
    story.current = Some(serde_json::from_value::<Subscription>(stored).unwrap());
    story.on_day(7).notified(&over());
    story.on_day(8).notified(&paid());
    assert_eq!(kinds(&story), [TrialConverted]);
    assert_eq!(story.subscription().ownership.billing_cycle, 1);
}

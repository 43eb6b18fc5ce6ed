//! Expiry, refund, and what is said of each.

use domain::EventKind::{Expired, Refunded};
use domain::beacon::NotificationType;
use domain::{Decision, StoreState, Timestamp, beacon};

use crate::story::{Kinds, Shape, Story, active, day, hour};

/// The `cancel`s that announce a decision, as their `cancellation_date` and `end_date`.
fn cancels(story: &Story, decision: &Decision) -> Vec<(i64, i64)> {
    let events = decision.events.iter();
    events
        .flat_map(|event| beacon::project(event, &story.settings))
        .map(|notification| {
            assert_eq!(notification.notification_type, NotificationType::Cancel);
            (
                notification.cancellation_date.unwrap(),
                notification.end_date.unwrap(),
            )
        })
        .collect()
}

fn ended(before: &StoreState, now: Timestamp, state: &StoreState) -> (Story, Decision) {
    let mut story = Story::of_ada(&active());
    story.on_day(1).notified(before);
    let decision = story.at(now).notified(state);
    assert!(!story.subscription().access_granted(now));
    (story, decision)
}

fn seconds(at: Timestamp) -> i64 {
    at.as_second()
}

#[test]
fn an_end_that_was_announced_is_not_announced_again() {
    let cancelled = active().cancelled(hour(24));
    let (story, decision) = ended(&cancelled, day(30), &cancelled.clone().expired());
    assert_eq!(decision.kinds(), [Expired]);
    assert_eq!(cancels(&story, &decision), []);
}

#[test]
fn an_end_before_the_announced_one_is_announced() {
    let cancelled = active().cancelled(hour(24));
    let (story, decision) = ended(&cancelled, day(5), &active().period(0, 5).expired());
    assert_eq!(decision.kinds(), [Expired]);
    assert_eq!(
        cancels(&story, &decision),
        [(seconds(day(5)), seconds(day(5)))]
    );

    // The store moves no date, it just says that it is over.
    let (story, decision) = ended(&cancelled, day(5), &cancelled.clone().expired());
    assert_eq!(
        cancels(&story, &decision),
        [(seconds(day(5)), seconds(day(5)))]
    );
}

#[test]
fn an_end_after_a_failed_recovery_is_announced_as_past() {
    for before in [
        active(),
        active().grace(day(37)),
        active().on_hold(),
        active().paused(),
    ] {
        let (story, decision) = ended(&before, day(38), &active().expired());
        assert_eq!(decision.kinds(), [Expired]);
        assert_eq!(
            cancels(&story, &decision),
            [(seconds(day(38)), seconds(day(30)))]
        );
    }
}

#[test]
fn a_refund_ends_access_at_that_very_instant() {
    for before in [active(), active().cancelled(hour(24)), active().on_hold()] {
        let (story, decision) = ended(&before, day(5), &active().revoked(day(4)));
        assert_eq!(decision.kinds(), [Refunded]);
        assert_eq!(
            cancels(&story, &decision),
            [(seconds(day(4)), seconds(day(4)))]
        );
    }
}

#[test]
fn a_refund_without_a_date_counts_from_when_it_was_seen() {
    let revoked = StoreState {
        revoked_at: None,
        ..active().revoked(day(4))
    };
    let (story, decision) = ended(&active(), day(5), &revoked);
    assert_eq!(
        cancels(&story, &decision),
        [(seconds(day(5)), seconds(day(5)))]
    );
}

#[test]
fn a_refund_after_the_end_is_told_and_an_end_after_a_refund_is_not() {
    let (_, decision) = ended(&active().expired(), day(31), &active().revoked(day(31)));
    assert_eq!(decision.kinds(), [Refunded]);
    let (_, decision) = ended(&active().revoked(day(4)), day(31), &active().expired());
    assert_eq!(decision.kinds(), []);
}

#[test]
fn an_unbound_purchase_ends_in_silence() {
    let mut story = Story::new();
    story.notified(&active());
    assert_eq!(story.on_day(31).notified(&active().expired()).kinds(), []);
    assert_eq!(story.subscription().state, active().expired());
}

//! A broadcaster asks to hear of a customer's purchases again.

use domain::beacon::NotificationType::{Cancel, New};
use domain::{EventKind, Source, beacon};

use crate::story::{Kinds, Shape, Story, active, day};

#[test]
fn what_is_active_is_told_again_with_a_new_date() {
    for (state, expected) in [
        (active(), &[New][..]),
        (active().grace(day(37)), &[New]),
        (active().cancelled(day(3)), &[New, Cancel]),
    ] {
        let mut story = Story::of_ada(&active());
        story.on_day(4).notified(&state);
        let decision = story.on_day(5).resent();

        assert_eq!(decision.kinds(), [EventKind::Resent]);
        let event = &decision.events[0];
        assert_eq!(event.source, Source::Broadcaster);
        assert_eq!(event.occurred_at, day(5));
        assert_eq!(story.subscription().state, state);
        let told = beacon::project(event, &story.settings);
        let types: Vec<_> = told.iter().map(|n| n.notification_type).collect();
        assert_eq!(types, expected);
        assert!(
            told.iter()
                .all(|n| n.notification_date == day(5).as_second())
        );
    }
}

#[test]
fn what_is_not_active_is_left_out() {
    let inactive = [
        active().on_hold(),
        active().paused(),
        active().expired(),
        active().revoked(day(3)),
    ];
    for state in inactive {
        let mut story = Story::of_ada(&active());
        story.on_day(4).notified(&state);
        let decision = story.on_day(5).resent();
        assert_eq!(decision.next, None, "{state:?}");
    }
    let mut cancelled = Story::of_ada(&active());
    cancelled.on_day(4).notified(&active().cancelled(day(4)));
    assert_eq!(cancelled.on_day(30).resent().next, None);
}

#[test]
fn nothing_is_told_of_what_nobody_claimed_or_what_went_to_another() {
    let mut unbound = Story::new();
    unbound.notified(&active());
    assert_eq!(unbound.on_day(1).resent().next, None);

    let mut moved = Story::of_ada(&active());
    moved.claimed("ben", &active());
    let mut former = Story::new();
    former.current = moved.formers.pop();
    assert_eq!(former.on_day(1).resent().next, None);
}

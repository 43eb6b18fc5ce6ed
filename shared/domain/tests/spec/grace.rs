//! A renewal failed and access goes on: in grace with an end of its own, or by which the store moves the
//! period's end.

use domain::EventKind::{self, Cancelled, Expired, GraceEntered, OnHold, Recovered, Renewed};
use domain::beacon::NotificationType::{New, Renew};
use domain::{BroadcasterSettings, GraceNotification, StoreState};

use crate::story::{Kinds, Shape, Story, active, day, hour, trial};

/// Grace of a store that tells nothing but its end.
fn moving(state: StoreState, end: i64) -> StoreState {
    StoreState {
        period_end: day(end),
        trial_end: None,
        ..state.grace(day(end))
    }
}

fn check(rows: Vec<(&str, StoreState, StoreState, &[EventKind])>) {
    for (rule, before, next, events) in rows {
        let mut story = Story::of_ada(&active());
        story.on_day(1).notified(&before);
        assert_eq!(story.on_day(2).notified(&next).kinds(), events, "{rule}");
        assert_eq!(
            story.on_day(3).notified(&next).kinds(),
            [],
            "{rule}: told once"
        );
    }
}

#[test]
fn a_change_of_its_end_is_told() {
    let stopped = || StoreState {
        auto_renew: false,
        ..active().grace(day(37))
    };
    let early = || active().cancelled(hour(9));
    check(vec![
        (
            "it grows",
            active().grace(day(37)),
            active().grace(day(40)),
            &[GraceEntered],
        ),
        (
            "that of a cancelled one ends early",
            stopped(),
            early(),
            &[Cancelled],
        ),
    ]);
}

#[test]
fn a_period_end_that_is_nothing_but_the_end_of_grace_is_no_renewal() {
    let recovered = || active().period(30, 60);
    check(vec![
        ("it begins", active(), moving(active(), 37), &[GraceEntered]),
        (
            "it begins after a trial",
            trial(),
            moving(active(), 37),
            &[GraceEntered],
        ),
        (
            "it grows",
            moving(active(), 37),
            moving(active(), 40),
            &[GraceEntered],
        ),
        (
            "paid at last",
            moving(active(), 37),
            recovered(),
            &[Recovered],
        ),
        (
            "never paid",
            moving(active(), 37),
            moving(active(), 37).on_hold(),
            &[OnHold],
        ),
        (
            "over",
            moving(active(), 37),
            moving(active(), 37).expired(),
            &[Expired],
        ),
        (
            "an end that lags behind",
            moving(active(), 37),
            active().period(0, 37),
            &[Recovered],
        ),
        (
            "renewed, and in a grace of its own",
            moving(active(), 37),
            recovered().grace(day(67)),
            &[Renewed, GraceEntered],
        ),
    ]);
}

#[test]
fn receivers_hear_of_it_as_the_broadcaster_wants() {
    for (grace, expected) in [
        (GraceNotification::None, vec![(New, 30), (Renew, 60)]),
        (
            GraceNotification::Renew,
            vec![(New, 30), (Renew, 37), (Renew, 60)],
        ),
    ] {
        let mut story = Story::with(BroadcasterSettings {
            grace,
            ..BroadcasterSettings::default()
        });
        story.claimed("ada", &active());
        story.on_day(30).notified(&moving(active(), 37));
        story.on_day(33).notified(&active().period(30, 60));
        let told: Vec<_> = story
            .notifications()
            .iter()
            .map(|told| (told.notification_type, told.end_date.unwrap()))
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(kind, end)| (kind, day(end).as_second()))
            .collect();
        assert_eq!(told, expected);
    }
}

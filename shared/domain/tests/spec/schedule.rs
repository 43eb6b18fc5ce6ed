//! When to look again.

use domain::schedule::{WHILE_UNACKNOWLEDGED, around_dates, next_check};
use domain::{Cause, Missing, Store, StoreState, Timestamp};

use crate::story::{Shape, Story, active, day, hour, key, minutes};

fn due(state: &StoreState, now: Timestamp) -> Option<Timestamp> {
    let mut story = Story::of_ada(&active());
    story.notified(state);
    next_check(story.subscription(), now)
}

#[test]
fn a_living_one_is_looked_at_daily_and_after_each_date() {
    let end = day(30);
    let rows = [
        ("daily", active(), day(3), day(4)),
        (
            "5 minutes after the end",
            active(),
            end - minutes(60),
            end + minutes(5),
        ),
        (
            "5 minutes after, even at the end",
            active(),
            end,
            end + minutes(5),
        ),
        (
            "then an hour after",
            active(),
            end + minutes(5),
            end + minutes(60),
        ),
        ("then a day after", active(), end + minutes(60), day(31)),
        ("then daily", active(), day(31), day(32)),
        (
            "after grace",
            active().grace(day(37)),
            day(37),
            day(37) + minutes(5),
        ),
        (
            "cancelled, after its end",
            active().cancelled(day(1)),
            end,
            end + minutes(5),
        ),
        ("on hold, daily", active().on_hold(), day(40), day(41)),
        (
            "after a pause",
            StoreState {
                resumes_at: Some(day(10)),
                ..active().paused()
            },
            day(10),
            day(10) + minutes(5),
        ),
    ];
    for (rule, state, now, expected) in rows {
        assert_eq!(due(&state, now), Some(expected), "{rule}");
    }
}

#[test]
fn a_store_that_tells_nothing_is_asked_before_the_end_and_often_after_it() {
    let mut story = Story::of_ada(&active());
    story.notified(&active());
    let mut subscription = story.subscription().clone();
    subscription.store = Store::SamsungTv;
    let end = day(30);
    let mut looks = vec![day(29)];
    while *looks.last().unwrap() < day(32) {
        looks.extend(next_check(&subscription, *looks.last().unwrap()));
    }
    let expected = [-60, 5, 30, 120, 360, 1440, 2880].map(|after| match after {
        -60 => end - minutes(60),
        after => end + minutes(after),
    });
    assert_eq!(looks[1..], expected);
}

#[test]
fn what_the_store_denies_is_looked_at_twice_a_day() {
    let mut story = Story::of_ada(&active());
    story.on_day(1).denied(day(1), &Cause::Reconciliation);
    let expected = Missing {
        since: day(1),
        checks: 1,
    };
    assert_eq!(story.subscription().missing, Some(expected));
    assert_eq!(next_check(story.subscription(), day(1)), Some(hour(36)));
}

#[test]
fn what_the_store_wants_to_hear_of_is_looked_at_every_quarter_of_an_hour() {
    let unheard = |state: StoreState| StoreState {
        acknowledge_by: Some(day(3)),
        ..state
    };
    let soon = |days: i64| Some(day(days) + WHILE_UNACKNOWLEDGED);
    assert_eq!(WHILE_UNACKNOWLEDGED, minutes(15));
    let last = day(3) - minutes(1);
    let rows = [
        ("from the first day", unheard(active()), day(0), soon(0)),
        (
            "to the last minute",
            unheard(active()),
            last,
            Some(last + minutes(15)),
        ),
        ("no longer", unheard(active()), day(3), Some(day(4))),
        (
            "not what grants nothing",
            unheard(active().on_hold()),
            day(1),
            Some(day(2)),
        ),
        ("heard", active(), day(1), Some(day(2))),
    ];
    for (rule, state, now, expected) in rows {
        assert_eq!(due(&state, now), expected, "{rule}");
    }
}

#[test]
fn what_was_replaced_is_looked_at_when_it_is_to_end() {
    let mut story = Story::of_ada(&active().prepaid());
    story.at(day(30) - minutes(30)).replaced(&key());
    let subscription = story.subscription();
    let end = day(31) - minutes(30);
    assert_eq!(next_check(subscription, day(30) + minutes(60)), Some(end));
    assert_eq!(next_check(subscription, end - minutes(1)), Some(end));
    assert_eq!(next_check(subscription, end), Some(day(31)));
}

#[test]
fn the_stores_that_tell_are_asked_less_around_the_dates() {
    assert_eq!(around_dates(Store::Android), around_dates(Store::Vizio));
    assert_eq!(around_dates(Store::Vizio).len(), 3);
    assert_eq!(around_dates(Store::SamsungTv).len(), 6);
}

#[test]
fn what_is_over_or_nobodys_is_left_alone() {
    assert_eq!(due(&active().expired(), day(31)), None);
    assert_eq!(due(&active().revoked(day(1)), day(1)), None);

    let mut unbound = Story::new();
    unbound.notified(&active());
    assert_eq!(next_check(unbound.subscription(), day(1)), None);

    let mut moved = Story::of_ada(&active());
    moved.claimed("ben", &active());
    assert_eq!(next_check(&moved.formers[0], day(1)), None);
    assert_eq!(next_check(moved.subscription(), day(1)), Some(day(2)));
}

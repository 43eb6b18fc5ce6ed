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
fn a_living_one_is_looked_at_weekly_and_once_after_each_date() {
    let end = day(30);
    let rows = [
        ("weekly", active(), day(3), day(10)),
        (
            "an hour after the end",
            active(),
            end - minutes(60),
            end + minutes(60),
        ),
        ("also at the end", active(), end, end + minutes(60)),
        // Only if no notification and no look-up has shown the new period.
        ("then a day after", active(), end + minutes(60), day(31)),
        ("then weekly", active(), day(31), day(38)),
        (
            "after grace",
            active().grace(day(37)),
            day(37),
            day(37) + minutes(60),
        ),
        (
            "cancelled, after its end",
            active().cancelled(day(1)),
            end,
            end + minutes(60),
        ),
        ("on hold, weekly", active().on_hold(), day(40), day(47)),
        (
            "after a pause",
            StoreState {
                resumes_at: Some(day(10)),
                ..active().paused()
            },
            day(10),
            day(10) + minutes(60),
        ),
    ];
    for (rule, state, now, expected) in rows {
        assert_eq!(due(&state, now), Some(expected), "{rule}");
    }
}

#[test]
fn a_renewal_that_was_notified_costs_no_look_around_the_old_date() {
    let (end, next) = (day(30), day(60));
    let renewed = StoreState {
        period_end: next,
        ..active()
    };
    let mut story = Story::of_ada(&active());
    story.at(end + minutes(1)).notified(&renewed);
    let mut looks = vec![end + minutes(1)];
    while *looks.last().unwrap() < next {
        looks.extend(next_check(story.subscription(), *looks.last().unwrap()));
    }
    // Four weekly ones, then an hour after the next end.
    assert_eq!(looks.len() - 1, 5, "{looks:?}");
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
    let expected = [-60, 5, 30, 120, 360, 1440, 8 * 1440].map(|after| match after {
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
        ("no longer", unheard(active()), day(3), Some(day(10))),
        (
            "not what grants nothing",
            unheard(active().on_hold()),
            day(1),
            Some(day(8)),
        ),
        ("heard", active(), day(1), Some(day(8))),
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
    assert_eq!(around_dates(Store::Vizio).len(), 2);
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
    assert_eq!(next_check(moved.subscription(), day(1)), Some(day(8)));
}

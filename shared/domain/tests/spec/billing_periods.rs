//! When the running period began, of stores that name only its end.

use domain::beacon::{NotificationType, project};
use domain::{Decision, EventKind, StoreState, Subscription, Timestamp};

use crate::story::{Kinds, Shape, Story, active, day};

/// As Roku, Amazon, Samsung and Google Play describe it: without the start of the period.
fn silent(state: StoreState) -> StoreState {
    StoreState {
        period_start: None,
        ..state
    }
}

fn month(from: i64, to: i64) -> StoreState {
    silent(active().period(from, to))
}

/// Ada's in its third month.
fn third_month() -> Story {
    let mut story = Story::of_ada(&month(0, 30));
    story.on_day(30).notified(&month(30, 60));
    story.on_day(60).notified(&month(60, 90));
    story
}

/// The start that the last notification of a decision names.
fn start_in(story: &Story, decision: &Decision) -> Option<i64> {
    let events = decision.events.iter();
    let mut notifications = events.flat_map(|event| project(event, &story.settings));
    notifications
        .rfind(|notification| notification.notification_type != NotificationType::Cancel)?
        .start_date
}

fn on(day: Timestamp) -> Option<i64> {
    Some(day.as_second())
}

#[test]
fn a_resend_a_reactivation_and_a_transfer_name_the_period_that_runs() {
    let mut story = third_month();
    let decision = story.on_day(61).resent();
    assert_eq!(start_in(&story, &decision), on(day(60)), "resent");

    let cancelled = month(60, 90).cancelled(day(70));
    story.on_day(70).notified(&cancelled);
    let decision = story.on_day(71).notified(&month(60, 90));
    assert_eq!(decision.kinds(), [EventKind::Reactivated]);
    assert_eq!(start_in(&story, &decision), on(day(60)), "reactivated");

    let decision = story.on_day(72).claimed("ben", &month(60, 90));
    assert_eq!(start_in(&story, &decision), on(day(60)), "transferred");
    let decision = story.on_day(90).notified(&month(90, 120));
    assert_eq!(start_in(&story, &decision), on(day(90)), "renewed");
}

#[test]
fn the_start_follows_from_what_was_seen_to_change() {
    let yearly = || month(75, 440).plan("yearly");
    let bought_on = |day_bought: i64, state: StoreState| StoreState {
        started_at: Some(day(day_bought)),
        ..state
    };
    let rows: [(&str, StoreState, i64, StoreState, i64); 12] = [
        ("renewed early", month(60, 90), 89, month(90, 120), 90),
        ("renewed late", month(60, 90), 92, month(90, 120), 90),
        (
            "nothing paid",
            month(60, 90),
            91,
            month(60, 90).on_hold(),
            60,
        ),
        (
            "paid out of a hold",
            month(60, 90).on_hold(),
            105,
            month(105, 135),
            105,
        ),
        (
            "paid out of grace",
            month(60, 90).grace(day(97)),
            95,
            month(90, 120),
            90,
        ),
        ("resumed", month(60, 90).paused(), 105, month(105, 135), 105),
        (
            "bought again",
            month(60, 90).expired(),
            105,
            month(105, 135),
            105,
        ),
        (
            "bought again, seen late",
            month(60, 90).expired(),
            105,
            bought_on(104, month(104, 134)),
            104,
        ),
        ("the end moves back", month(60, 90), 70, month(60, 80), 60),
        ("another product at once", month(60, 90), 75, yearly(), 75),
        (
            "another product at the renewal, as scheduled, seen early",
            month(60, 90).scheduled("yearly"),
            89,
            month(90, 455).plan("yearly"),
            90,
        ),
        (
            "another product at the renewal",
            month(60, 90),
            91,
            month(90, 455).plan("yearly"),
            90,
        ),
    ];
    for (rule, before, seen_on, next, expected) in rows {
        let mut story = third_month();
        story.on_day(70).notified(&before);
        story.on_day(seen_on).notified(&next);
        assert_eq!(story.subscription().period_start(), day(expected), "{rule}");
        let decision = story.on_day(seen_on + 1).resent();
        let told = start_in(&story, &decision);
        assert!(
            told.is_none_or(|told| Some(told) == on(day(expected))),
            "{rule}"
        );
    }
}

/// Some stores show an unpaid period only by the end of its grace, which may grow.
#[test]
fn a_grace_that_moves_the_end_belongs_to_the_unpaid_period() {
    let grace = |until: i64| {
        let state = month(60, until);
        state.grace(day(until))
    };
    let mut story = third_month();
    for (seen_on, state) in [(90, grace(97)), (95, grace(104)), (100, month(90, 120))] {
        story.on_day(seen_on).notified(&state);
        assert_eq!(story.subscription().period_start(), day(90), "{seen_on}");
    }
}

#[test]
fn what_the_store_names_counts_and_is_kept_when_it_names_nothing() {
    let mut story = third_month();
    let named = active().period(62, 90);
    story.on_day(63).notified(&named);
    assert_eq!(story.subscription().period_start(), day(62));
    assert_eq!(story.subscription().period_started_at, None);
    story.on_day(64).notified(&silent(named));
    assert_eq!(story.subscription().period_start(), day(62));
}

#[test]
fn an_older_look_does_not_move_the_start() {
    let mut story = third_month();
    story.on_day(61).seen_earlier(day(31), &month(30, 60));
    assert_eq!(story.subscription().period_start(), day(60));
}

#[test]
fn a_purchase_that_takes_over_goes_on_in_the_period_that_runs() {
    let mut story = third_month();
    story
        .on_day(70)
        .taken_over_by("new", &month(60, 90).scheduled("basic"));
    assert_eq!(story.subscription().period_start(), day(60));
}

#[test]
fn another_product_that_takes_over_at_once_begins_with_its_purchase() {
    let mut story = third_month();
    let bought = StoreState {
        started_at: Some(day(70)),
        ..month(70, 435).plan("yearly")
    };
    let decision = story.on_day(71).taken_over_by("new", &bought);
    assert_eq!(start_in(&story, &decision), on(day(70)));
    assert_eq!(story.subscription().period_start(), day(70));
}

/// The start that an earlier version did not keep is known again with the next renewal.
#[test]
fn an_item_of_an_earlier_version_learns_its_start() {
    let mut stored = serde_json::to_value(third_month().subscription()).unwrap();
    stored.as_object_mut().unwrap().remove("periodStartedAt");
    let mut story = Story::new();
    story.current = Some(serde_json::from_value::<Subscription>(stored).unwrap());
    assert_eq!(story.subscription().known_period_start(), None);
    let decision = story.on_day(90).notified(&month(90, 120));
    assert_eq!(start_in(&story, &decision), on(day(90)));
    let decision = story.on_day(91).resent();
    assert_eq!(start_in(&story, &decision), on(day(90)));
}

/// Such an event may still be announced, or be announced again.
#[test]
fn an_event_of_an_earlier_version_is_told_as_it_was() {
    let mut story = Story::of_ada(&month(0, 30));
    let decision = story.on_day(30).notified(&month(30, 60));
    let mut event = decision.events[0].clone();
    event.subscription.period_started_at = None;
    let told = project(&event, &story.settings);
    assert_eq!(told[0].start_date, on(day(30)));
}

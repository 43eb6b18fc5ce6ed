//! Answers of a store that lag behind its notifications.

use domain::Cause::{Notification, Reconciliation};
use domain::EventKind::{Cancelled, Revived};
use domain::reducer::FOLLOW_UPS;
use domain::schedule::next_check;
use domain::{Observation, Reading, Status, StoreState, Timestamp};

use crate::story::{Kinds, Shape, Story, active, day, hour};

/// What a notification's look-up shows, of an event that happened at the time of the look-up.
fn notified(story: &Story, state: &StoreState, signed: Option<&StoreState>) -> Observation {
    let seen = story.sees(state, story.now);
    let signed = signed.map(|state| {
        let mut signed = seen.snapshot.clone();
        signed.reading = Reading::Known(state.clone());
        signed
    });
    Observation {
        notified_at: Some(story.now),
        signed,
        ..seen
    }
}

fn due(story: &Story) -> Option<Timestamp> {
    next_check(story.subscription(), story.now)
}

/// Ada's subscription, whose change the store announces on day 10 and does not show.
fn announced(state: &StoreState, signed: Option<&StoreState>) -> Story {
    let mut story = Story::of_ada(state);
    story.on_day(10);
    let seen = notified(&story, state, signed);
    story.step(&seen, &Notification, day(10));
    story
}

#[test]
fn a_look_up_that_shows_the_old_state_is_repeated_after_growing_waits() {
    let mut story = announced(&active(), None);
    for wait in FOLLOW_UPS {
        assert_eq!(due(&story), story.now.checked_add(wait).ok());
        let now = due(&story).unwrap();
        let seen = story.at(now).sees(&active(), now);
        assert_eq!(story.step(&seen, &Reconciliation, now).kinds(), []);
    }
    assert_eq!(
        story.subscription().follow_up,
        None,
        "the answer is believed"
    );
    assert!(due(&story).unwrap() > story.now.checked_add(FOLLOW_UPS[3]).unwrap());
}

#[test]
fn the_announced_change_ends_the_follow_ups() {
    let mut story = announced(&active(), None);
    let now = due(&story).unwrap();
    let cancelled = active().cancelled(day(10));
    let seen = story.at(now).sees(&cancelled, now);
    assert_eq!(story.step(&seen, &Reconciliation, now).kinds(), [Cancelled]);
    assert_eq!(story.subscription().follow_up, None);
    assert_eq!(story.subscription().state_as_of, Some(now));
}

#[test]
fn a_look_up_between_two_follow_ups_uses_none_up() {
    let mut story = announced(&active(), None);
    let before = story.subscription().follow_up.clone();
    let between = story.now.checked_add(FOLLOW_UPS[0] / 2).unwrap();
    let seen = story.at(between).sees(&active(), between);
    story.step(&seen, &Reconciliation, between);
    assert_eq!(story.subscription().follow_up, before);
}

#[test]
fn what_was_seen_since_the_event_is_not_followed_up() {
    let mut story = Story::of_ada(&active());
    story.on_day(10).notified(&active().cancelled(day(10)));
    let seen = Observation {
        notified_at: Some(hour(10 * 24 - 1)),
        ..story.on_day(11).sees(&active().cancelled(day(10)), day(11))
    };
    story.step(&seen, &Notification, day(11));
    assert_eq!(story.subscription().follow_up, None);
}

#[test]
fn a_change_or_a_scheduled_look_up_is_not_followed_up() {
    let mut story = Story::of_ada(&active());
    story.on_day(10);
    let seen = notified(&story, &active().cancelled(day(10)), None);
    story.step(&seen, &Notification, day(10));
    assert_eq!(story.subscription().follow_up, None);
    let seen = story.on_day(11).sees(&active().cancelled(day(10)), day(11));
    story.step(&seen, &Reconciliation, day(11));
    assert_eq!(story.subscription().follow_up, None);
}

#[test]
fn a_signed_state_counts_until_the_answer_has_caught_up() {
    let expired = active().expired();
    let again = active();
    let mut story = Story::of_ada(&active());
    story.on_day(9).notified(&expired);
    story.on_day(10);
    let seen = notified(&story, &expired, Some(&again));
    assert_eq!(story.step(&seen, &Notification, day(10)).kinds(), [Revived]);
    assert_eq!(story.subscription().state.status, Status::Active);

    let now = due(&story).unwrap();
    let seen = story.at(now).sees(&expired, now);
    assert_eq!(story.step(&seen, &Reconciliation, now).kinds(), []);
    assert_eq!(story.subscription().state.status, Status::Active);

    let now = due(&story).unwrap();
    let seen = story.at(now).sees(&again, now);
    assert_eq!(story.step(&seen, &Reconciliation, now).kinds(), []);
    assert_eq!(story.subscription().follow_up, None);
}

#[test]
fn a_signed_state_that_the_store_never_shows_gives_way() {
    let expired = active().expired();
    let mut story = Story::of_ada(&active());
    story.on_day(9).notified(&expired);
    story.on_day(10);
    let seen = notified(&story, &expired, Some(&active()));
    story.step(&seen, &Notification, day(10));
    for _ in FOLLOW_UPS {
        let now = due(&story).unwrap();
        let seen = story.at(now).sees(&expired, now);
        story.step(&seen, &Reconciliation, now);
    }
    assert_eq!(story.subscription().state.status, Status::Expired);
    assert_eq!(due(&story), None);
}

#[test]
fn a_signed_state_older_than_a_confirmed_one_changes_nothing() {
    let mut story = announced(&active(), Some(&active()));
    assert_eq!(story.subscription().follow_up, None, "the answer shows it");
    assert_eq!(story.subscription().state_as_of, Some(day(10)));
    let mut seen = notified(
        story.on_day(11),
        &active(),
        Some(&active().cancelled(day(10))),
    );
    seen.notified_at = Some(day(9));
    if let Some(signed) = &mut seen.signed {
        signed.observed_at = day(9);
    }
    assert_eq!(story.step(&seen, &Notification, day(11)).kinds(), []);
    assert_eq!(story.subscription().follow_up, None);
}

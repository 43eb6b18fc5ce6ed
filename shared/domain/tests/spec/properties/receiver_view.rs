//! A receiver that knows nothing but the notifications agrees with the table on who may watch.

use domain::beacon::Notification;
use domain::{BroadcasterSettings, DateUnit, GraceNotification, Status, Timestamp};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::history::any_history;
use super::playing::{anything, anything_in_order, play, settings};
use super::receiver::{Reader, Row, View, delivery, receive};
use crate::story::{Shape, Story, active, day};

/// Where the receiver's view differs from the table, at this time.
pub fn differences(story: &Story, view: &View, now: Timestamp) -> Vec<String> {
    let holder = story.current.as_ref().and_then(|subscription| {
        let customer = subscription.ownership.customer_id.clone()?;
        Some((subscription.transaction_id().clone(), customer))
    });
    let unknown = holder.iter().filter(|key| !view.contains_key(key));
    let unknown = unknown.filter(|_| !story.subscription().state.status.is_ended());
    let judged = view.iter().filter_map(|(key, row)| {
        let fault = if Some(key) == holder.as_ref() {
            holder_fault(story, row, now)
        } else {
            former_fault(story, row, now)
        };
        fault.map(|fault| format!("{key:?}: {fault}; {row:?}"))
    });
    judged
        .chain(unknown.map(|key| format!("{key:?}: not known")))
        .collect()
}

fn holder_fault(story: &Story, row: &Row, now: Timestamp) -> Option<&'static str> {
    let subscription = story.subscription();
    let state = &subscription.state;
    let unit = story.settings.date_unit;
    let watching = row.grants_access(now, unit);
    if !subscription.access_granted(now) {
        if watching {
            return Some("watches what the table does not grant");
        }
        let waiting = matches!(state.status, Status::OnHold | Status::Paused);
        if waiting && !row.suspended {
            return Some("is not suspended");
        }
        let over = state.status.is_ended() || state.status == Status::Cancelled;
        return (over && !row.cancelled).then_some("still expects a renewal");
    }
    // A late renewal: access goes on here, and at the receiver as long as its margin is.
    let renewing = state.status == Status::Active && state.auto_renew;
    let late = renewing && now >= state.period_end;
    if !watching && !late {
        return Some("doesn't watch what the table grants");
    }
    if row.suspended || row.cancelled != state.renewal_is_off() {
        return Some("takes the subscription for something else");
    }
    let end = match unit {
        DateUnit::Seconds => state.access_end().as_second(),
        DateUnit::Milliseconds => state.access_end().as_millisecond(),
    };
    let package_name = subscription.offer.as_ref().map(|offer| &offer.package_name);
    let same = row.end == Some(end)
        && row.sku == state.product_id
        && Some(&row.package_name) == package_name;
    (!same).then_some("has another end, product or package")
}

fn former_fault(story: &Story, row: &Row, now: Timestamp) -> Option<&'static str> {
    if row.grants_access(now, story.settings.date_unit) {
        return Some("watches what went to another");
    }
    (!row.cancelled).then_some("still expects a renewal of what went to another")
}

/// Compares at the end of the story, and as time goes on without any news.
pub fn assert_agrees(story: &Story, sent: &[Notification], seed: u64) {
    for reader in [Reader::Newest, Reader::Patient] {
        let view = receive(&delivery(sent, seed), reader);
        for days in [0, 1, 7, 8, 30, 31, 400] {
            let now = story.now + SignedDuration::from_hours(24 * days);
            let differences = differences(story, &view, now);
            assert!(
                differences.is_empty(),
                "{reader:?}, {days} days later: {differences:#?}\n{:#?}\n{sent:#?}",
                story.subscription(),
            );
        }
    }
}

proptest! {
    #[test]
    fn the_receiver_agrees_whatever_happens(
        history in any_history(),
        inputs in prop_oneof![anything(), anything_in_order()],
        settings in settings(GraceNotification::Renew),
        seed in any::<u64>(),
    ) {
        let story = play(&history, &inputs, settings, |_, _, _| {});
        assert_agrees(&story, &story.notifications(), seed);
    }

    #[test]
    fn the_receiver_agrees_after_every_step(
        history in any_history(),
        inputs in anything_in_order(),
        settings in settings(GraceNotification::Renew),
        seed in any::<u64>(),
    ) {
        play(&history, &inputs, settings, |_, _, story| {
            let mut later = story.clone();
            let last_event = story.events.iter().map(|event| event.occurred_at).max();
            later.at(last_event.unwrap_or(story.now).max(story.now));
            if later.current.is_some() {
                assert_agrees(&later, &later.notifications(), seed);
            }
        });
    }

    #[test]
    fn without_word_of_grace_the_receiver_never_grants_more(
        history in any_history(),
        inputs in anything(),
        settings in settings(GraceNotification::None),
        seed in any::<u64>(),
    ) {
        let story = play(&history, &inputs, settings, |_, _, _| {});
        let view = receive(&delivery(&story.notifications(), seed), Reader::Newest);
        let watchers = story.watchers(story.now);
        for ((_, customer), row) in &view {
            let watching = row.grants_access(story.now, story.settings.date_unit);
            prop_assert!(!watching || watchers.contains(&customer.as_str()), "{:?}", row);
        }
    }
}

fn with_grace() -> BroadcasterSettings {
    BroadcasterSettings {
        grace: GraceNotification::Renew,
        ..BroadcasterSettings::default()
    }
}

fn assert_story_agrees(story: &Story) {
    for seed in 0..20 {
        assert_agrees(story, &story.notifications(), seed);
    }
}

#[test]
fn a_grace_that_grows_reaches_the_receiver() {
    let mut story = Story::with(with_grace());
    story.claimed("ada", &active());
    story.on_day(30).notified(&active().grace(day(37)));
    story.on_day(36).notified(&active().grace(day(44)));
    assert_story_agrees(&story);
}

#[test]
fn a_grace_that_follows_another_reaches_the_receiver() {
    let mut story = Story::with(with_grace());
    story.claimed("ada", &active().grace(day(37)));
    story
        .on_day(61)
        .notified(&active().period(30, 60).grace(day(67)));
    assert_story_agrees(&story);
}

#[test]
fn a_plan_change_of_a_cancelled_one_does_not_look_like_a_reactivation() {
    let mut story = Story::of_ada(&active());
    story.on_day(2).notified(&active().cancelled(day(2)));
    story
        .on_day(3)
        .notified(&active().plan("yearly").cancelled(day(2)));
    assert_story_agrees(&story);
}

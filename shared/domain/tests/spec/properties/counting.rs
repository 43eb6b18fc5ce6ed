//! Numbers, ids and dates of events; fields of notifications.

use std::collections::{BTreeMap, HashSet};

use domain::{DateUnit, GraceNotification, beacon};
use proptest::prelude::*;

use super::history::any_history;
use super::playing::{anything, play, settings};
use crate::field_table::faults;

fn grace() -> impl Strategy<Value = GraceNotification> {
    prop_oneof![
        Just(GraceNotification::None),
        Just(GraceNotification::Renew)
    ]
}

proptest! {
    #[test]
    fn events_are_numbered_without_gap_or_repetition(
        history in any_history(),
        inputs in anything(),
        settings in settings(GraceNotification::None),
    ) {
        let story = play(&history, &inputs, settings, |_, _, _| {});
        let mut counted = BTreeMap::new();
        let mut ids = HashSet::new();
        for event in &story.events {
            let last = counted.entry(event.subscription.ownership.subscription_id).or_insert(0);
            prop_assert_eq!(event.sequence, *last + 1);
            *last = event.sequence;
            prop_assert!(ids.insert(event.event_id));
        }
        for subscription in story.formers.iter().chain(&story.current) {
            let count = counted.get(&subscription.ownership.subscription_id).copied();
            prop_assert_eq!(subscription.ownership.sequence, count.unwrap_or(0));
        }
    }

    #[test]
    fn a_notification_has_the_fields_of_its_type_and_a_later_date_than_the_one_before(
        history in any_history(),
        inputs in anything(),
        settings in grace().prop_flat_map(settings),
    ) {
        let story = play(&history, &inputs, settings, |_, _, _| {});
        let mut last_date = 0;
        for event in &story.events {
            let told = beacon::project(event, &story.settings);
            for notification in &told {
                prop_assert_eq!(faults(notification, story.settings.date_unit), Vec::<String>::new());
                prop_assert!(notification.notification_date > last_date);
            }
            let dates: HashSet<_> = told.iter().map(|n| n.notification_date).collect();
            prop_assert!(dates.len() <= 1, "one event, one date");
            last_date = dates.into_iter().next().unwrap_or(last_date);
        }
    }

    #[test]
    fn both_units_tell_the_same_dates(
        history in any_history(),
        inputs in anything(),
        settings in settings(GraceNotification::Renew),
    ) {
        let story = play(&history, &inputs, settings, |_, _, _| {});
        let mut other = story.clone();
        other.settings.date_unit = match story.settings.date_unit {
            DateUnit::Seconds => DateUnit::Milliseconds,
            DateUnit::Milliseconds => DateUnit::Seconds,
        };
        for (one, other) in story.notifications().iter().zip(other.notifications()) {
            let pairs = [
                (one.start_date, other.start_date),
                (one.end_date, other.end_date),
                (Some(one.notification_date), Some(other.notification_date)),
            ];
            for (one, other) in pairs {
                let (small, large) = (one.min(other), one.max(other));
                prop_assert_eq!(small, large.map(|date| date.div_euclid(1000)));
            }
        }
    }
}

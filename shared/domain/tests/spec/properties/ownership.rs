//! One purchase serves one customer.

use domain::{BroadcasterSettings, ClaimStamp, GraceNotification, TransferPolicy};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::history::{any_history, named_history, unbroken_history};
use super::playing::{Input, Why, anything, anything_in_order, claims, look_time, play, settings};
use crate::story::{correlation, minutes};

proptest! {
    #[test]
    fn never_two_customers_watch_through_one_purchase(
        history in prop_oneof![any_history(), named_history()],
        inputs in prop_oneof![anything(), anything_in_order()],
        settings in settings(GraceNotification::None),
    ) {
        play(&history, &inputs, settings, |_, _, story| {
            for days in [0, 1, 8, 31, 400] {
                let later = story.now + SignedDuration::from_hours(24 * days);
                let watchers = story.watchers(later);
                assert!(watchers.len() <= 1, "{watchers:?} {days} days later");
                assert!(watchers.first().copied().is_none_or(|who| Some(who) == story.owner()));
            }
        });
    }

    #[test]
    fn a_purchase_that_may_not_move_stays(
        history in any_history(),
        inputs in anything(),
    ) {
        let settings = BroadcasterSettings {
            transfer: TransferPolicy::Refuse,
            ..BroadcasterSettings::default()
        };
        play(&history, &inputs, settings, |before, _, story| {
            if let Some(before) = before
                && !before.state.status.is_ended()
                && let Some(holder) = &before.ownership.customer_id
            {
                assert_eq!(story.owner(), Some(holder.as_str()));
            }
        });
    }

    #[test]
    fn whom_the_store_names_holds_the_purchase_whatever_came_first(
        history in named_history(),
        inputs in prop_oneof![anything(), anything_in_order()],
        transfer in prop::sample::select(vec![TransferPolicy::Move, TransferPolicy::Refuse]),
        transfers_per_day in 0..3_u32,
    ) {
        let settings = BroadcasterSettings {
            transfer,
            transfers_per_day,
            ..BroadcasterSettings::default()
        };
        let story = play(&history, &inputs, settings, |_, _, _| {});
        let named = history.truth(story.now).account;
        let state = &story.subscription().state;
        if state.grants_access(story.now) {
            prop_assert_eq!(story.watchers(story.now), Vec::from_iter(named));
        } else {
            prop_assert!(story.watchers(story.now).is_empty());
        }
        if !state.status.is_ended() {
            prop_assert!(story.owner().is_none_or(|owner| Some(owner) == named));
        }
    }

    #[test]
    fn the_latest_submission_holds_the_purchase_in_whatever_order_they_are_decided(
        history in unbroken_history(),
        inputs in claims(),
    ) {
        let settings = BroadcasterSettings {
            transfers_per_day: u32::MAX,
            ..BroadcasterSettings::default()
        };
        let latest = inputs.iter().enumerate().map(|(index, input)| submitted(&history, index, input));
        let (_, latest) = latest.max().unwrap();
        let story = play(&history, &inputs, settings, |_, _, _| {});
        prop_assert_eq!(story.owner(), Some(latest));
        prop_assert_eq!(story.watchers(story.now), [latest]);
    }
}

fn submitted(
    history: &super::history::History,
    index: usize,
    input: &Input,
) -> (ClaimStamp, &'static str) {
    let Why::Claim(who, earlier) = input.why else {
        panic!("claims only")
    };
    let stamp = ClaimStamp {
        submitted_at: look_time(history, input) - minutes(earlier),
        correlation_id: correlation(u128::try_from(index).unwrap()),
    };
    (stamp, who)
}

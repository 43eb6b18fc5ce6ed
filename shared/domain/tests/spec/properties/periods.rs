//! What a store does not name of a period follows from what it showed before.

use domain::{Cause, EventKind, Status, StoreState, Timestamp};
use proptest::prelude::*;

use super::history::{History, Moment, any_history};
use super::looking::look;
use crate::story::Story;

/// Every moment of a history, seen as it begins. Before it, one more look may show the state before
/// with its trial over.
fn seen_in_order(history: &History, twice: bool, mut after: impl FnMut(&Moment, &Story)) -> Story {
    let mut story = Story::of_ada(&history.moments[0].state);
    for pair in history.moments.windows(2) {
        let (before, moment) = (&pair[0], &pair[1]);
        story.at(moment.since);
        let on_trial = before
            .state
            .trial_end
            .is_some_and(|end| end <= moment.since);
        if twice && on_trial {
            let over = StoreState {
                trial_end: None,
                ..before.state.clone()
            };
            story.seen_earlier(moment.since, &over);
        }
        let seen = look(&story, history, moment.purchase, moment.since).unwrap();
        story.step(&seen, &Cause::Reconciliation, moment.since);
        after(moment, &story);
    }
    story
}

/// The history as told by a store that names no start of a period.
fn silent(mut history: History) -> History {
    for moment in &mut history.moments {
        moment.state.period_start = None;
    }
    history
}

/// Whether the start can't be told from what was seen: grace has moved the end, or the product changed
/// after its period was over or before a scheduled change was due.
fn is_unclear(before: &Moment, next: &Moment) -> bool {
    let moved = |state: &StoreState| state.grace_end == Some(state.period_end);
    let switched = before.state.product_id != next.state.product_id;
    let end = before.state.period_end;
    let scheduled = before.state.pending_product_id.as_ref() == Some(&next.state.product_id);
    let at_another_time = next.state.period_start != Some(end);
    moved(&before.state)
        || moved(&next.state)
        || (switched && at_another_time && (scheduled || end < next.since))
}

fn starts(history: &History) -> Vec<Option<Timestamp>> {
    let mut clear = true;
    let starts = history.moments.windows(2).map(|pair| {
        let (before, next) = (&pair[0].state, &pair[1].state);
        if is_unclear(&pair[0], &pair[1]) {
            clear = false;
        } else if before.period_start != next.period_start {
            clear = true;
        }
        next.period_start.filter(|_| clear)
    });
    starts.collect()
}

proptest! {
    #[test]
    fn the_start_of_the_period_is_known_without_the_store_s_word(history in any_history()) {
        let mut expected = starts(&history).into_iter();
        seen_in_order(&silent(history), false, |moment, story| {
            if let Some(start) = expected.next().flatten()
                && !story.subscription().state.status.is_ended()
            {
                assert_eq!(story.subscription().period_start(), start, "{moment:?}");
            }
        });
    }

    #[test]
    fn a_trial_that_is_seen_to_end_first_converts_all_the_same(history in any_history()) {
        let tell = |story: &Story| -> Vec<EventKind> {
            story.events.iter().map(|event| event.kind).collect()
        };
        let once = seen_in_order(&history, false, |_, _| {});
        let twice = seen_in_order(&history, true, |_, _| {});
        prop_assert_eq!(tell(&once), tell(&twice));
        let (once, twice) = (once.subscription(), twice.subscription());
        prop_assert_eq!(once.ownership.billing_cycle, twice.ownership.billing_cycle);
        prop_assert_eq!(once.expected_price(), twice.expected_price());
        prop_assert!(once.state.status != Status::Active || once.trial_unpaid == twice.trial_unpaid);
    }
}

//! The order, number and delay of looks make no difference to what is stored in the end.

use domain::{BroadcasterSettings, Cause, GraceNotification};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::history::{History, Moment, any_history};
use super::looking::{hear, look};
use super::playing::{Input, Why, anything, looks, play, settings};
use super::random::Xorshift;
use crate::story::{Story, offer};

/// Everything that can be heard of a moment: the purchases so far, with what was taken back and without.
fn words(moment: &Moment) -> Vec<(usize, bool)> {
    let purchases = 0..=moment.purchase;
    purchases
        .flat_map(|purchase| [(purchase, true), (purchase, false)])
        .collect()
}

/// The words of each moment in their order, or in any order and some of them twice.
fn heard(history: &History, shuffle: Option<u64>) -> Story {
    let mut story = Story::of_ada(&history.moments[0].state);
    let mut random = Xorshift(shuffle.unwrap_or_default() | 1);
    for moment in &history.moments {
        let mut words = words(moment);
        if shuffle.is_some() {
            words.extend_from_within(..words.len().div_ceil(2));
            words.sort_by_cached_key(|_| random.draw());
        }
        story.at(moment.since);
        for (purchase, with_void) in words {
            if with_void {
                hear(&mut story, history, purchase, moment.since);
            } else if let Some(seen) = look(&story, history, purchase, moment.since) {
                story.step(&seen, &Cause::Reconciliation, moment.since);
            }
        }
    }
    story
}

/// What receivers depend on, whoever brought the word.
fn told(story: &Story) -> Vec<String> {
    let told = story.events.iter().map(|event| {
        let subscription = &event.subscription;
        format!(
            "{} {:?} {} {:?} {:?} {:?}",
            event.event_id,
            event.kind,
            event.occurred_at,
            event.previous,
            subscription.transaction_id(),
            subscription.state,
        )
    });
    told.collect()
}

/// Ada's claim as soon as she bought.
fn with_claim_first(looks: Vec<Input>) -> Vec<Input> {
    let claim = Input {
        why: Why::Claim("ada", 0),
        thousandths: 0,
        earlier: 0,
        delay: 0,
    };
    [vec![claim], looks].concat()
}

proptest! {
    #[test]
    fn any_order_ends_the_same(history in any_history(), looks in looks()) {
        let settings = BroadcasterSettings::default;
        let inputs = with_claim_first(looks);
        let one = play(&history, &inputs, settings(), |_, _, _| {});

        let mut other = Story::new();
        for moment in &history.moments {
            other.at(moment.since);
            let seen = look(&other, &history, moment.purchase, moment.since).unwrap();
            other.claimed_earlier("ada", moment.since, &seen);
        }
        hear(other.at(one.now), &history, history.truth(one.now).purchase, one.now);

        let (one_end, other_end) = (one.subscription(), other.subscription());
        prop_assert_eq!(&one_end.state, &other_end.state);
        prop_assert_eq!(&one_end.ownership.customer_id, &other_end.ownership.customer_id);
        prop_assert_eq!(&one_end.offer, &offer(&one_end.state.product_id));
        prop_assert_eq!(&one_end.offer, &other_end.offer);
        prop_assert_eq!(one_end.ownership.subscription_id, other_end.ownership.subscription_id);
        prop_assert_eq!(one_end.watermark, other_end.watermark);
        for days in [0, 1, 8, 31, 400] {
            let later = one.now + SignedDuration::from_hours(24 * days);
            prop_assert_eq!(one.watchers(later), other.watchers(later));
        }
    }

    #[test]
    fn the_words_of_one_moment_tell_the_same_in_any_order_and_number(
        history in any_history(),
        shuffle in any::<u64>(),
    ) {
        let (one, other) = (heard(&history, None), heard(&history, Some(shuffle)));
        prop_assert_eq!(told(&one), told(&other));
        let (one, other) = (one.subscription(), other.subscription());
        prop_assert_eq!(&one.state, &other.state);
        prop_assert_eq!(&one.voided, &other.voided);
        prop_assert_eq!(one.ownership.billing_cycle, other.ownership.billing_cycle);
        prop_assert_eq!(one.transaction_id(), other.transaction_id());
        prop_assert_eq!(one.watermark, other.watermark);
    }

    #[test]
    fn an_older_look_changes_nothing_that_the_store_decides(
        history in any_history(),
        inputs in anything(),
        settings in settings(GraceNotification::None),
    ) {
        play(&history, &inputs, settings, |before, looked_at, story| {
            let Some(before) = before else { return };
            let after = story.subscription();
            let taken_over = before.purchase_key != after.purchase_key;
            if looked_at < before.watermark && !taken_over {
                if before.voided == after.voided {
                    assert_eq!(after.state, before.state);
                }
                assert_eq!(after.offer, before.offer);
                assert_eq!(after.missing, before.missing);
                assert_eq!(after.watermark, before.watermark);
                assert_eq!(after.cancellation_seen_at, before.cancellation_seen_at);
            }
        });
    }

    #[test]
    fn the_same_look_again_tells_nothing(history in any_history(), looks in looks()) {
        let inputs = with_claim_first(looks);
        play(&history, &inputs, BroadcasterSettings::default(), |_, looked_at, story| {
            let purchase = history.truth(looked_at).purchase;
            let mut once = story.clone();
            hear(&mut once, &history, purchase, looked_at);
            let mut twice = once.clone();
            hear(&mut twice, &history, purchase, looked_at);
            assert_eq!(twice.events, once.events);
            assert_eq!(twice.subscription().state, once.subscription().state);
        });
    }
}

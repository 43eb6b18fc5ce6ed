//! The order, number and delay of looks make no difference to what is stored in the end.

use domain::{BroadcasterSettings, GraceNotification};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::history::any_history;
use super::playing::{Input, Why, anything, looks, play, settings};
use crate::story::{Story, offer};

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
        prop_assert_eq!(&one_end.customer_id, &other_end.customer_id);
        prop_assert_eq!(&one_end.offer, &offer(&one_end.state.product_id));
        prop_assert_eq!(&one_end.offer, &other_end.offer);
        prop_assert_eq!(one_end.subscription_id, other_end.subscription_id);
        prop_assert_eq!(one_end.watermark, other_end.watermark);
        for days in [0, 1, 8, 31, 400] {
            let later = one.now + SignedDuration::from_hours(24 * days);
            prop_assert_eq!(one.watchers(later), other.watchers(later));
        }
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
            let mut again = story.clone();
            hear(&mut again, &history, history.truth(looked_at).purchase, looked_at);
            hear(&mut again, &history, history.truth(looked_at).purchase, looked_at);
            assert_eq!(again.events, story.events);
            assert_eq!(again.subscription().state, story.subscription().state);
        });
    }
}

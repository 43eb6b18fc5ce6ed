//! Stores are stranger than any model: the receiver agrees after any sequence of states.

use domain::{GraceNotification, Status, StoreState};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::playing::settings;
use super::receiver_view::assert_agrees;
use crate::story::{Story, active, hour};

/// Any state that keeps its own rules: what is cancelled or over does not renew.
fn any_state() -> impl Strategy<Value = StoreState> {
    let status = prop::sample::select(vec![
        Status::Active,
        Status::Grace,
        Status::OnHold,
        Status::Paused,
        Status::Cancelled,
        Status::Expired,
        Status::Revoked,
    ]);
    let product = || prop::sample::select(vec!["monthly", "yearly", "basic"]);
    let some_hour = || (-50..200_i64).prop_map(hour);
    let dates = (
        some_hour(),
        prop::option::of(some_hour()),
        prop::option::of(some_hour()),
        prop::option::of(some_hour()),
        prop::option::of(some_hour()),
        prop::option::of(some_hour()),
    );
    let plans = (product(), prop::option::of(product()));
    (status, any::<bool>(), plans, dates).prop_map(|(status, renews, plans, dates)| {
        let (period_end, period_start, trial_end, grace_end, cancelled_at, revoked_at) = dates;
        let stopped = status == Status::Cancelled || status.is_ended();
        StoreState {
            status,
            product_id: plans.0.to_owned(),
            pending_product_id: plans.1.map(str::to_owned),
            period_start,
            period_end,
            trial_end,
            grace_end,
            auto_renew: renews && !stopped,
            cancelled_at,
            revoked_at,
            ..active()
        }
    })
}

proptest! {
    #[test]
    fn the_receiver_agrees_after_any_states(
        states in prop::collection::vec((any_state(), 0..20_i64, prop::option::of(0..3_usize)), 1..12),
        settings in settings(GraceNotification::Renew),
        seed in any::<u64>(),
    ) {
        let mut story = Story::with(settings);
        let mut hours = 0;
        for (state, wait, claimed) in states {
            hours += wait;
            story.at(hour(hours));
            match claimed {
                Some(who) => story.claimed(["ada", "ben", "cleo"][who], &state),
                None => story.notified(&state),
            };
        }
        let last_event = story.events.iter().map(|event| event.occurred_at).max();
        let now = story.now.max(last_event.unwrap_or(story.now));
        story.at(now + SignedDuration::from_millis(1));
        if story.current.is_some() {
            assert_agrees(&story, &story.notifications(), seed);
        }
    }
}

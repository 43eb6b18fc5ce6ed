//! Stores are stranger than any model: the receiver agrees after any sequence of states.

use domain::{Billing, GraceNotification, Status, StoreState, Timestamp};
use proptest::prelude::*;

use super::playing::settings;
use super::receiver_view::assert_agrees;
use crate::field_table::faults;
use crate::story::{Story, active, hour};

/// What a store says next, field by field; what is absent stays as it was.
#[derive(Debug, Clone)]
struct Change {
    status: Option<Status>,
    renews: Option<bool>,
    prepaid: Option<bool>,
    product: Option<&'static str>,
    pending_product: Option<&'static str>,
    period_end: Option<Timestamp>,
    /// Period start, trial end, grace end, cancellation, refund.
    dates: [Option<Option<Timestamp>>; 5],
}

impl Change {
    /// Any state that keeps its own rules: what is cancelled or over does not renew.
    fn after(self, before: StoreState) -> StoreState {
        let status = self.status.unwrap_or(before.status);
        let stopped = status == Status::Cancelled || status.is_ended();
        let prepaid =
            self.prepaid.unwrap_or(before.billing.is_prepaid()) && status != Status::Cancelled;
        let [period_start, trial_end, grace_end, cancelled_at, revoked_at] = self.dates;
        StoreState {
            status,
            product_id: self.product.map_or(before.product_id, str::to_owned),
            pending_product_id: self.pending_product.map(str::to_owned),
            period_start: period_start.unwrap_or(before.period_start),
            period_end: self.period_end.unwrap_or(before.period_end),
            trial_end: trial_end.unwrap_or(before.trial_end),
            grace_end: grace_end.unwrap_or(before.grace_end),
            auto_renew: self.renews.unwrap_or(before.auto_renew) && !stopped && !prepaid,
            billing: if prepaid {
                Billing::Prepaid
            } else {
                Billing::Renewing
            },
            cancelled_at: cancelled_at.unwrap_or(before.cancelled_at),
            revoked_at: revoked_at.unwrap_or(before.revoked_at),
            ..before
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
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
    let date = || (-50..300_i64).prop_map(hour);
    let dates = prop::array::uniform5(prop::option::weighted(0.3, prop::option::of(date())));
    let plans = (
        prop::option::weighted(0.3, product()),
        prop::option::weighted(0.2, product()),
    );
    let purchase = (
        prop::option::of(any::<bool>()),
        prop::option::weighted(0.2, any::<bool>()),
    );
    (
        prop::option::of(status),
        purchase,
        plans,
        prop::option::weighted(0.3, date()),
        dates,
    )
        .prop_map(
            |(status, (renews, prepaid), plans, period_end, dates)| Change {
                status,
                renews,
                prepaid,
                product: plans.0,
                pending_product: plans.1,
                period_end,
                dates,
            },
        )
}

/// Who claims it, if anybody does, and whether another purchase takes over.
fn why() -> impl Strategy<Value = (Option<&'static str>, bool)> {
    let who = prop::sample::select(vec!["ada", "ben", "cleo"]);
    (prop::option::weighted(0.2, who), prop::bool::weighted(0.25))
}

/// Checks the story as it stands once its last event has taken place.
fn check(story: &Story, seed: u64) {
    for notification in story.notifications() {
        let faults = faults(&notification, story.settings.date_unit);
        assert_eq!(faults, Vec::<String>::new());
    }
    let mut later = story.clone();
    let last_event = story.events.iter().map(|event| event.occurred_at).max();
    later.at(last_event.unwrap_or(story.now).max(story.now));
    assert_agrees(&later, &later.notifications(), seed);
}

proptest! {
    #[test]
    fn the_receiver_agrees_after_any_states(
        changes in prop::collection::vec((change(), 0..40_i64, why()), 1..12),
        settings in settings(GraceNotification::Renew),
        seed in any::<u64>(),
    ) {
        let mut story = Story::with(settings);
        let mut state = active();
        story.claimed("ada", &state);
        let mut hours = 0;
        for (index, (change, wait, (claimed, taken_over))) in changes.into_iter().enumerate() {
            hours += wait;
            state = change.after(state);
            story.at(hour(hours));
            let name = format!("purchase {index}");
            match (claimed, taken_over) {
                (Some(who), true) => story.successor_claimed(who, &name, &state),
                (Some(who), false) => story.claimed(who, &state),
                (None, true) => story.taken_over_by(&name, &state),
                (None, false) => story.notified(&state),
            };
            check(&story, seed);
        }
    }
}

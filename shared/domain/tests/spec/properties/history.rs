//! A simulated subscription: the store's true state at any time of its life.

use domain::{Status, StoreState, Timestamp};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::story::{active, minutes, start, trial};

const PERIOD: SignedDuration = SignedDuration::from_hours(30 * 24);
const GRACE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What can happen in the store. What does not fit the state is left out.
#[derive(Debug, Clone)]
pub enum Step {
    Renew,
    /// The charge fails; with grace or not.
    Fail(bool),
    Hold,
    Recover,
    Cancel,
    Reactivate,
    Pause,
    Resume,
    PlanNow(&'static str),
    PlanLater(&'static str),
    Refund,
    Expire,
    Resubscribe,
}

/// The states of one purchase and when each began. Whole seconds, as stores write them.
#[derive(Debug, Clone)]
pub struct History {
    pub moments: Vec<(Timestamp, StoreState)>,
}

impl History {
    /// What the store says at a time.
    pub fn truth(&self, at: Timestamp) -> &StoreState {
        let begun = self.moments.iter().take_while(|(since, _)| *since <= at);
        &begun.last().unwrap_or(&self.moments[0]).1
    }

    pub fn end(&self) -> Timestamp {
        self.moments.last().unwrap().0
    }

    fn of(first: StoreState, steps: Vec<(Step, i64)>) -> Self {
        let mut moments = vec![(start(), first)];
        for (step, wait) in steps {
            let (now, state) = moments.last().unwrap();
            let next = after(state, *now, &step, minutes(wait));
            moments.extend(next);
        }
        Self { moments }
    }
}

/// The state after a step and when it begins, if the step can be taken.
fn after(
    state: &StoreState,
    now: Timestamp,
    step: &Step,
    wait: SignedDuration,
) -> Option<(Timestamp, StoreState)> {
    let soon = now + wait;
    let due = soon.max(state.period_end);
    let is = |status: &[Status]| status.contains(&state.status);
    let renewing = is(&[Status::Active]) && state.auto_renew;
    let alive = !state.status.is_ended();
    let period = |from: Timestamp| StoreState {
        status: Status::Active,
        period_start: Some(from),
        period_end: from + PERIOD,
        trial_end: None,
        grace_end: None,
        resumes_at: None,
        ..state.clone()
    };
    let ended = |status: Status| StoreState {
        status,
        auto_renew: false,
        trial_end: None,
        grace_end: None,
        resumes_at: None,
        pending_product_id: None,
        ..state.clone()
    };
    Some(match step {
        Step::Renew if renewing => {
            let product = state
                .pending_product_id
                .as_ref()
                .unwrap_or(&state.product_id);
            let next = StoreState {
                product_id: product.clone(),
                pending_product_id: None,
                ..period(state.period_end)
            };
            (due, next)
        }
        Step::Fail(grace) if renewing => {
            let next = StoreState {
                status: if *grace {
                    Status::Grace
                } else {
                    Status::OnHold
                },
                grace_end: grace.then(|| state.period_end + GRACE),
                trial_end: None,
                ..state.clone()
            };
            (due, next)
        }
        Step::Hold if is(&[Status::Grace]) => {
            let next = StoreState {
                status: Status::OnHold,
                grace_end: None,
                ..state.clone()
            };
            (soon.max(state.access_end()), next)
        }
        Step::Recover if is(&[Status::Grace]) => (soon, period(state.period_end)),
        Step::Recover if is(&[Status::OnHold]) => (soon, period(soon)),
        Step::Cancel if alive && state.auto_renew && soon < state.access_end() => {
            let next = StoreState {
                status: match state.status {
                    Status::Active => Status::Cancelled,
                    other => other,
                },
                auto_renew: false,
                cancelled_at: Some(soon),
                ..state.clone()
            };
            (soon, next)
        }
        Step::Reactivate if alive && !state.auto_renew && soon < state.access_end() => {
            let next = StoreState {
                status: match state.status {
                    Status::Cancelled => Status::Active,
                    other => other,
                },
                auto_renew: true,
                cancelled_at: None,
                ..state.clone()
            };
            (soon, next)
        }
        Step::Pause if is(&[Status::Active, Status::Cancelled]) => {
            let next = StoreState {
                status: Status::Paused,
                resumes_at: Some(soon + PERIOD),
                ..state.clone()
            };
            (soon, next)
        }
        Step::Resume if is(&[Status::Paused]) => {
            let status = if state.auto_renew {
                Status::Active
            } else {
                Status::Cancelled
            };
            (
                soon,
                StoreState {
                    status,
                    ..period(soon)
                },
            )
        }
        Step::PlanNow(product) if is(&[Status::Active]) && state.product_id != *product => {
            let next = StoreState {
                product_id: (*product).to_owned(),
                pending_product_id: None,
                ..period(soon)
            };
            (soon, next)
        }
        Step::PlanLater(product) if renewing && state.product_id != *product => {
            let next = StoreState {
                pending_product_id: Some((*product).to_owned()),
                ..state.clone()
            };
            (soon, next)
        }
        Step::Refund if alive => {
            let next = StoreState {
                revoked_at: Some(soon),
                ..ended(Status::Revoked)
            };
            (soon, next)
        }
        Step::Expire if is(&[Status::Cancelled, Status::Grace]) => {
            (soon.max(state.access_end()), ended(Status::Expired))
        }
        Step::Expire if is(&[Status::OnHold, Status::Paused]) => (soon, ended(Status::Expired)),
        Step::Resubscribe if !alive => {
            let next = StoreState {
                auto_renew: true,
                cancelled_at: None,
                revoked_at: None,
                ..period(soon)
            };
            (soon, next)
        }
        _ => return None,
    })
}

fn step() -> impl Strategy<Value = Step> {
    let plan = || prop::sample::select(vec!["monthly", "yearly", "basic"]);
    prop_oneof![
        3 => Just(Step::Renew),
        2 => any::<bool>().prop_map(Step::Fail),
        1 => Just(Step::Hold),
        2 => Just(Step::Recover),
        2 => Just(Step::Cancel),
        1 => Just(Step::Reactivate),
        1 => Just(Step::Pause),
        1 => Just(Step::Resume),
        1 => plan().prop_map(Step::PlanNow),
        1 => plan().prop_map(Step::PlanLater),
        1 => Just(Step::Refund),
        2 => Just(Step::Expire),
        2 => Just(Step::Resubscribe),
    ]
}

fn steps(of: impl Strategy<Value = Step>) -> impl Strategy<Value = History> {
    // A wait of at least a second keeps two moments apart.
    let waits = 1..20 * 24 * 60_i64;
    let first = prop_oneof![Just(active()), Just(trial())];
    (first, prop::collection::vec((of, waits), 0..24))
        .prop_map(|(first, steps)| History::of(first, steps))
}

/// Any life of a subscription.
pub fn any_history() -> impl Strategy<Value = History> {
    steps(step())
}

/// A life in which the store never stops to grant access.
pub fn unbroken_history() -> impl Strategy<Value = History> {
    steps(prop_oneof![
        Just(Step::Renew),
        Just(Step::PlanNow("yearly")),
        Just(Step::PlanLater("basic")),
    ])
}

#[test]
fn the_model_reaches_every_status() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = std::collections::HashSet::new();
    for _ in 0..200 {
        let history = any_history().new_tree(&mut runner).unwrap().current();
        reached.extend(history.moments.iter().map(|(_, state)| state.status));
        assert!(history.moments.is_sorted_by(|a, b| a.0 < b.0));
    }
    assert_eq!(reached.len(), 7, "all but pending: {reached:?}");
}

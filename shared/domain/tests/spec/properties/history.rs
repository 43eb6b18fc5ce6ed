//! A simulated subscription: the store's true state at any time of its life.

use domain::{Status, StoreState, Timestamp, VoidedPayment};
use proptest::prelude::*;

use super::steps::{Step, after, is_takeover, step};
use crate::story::{Shape, active, minutes, start, trial};

/// From one time on, the store says this.
#[derive(Debug, Clone)]
pub struct Moment {
    pub since: Timestamp,
    /// The how-manieth purchase it is: each takes over from the one before.
    pub purchase: usize,
    pub state: StoreState,
    /// The customer whom the store names.
    pub account: Option<&'static str>,
    /// The last payment that was taken back. The state doesn't show it.
    pub void: Option<VoidedPayment>,
}

/// The states of one subscription. Whole seconds, as stores write them.
#[derive(Debug, Clone)]
pub struct History {
    pub moments: Vec<Moment>,
}

impl History {
    /// What holds at a time.
    pub fn truth(&self, at: Timestamp) -> &Moment {
        let begun = self.moments.iter().take_while(|moment| moment.since <= at);
        begun.last().unwrap_or(&self.moments[0])
    }

    /// What the store says at a time of a purchase that has not ended before another took over;
    /// `None` if it says that it was replaced.
    pub fn word_of(&self, purchase: usize, at: Timestamp) -> Option<&Moment> {
        let now = self.truth(at);
        if now.purchase <= purchase {
            return Some(now);
        }
        let own = self
            .moments
            .iter()
            .rev()
            .find(|moment| moment.purchase == purchase);
        own.filter(|last| last.state.status.is_ended())
    }

    pub fn end(&self) -> Timestamp {
        self.moments.last().unwrap().since
    }

    fn of(first: StoreState, payer: Option<&'static str>, steps: Vec<Happening>) -> Self {
        let mut moments = vec![Moment {
            since: start(),
            purchase: 0,
            state: first,
            account: payer,
            void: None,
        }];
        for (step, under_another_key, wait, payer) in steps {
            let last = moments.last().unwrap();
            let Some((since, state)) = after(&last.state, last.since, &step, minutes(wait)) else {
                continue;
            };
            let taken_over = under_another_key && is_takeover(&step);
            let payment = moments.len();
            let paid = state.period_end > last.state.period_end && state.grace_end.is_none();
            let taken_back = matches!(step, Step::TakeBack).then(|| VoidedPayment {
                order_id: last.state.order_id.clone(),
                at: since,
            });
            // A payment is taken back once.
            let again = last.void.clone().filter(|last| {
                taken_back
                    .as_ref()
                    .is_none_or(|void| void.order_id == last.order_id)
            });
            let void = again.or(taken_back);
            moments.push(Moment {
                since,
                purchase: last.purchase + usize::from(taken_over),
                account: if is_takeover(&step) {
                    payer
                } else {
                    last.account
                },
                state: if paid {
                    state.order(&format!("order {payment}"))
                } else {
                    state
                },
                void,
            });
        }
        Self { moments }
    }
}

/// A step, whether it is taken under another key, how long after the one before, and who takes it.
type Happening = (Step, bool, i64, Option<&'static str>);

fn lives(
    first: impl Strategy<Value = StoreState>,
    steps: impl Strategy<Value = Step>,
    other_keys: impl Strategy<Value = bool>,
    payers: impl Strategy<Value = Option<&'static str>> + Clone,
) -> impl Strategy<Value = History> {
    // A wait of at least a second keeps two moments apart.
    let waits = 1..20 * 24 * 60_i64;
    let steps = (steps, other_keys, waits, payers.clone());
    (first, payers, prop::collection::vec(steps, 0..24))
        .prop_map(|(first, payer, steps)| History::of(first.order("order 0"), payer, steps))
}

fn beginnings() -> impl Strategy<Value = StoreState> {
    prop_oneof![
        2 => Just(active()),
        2 => Just(trial()),
        1 => Just(active().prepaid()),
    ]
}

/// Any life of a subscription.
pub fn any_history() -> impl Strategy<Value = History> {
    lives(beginnings(), step(), any::<bool>(), Just(None))
}

/// Any life in which the store names the customer of each purchase and of each sign-up.
pub fn named_history() -> impl Strategy<Value = History> {
    let payers = prop::sample::select(vec![Some("ada"), Some("ben"), Some("cleo")]);
    lives(beginnings(), step(), any::<bool>(), payers)
}

/// A life of one purchase in which the store never stops to grant access.
pub fn unbroken_history() -> impl Strategy<Value = History> {
    let step = prop_oneof![
        Just(Step::Renew),
        Just(Step::PlanNow("yearly")),
        Just(Step::PlanLater("basic")),
    ];
    let first = prop_oneof![Just(active()), Just(trial())];
    lives(first, step, Just(false), Just(None))
}

#[test]
fn the_model_reaches_every_status_and_every_kind_of_change() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = std::collections::HashSet::new();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        let history = any_history().new_tree(&mut runner).unwrap().current();
        assert!(history.moments.is_sorted_by(|a, b| a.since < b.since));
        reached.extend(history.moments.iter().map(|moment| moment.state.status));
        for pair in history.moments.windows(2) {
            let (before, next) = (&pair[0].state, &pair[1].state);
            let void = pair[1].void.as_ref();
            seen.extend((pair[1].purchase > pair[0].purchase).then(|| {
                let ended = before.status.is_ended();
                match (ended, before.product_id == next.product_id) {
                    (true, _) => "taken over after the end",
                    (false, true) => "taken over, same product",
                    (false, false) => "taken over, other product",
                }
            }));
            seen.extend((pair[0].void.as_ref() != void).then_some("taken back"));
            seen.extend(
                (next.billing.is_prepaid() && next.period_end > before.period_end)
                    .then_some("topped up"),
            );
        }
    }
    assert_eq!(reached.len(), 7, "all but pending: {reached:?}");
    assert!(!reached.contains(&Status::Pending));
    assert_eq!(seen.len(), 5, "{seen:?}");
}

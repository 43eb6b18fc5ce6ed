//! Histories as they are seen: hints in any order, looks at any time, claims in between.

use domain::{BroadcasterSettings, Cause, Claim, DateUnit, GraceNotification};
use domain::{ReactivationNotification, Subscription, Timestamp};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::history::History;
use super::looking::{hear, look};
use crate::story::{Story, correlation, customer, minutes};

/// Why something was done.
#[derive(Debug, Clone)]
pub enum Why {
    /// Submitted so many minutes before the look.
    Claim(&'static str, i64),
    Notification,
    Reconciliation,
    /// The store denied knowing the purchase.
    Denied,
    /// The broadcaster asked to hear of it again.
    Resend,
}

/// One thing that we are told to look at.
#[derive(Debug, Clone)]
pub struct Input {
    pub why: Why,
    /// When the look is made: so many thousandths of the history's length after its start.
    pub thousandths: i64,
    /// Which purchase is looked at: so many before the one that counts at that time.
    pub earlier: usize,
    /// How long after the look (or the step before) it is decided, in milliseconds.
    pub delay: i64,
}

/// When an input looks at the store.
pub fn look_time(history: &History, input: &Input) -> Timestamp {
    let begin = history.moments[0].since;
    // A little longer than the history, so that its last state is seen too.
    let length = history.end().duration_since(begin).as_millis() + 3_600_000;
    let after = length * i128::from(input.thousandths) / 1000;
    begin + SignedDuration::from_millis(i64::try_from(after).unwrap())
}

/// Plays the inputs in the order of the list and ends with one look at the true state.
///
/// `after` is called with what was stored before each step, when the step looked, and the story.
pub fn play(
    history: &History,
    inputs: &[Input],
    settings: BroadcasterSettings,
    mut after: impl FnMut(Option<&Subscription>, Timestamp, &Story),
) -> Story {
    let mut story = Story::with(settings);
    let mut latest = history.moments[0].since;
    for (index, input) in inputs.iter().enumerate() {
        let at = look_time(history, input);
        // A step may look before another one was decided, and its host's clock may be behind.
        let now = at.max(latest - minutes(1)) + SignedDuration::from_millis(input.delay);
        latest = latest.max(now);
        story.at(now);
        let before = story.current.clone();
        step(&mut story, history, input, at, index);
        after(before.as_ref(), at, &story);
    }
    let last_event = story.events.iter().map(|event| event.occurred_at).max();
    let now = last_event.unwrap_or(latest).max(latest).max(history.end()) + minutes(1);
    let before = story.current.clone();
    story.at(now);
    hear(&mut story, history, history.truth(now).purchase, now);
    after(before.as_ref(), now, &story);
    story
}

fn step(story: &mut Story, history: &History, input: &Input, at: Timestamp, index: usize) {
    let purchase = history.truth(at).purchase.saturating_sub(input.earlier);
    match input.why {
        Why::Claim(who, earlier) => {
            let claim = Cause::Claim(Claim {
                customer_id: customer(who),
                correlation_id: correlation(u128::try_from(index).unwrap()),
                offer_id: None,
                coupon: None,
            });
            if let Some(seen) = look(story, history, purchase, at) {
                story.step(&seen, &claim, at - minutes(earlier));
            }
        }
        Why::Notification => hear(story, history, purchase, at),
        Why::Reconciliation => {
            if let Some(seen) = look(story, history, purchase, at) {
                story.step(&seen, &Cause::Reconciliation, at);
            }
        }
        Why::Denied => {
            story.denied(at, &Cause::Reconciliation);
        }
        Why::Resend if story.current.is_some() => {
            story.resent();
        }
        Why::Resend => {}
    }
}

fn input(why: impl Strategy<Value = Why>) -> impl Strategy<Value = Input> {
    let delay = prop_oneof![0..5_000_i64, 0..3 * 24 * 3_600_000_i64];
    let earlier = prop_oneof![4 => Just(0_usize), 1 => 1..3_usize];
    (why, 0..=1000_i64, earlier, delay).prop_map(|(why, thousandths, earlier, delay)| Input {
        why,
        thousandths,
        earlier,
        delay,
    })
}

/// Some inputs twice, all of them in any order.
fn shuffled(inputs: impl Strategy<Value = Vec<Input>>) -> impl Strategy<Value = Vec<Input>> {
    let twice = |inputs: Vec<Input>| {
        let count = inputs.len();
        let again = prop::collection::vec(any::<bool>(), count);
        (Just(inputs), again).prop_map(|(inputs, again)| {
            let repeated = inputs.iter().zip(again).filter(|(_, again)| *again);
            let repeated: Vec<_> = repeated.map(|(input, _)| input.clone()).collect();
            [inputs, repeated].concat()
        })
    };
    inputs.prop_flat_map(twice).prop_shuffle()
}

/// Looks for any reason but a claim: duplicated, in any order, some moments never seen.
pub fn looks() -> impl Strategy<Value = Vec<Input>> {
    let why = prop_oneof![Just(Why::Notification), Just(Why::Reconciliation)];
    shuffled(prop::collection::vec(input(why), 0..20))
}

pub fn claim() -> impl Strategy<Value = Why> {
    let who = prop::sample::select(vec!["ada", "ben", "cleo"]);
    (who, 0..600_i64).prop_map(|(who, earlier)| Why::Claim(who, earlier))
}

/// Claims alone, in any order.
pub fn claims() -> impl Strategy<Value = Vec<Input>> {
    shuffled(prop::collection::vec(input(claim()), 1..10))
}

/// Everything that can happen, in any order.
pub fn anything() -> impl Strategy<Value = Vec<Input>> {
    let why = prop_oneof![
        4 => claim(),
        6 => Just(Why::Notification),
        2 => Just(Why::Reconciliation),
        1 => Just(Why::Denied),
        1 => Just(Why::Resend),
    ];
    shuffled(prop::collection::vec(input(why), 1..24))
}

/// The same, each moment seen in its order.
pub fn anything_in_order() -> impl Strategy<Value = Vec<Input>> {
    anything().prop_map(|mut inputs| {
        inputs.sort_by_key(|input| input.thousandths);
        inputs
    })
}

/// Every switch, with grace as told.
pub fn settings(grace: GraceNotification) -> impl Strategy<Value = BroadcasterSettings> {
    let units = prop_oneof![Just(DateUnit::Seconds), Just(DateUnit::Milliseconds)];
    let reactivations = prop_oneof![
        Just(ReactivationNotification::Resume),
        Just(ReactivationNotification::Renew),
    ];
    (units, reactivations).prop_map(move |(date_unit, reactivation)| BroadcasterSettings {
        date_unit,
        reactivation,
        grace,
        ..BroadcasterSettings::default()
    })
}

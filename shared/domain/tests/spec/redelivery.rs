//! Redelivery to an endpoint that fails.

use domain::Timestamp;
use domain::redelivery::{BACK_AFTER, Phase, Redelivery, SUSPENDED_AFTER, Step, WAITS};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::story::day;

/// An endpoint, what waits for it, and what it was sent.
struct Endpoint {
    is_up_from: Timestamp,
    waiting: u64,
    taken: u64,
    attempts: usize,
    /// Messages on their way back to the queue, and when they arrive there.
    back: Vec<(Timestamp, u64)>,
}

impl Endpoint {
    fn down_until(is_up_from: Timestamp, waiting: u64) -> Self {
        Self {
            is_up_from,
            waiting,
            taken: 0,
            attempts: 0,
            back: Vec::new(),
        }
    }

    fn is_sent(&mut self, count: u64, now: Timestamp) {
        self.waiting -= count;
        self.attempts += 1;
        if now >= self.is_up_from {
            self.taken += count;
        } else {
            let given_up = now + SignedDuration::from_mins(31);
            self.back.push((given_up, count));
        }
    }

    fn returns(&mut self, now: Timestamp) {
        let (arrived, underway) = self.back.iter().partition(|(at, _)| *at <= now);
        self.back = underway;
        let arrived: Vec<(Timestamp, u64)> = arrived;
        self.waiting += arrived.iter().map(|(_, count)| count).sum::<u64>();
    }
}

/// Does the steps that are due until there are none.
fn play(endpoint: &mut Endpoint, begun: Redelivery) -> (Option<Redelivery>, Timestamp) {
    let mut state = begun;
    let mut now = begun.failing_since;
    while let Some(due_at) = state.due_at {
        now = now.max(due_at);
        endpoint.returns(now);
        let (step, next) = state.step(endpoint.waiting, now);
        state = match step {
            Step::Probe => {
                endpoint.is_sent(1, now);
                next.probed(endpoint.waiting, now)
            }
            Step::Send { .. } => {
                let part = endpoint.waiting.min(3_000);
                endpoint.is_sent(part, now);
                next.sent(endpoint.waiting == 0, now)
            }
            Step::Nothing => next,
            Step::Recovered => return (None, now),
        };
    }
    (Some(state), now)
}

#[test]
fn an_endpoint_that_was_down_gets_everything_and_little_while_it_is_down() {
    for (minutes, waiting) in [(40, 1), (40, 100_000), (600, 100_000), (71 * 60, 100_000)] {
        let begun = Redelivery::begun(day(0));
        let up = day(0) + SignedDuration::from_mins(minutes);
        let mut endpoint = Endpoint::down_until(up, waiting);
        let (state, ended) = play(&mut endpoint, begun);
        assert_eq!(state, None, "{minutes} min");
        assert_eq!(endpoint.taken, waiting, "{minutes} min");
        let parts = usize::try_from(waiting.div_ceil(3_000)).unwrap();
        assert!(endpoint.attempts <= parts + 14, "{}", endpoint.attempts);
        let late = ended.duration_since(up);
        assert!(late < SignedDuration::from_hours(11), "{late}");
    }
}

#[test]
fn after_three_days_only_a_call_sends_what_waits() {
    let up = day(13);
    let mut endpoint = Endpoint::down_until(up, 100_000);
    let (state, ended) = play(&mut endpoint, Redelivery::begun(day(0)));
    let state = state.unwrap();
    assert_eq!(state.phase, Phase::Suspended);
    assert_eq!((state.due_at, endpoint.waiting), (None, 100_000));
    assert!(endpoint.attempts <= 14, "{}", endpoint.attempts);
    assert!(ended.duration_since(day(0)) <= SUSPENDED_AFTER + BACK_AFTER);

    let asked = Redelivery::asked(Some(&state), up);
    assert_eq!(asked.failing_since, day(0), "it still fails");
    let mut sent = asked;
    while sent.phase != Phase::Settling {
        let now = sent.due_at.unwrap();
        let (step, next) = sent.step(endpoint.waiting, now);
        assert!(matches!(step, Step::Send { .. }), "{step:?}");
        endpoint.is_sent(endpoint.waiting.min(3_000), now);
        sent = next.sent(endpoint.waiting == 0, now);
    }
    assert_eq!(endpoint.taken, 100_000);
}

#[test]
fn the_waits_grow_and_the_last_attempt_is_at_the_end_of_the_third_day() {
    let mut state = Redelivery::begun(day(0));
    let (mut waits, mut now) = (Vec::new(), day(0));
    while let Some(due_at) = state.due_at {
        waits.push(due_at.duration_since(now));
        now = due_at;
        state = state.probed(0, now).failed(now);
    }
    assert_eq!(waits[..4], WAITS);
    assert!(waits.is_sorted_by(|one, next| one <= next || waits.last() == Some(next)));
    assert_eq!(now, day(0) + SUSPENDED_AFTER);
    assert_eq!(state.phase, Phase::Suspended);
}

#[test]
fn what_arrives_while_a_probe_is_out_counts_as_its_return() {
    let state = Redelivery::begun(day(0)).probed(5, day(0));
    let later = day(0) + BACK_AFTER;
    assert_eq!(state.step(6, later).1.phase, Phase::Waiting);
    assert_eq!(state.step(5, later).0, Step::Send { since: later });
}

#[test]
fn an_endpoint_whose_queue_is_empty_has_recovered() {
    let state = Redelivery::begun(day(0));
    assert_eq!(state.step(0, day(1)).0, Step::Recovered);
    let settling = state.sent(true, day(1));
    assert_eq!(settling.step(0, day(2)).0, Step::Recovered);
    assert_eq!(settling.step(1, day(2)).1.phase, Phase::Waiting);
}

proptest! {
    #[test]
    fn nothing_is_lost_whenever_the_endpoint_is_mended(
        minutes in 0_i64..20_000,
        waiting in 1_u64..200_000,
    ) {
        let up = day(0) + SignedDuration::from_mins(minutes);
        let mut endpoint = Endpoint::down_until(up, waiting);
        let (state, _) = play(&mut endpoint, Redelivery::begun(day(0)));
        let on_the_way: u64 = endpoint.back.iter().map(|(_, count)| count).sum();
        prop_assert_eq!(endpoint.taken + endpoint.waiting + on_the_way, waiting);
        match state {
            None => prop_assert_eq!(endpoint.taken, waiting),
            Some(state) => prop_assert_eq!(state.phase, Phase::Suspended),
        }
    }
}

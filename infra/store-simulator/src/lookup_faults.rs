//! Rules for look-up faults while they are in force: which one fires, and what it does.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    faults::{FaultKind, LookupFault},
    random::Random,
};

/// Duration of a hang; longer than any client waits.
const HANG: Duration = Duration::from_secs(600);

/// Rules for look-ups that are in force.
#[derive(Debug)]
pub(crate) struct LookupFaults(Mutex<Rules>);

#[derive(Debug)]
struct Rules {
    active: Vec<ActiveRule>,
    random: Random,
}

#[derive(Debug)]
struct ActiveRule {
    fault: LookupFault,
    seen: u32,
    fired: u32,
}

impl LookupFaults {
    pub(crate) fn new(rules: Vec<LookupFault>, seed: u64) -> Self {
        Self(Mutex::new(Rules::new(rules, seed)))
    }

    /// Replaces the rules.
    pub(crate) fn replace(&self, rules: Vec<LookupFault>, seed: u64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Rules::new(rules, seed);
    }

    /// Returns the fault for this look-up, if any.
    pub(crate) fn next(&self, subscription_id: &str) -> Option<FaultKind> {
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Rules { active, random } = &mut *rules;
        let rule = active
            .iter_mut()
            .find_map(|rule| rule.fires(subscription_id, random).then_some(&rule.fault));
        rule.map(|fault| fault.kind.clone())
    }
}

impl Rules {
    fn new(rules: Vec<LookupFault>, seed: u64) -> Self {
        let active = rules.into_iter().map(|fault| ActiveRule {
            fault,
            seen: 0,
            fired: 0,
        });
        Self {
            active: active.collect(),
            random: Random::seeded(seed),
        }
    }
}

/// Applies `fault` to a look-up. Returns the response to send in place of the right one, or `None`
/// when the look-up is to be answered normally, possibly after a delay.
///
/// `cut_off` is truncated JSON; `refused` maps a status to the store's response and the name under
/// which it is counted; `ends` counts the look-up by its result.
pub(crate) async fn disturb(
    fault: Option<FaultKind>,
    cut_off: &'static str,
    refused: impl FnOnce(u16, Option<u64>) -> (String, Response),
    ends: impl FnOnce(String),
) -> Option<Response> {
    match fault? {
        FaultKind::Hang => {
            ends("hang".to_owned());
            tokio::time::sleep(HANG).await;
            Some(StatusCode::GATEWAY_TIMEOUT.into_response())
        }
        FaultKind::Malformed => {
            ends("malformed".to_owned());
            Some(([(header::CONTENT_TYPE, "application/json")], cut_off).into_response())
        }
        FaultKind::Status {
            status,
            retry_after,
        } => {
            let (outcome, response) = refused(status, retry_after);
            ends(outcome);
            Some(response)
        }
        FaultKind::Slow { millis } => {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            None
        }
    }
}

/// Adds `Retry-After` in seconds to the response, if given.
pub(crate) fn with_retry_after(mut response: Response, seconds: Option<u64>) -> Response {
    if let Some(seconds) = seconds {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Converts the status number of a fault.
pub(crate) fn status_of(number: u16) -> StatusCode {
    StatusCode::from_u16(number).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl ActiveRule {
    fn fires(&mut self, subscription_id: &str, random: &mut Random) -> bool {
        let fault = &self.fault;
        if fault
            .subscription_id
            .as_ref()
            .is_some_and(|only| only != subscription_id)
        {
            return false;
        }
        self.seen = self.seen.saturating_add(1);
        let fires = fault.times.is_none_or(|times| self.fired < times)
            && fault
                .every_nth
                .is_none_or(|nth| nth > 0 && self.seen.is_multiple_of(nth))
            && fault.probability.is_none_or(|given| random.happens(given));
        self.fired = self.fired.saturating_add(u32::from(fires));
        fires
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fired(faults: &LookupFaults, look_ups: usize) -> Vec<bool> {
        (0..look_ups).map(|_| faults.next("a").is_some()).collect()
    }

    #[test]
    fn times_ends_a_rule_and_the_next_one_takes_over() {
        let rules = vec![LookupFault::status(429).times(1), LookupFault::status(500)];
        let faults = LookupFaults::new(rules, 0);
        let status = |kind| match kind {
            Some(FaultKind::Status { status, .. }) => status,
            other => panic!("{other:?}"),
        };
        assert_eq!(status(faults.next("a")), 429);
        assert_eq!(status(faults.next("a")), 500);
    }

    #[test]
    fn every_nth_counts_what_the_rule_sees() {
        let rules = vec![LookupFault::status(500).every_nth(3).of_subscription("a")];
        let faults = LookupFaults::new(rules, 0);
        assert!(faults.next("b").is_none());
        let fired = fired(&faults, 6);
        assert_eq!(fired, [false, false, true, false, false, true]);
    }

    #[test]
    fn a_probability_repeats_with_its_seed() {
        let rule = || vec![LookupFault::status(500).with_probability(0.5)];
        let first = fired(&LookupFaults::new(rule(), 11), 64);
        let second = fired(&LookupFaults::new(rule(), 11), 64);
        assert_eq!(first, second);
        assert!(first.contains(&true) && first.contains(&false));
    }
}

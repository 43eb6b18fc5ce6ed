//! The rules for look-ups while they are in force: which one fires when.

use crate::{
    faults::{FaultKind, LookupFault},
    random::Random,
};

/// The rules for look-ups while they are in force.
#[derive(Debug)]
pub(crate) struct LookupFaults {
    rules: Vec<ActiveRule>,
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
        let rules = rules.into_iter().map(|fault| ActiveRule {
            fault,
            seen: 0,
            fired: 0,
        });
        Self {
            rules: rules.collect(),
            random: Random::seeded(seed),
        }
    }

    /// What shall happen to this look-up, if anything.
    pub(crate) fn next(&mut self, subscription_id: &str) -> Option<FaultKind> {
        let random = &mut self.random;
        let rule = self
            .rules
            .iter_mut()
            .find_map(|rule| rule.fires(subscription_id, random).then_some(&rule.fault));
        rule.map(|fault| fault.kind.clone())
    }
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

    fn fired(faults: &mut LookupFaults, look_ups: usize) -> Vec<bool> {
        (0..look_ups).map(|_| faults.next("a").is_some()).collect()
    }

    #[test]
    fn times_ends_a_rule_and_the_next_one_takes_over() {
        let rules = vec![LookupFault::status(429).times(1), LookupFault::status(500)];
        let mut faults = LookupFaults::new(rules, 0);
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
        let mut faults = LookupFaults::new(rules, 0);
        assert!(faults.next("b").is_none());
        let fired = fired(&mut faults, 6);
        assert_eq!(fired, [false, false, true, false, false, true]);
    }

    #[test]
    fn a_probability_repeats_with_its_seed() {
        let rule = || vec![LookupFault::status(500).with_probability(0.5)];
        let first = fired(&mut LookupFaults::new(rule(), 11), 64);
        let second = fired(&mut LookupFaults::new(rule(), 11), 64);
        assert_eq!(first, second);
        assert!(first.contains(&true) && first.contains(&false));
    }
}

//! Free trials.

use std::time::Duration;

use super::{ActionError, Options, Purchase, Status, Subscription, context::Context};

/// Time before the end of a trial at which the end is announced: three days.
pub(super) const NOTICE: Duration = Duration::from_secs(3 * 86_400);
pub(super) const WILL_END: &str = "customer.subscription.trial_will_end";

impl Purchase {
    pub(super) fn extend_trial(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let end = self.trial()?.period_end();
        let seconds = options.seconds.ok_or(ActionError::Missing("seconds"))?;
        let later = end.checked_add(Duration::from_secs(seconds));
        let later = later.unwrap_or(end);
        let before = self.shown(context)?;
        let known = self.running_mut()?;
        known.trial_end = Some(later);
        known.billing_cycle_anchor = later;
        for item in &mut known.items {
            item.current_period_end = later;
        }
        self.tell_update(&before, context)
    }

    fn trial(&self) -> Result<&Subscription, ActionError> {
        self.must_be(&[Status::Trialing])
    }
}

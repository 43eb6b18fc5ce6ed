//! Free trials.

use std::time::Duration;

use super::{ActionError, Options, Purchase, Status, Subscription, context::Context};

/// So long before its end a trial is said to end: three days.
pub(super) const NOTICE: Duration = Duration::from_secs(3 * 86_400);
pub(super) const WILL_END: &str = "customer.subscription.trial_will_end";

impl Purchase {
    pub(super) fn trial_will_end(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        let end = self.trial()?.period_end();
        context.reach(end.checked_sub(NOTICE).unwrap_or(context.at));
        self.tell(WILL_END, context)
    }

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

    /// Ended by hand: the first paid period begins now, and is paid now.
    pub(super) fn end_trial(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.trial()?;
        let before = self.shown(context)?;
        let at = context.at;
        let known = self.running_mut()?;
        known.trial_end = Some(at);
        known.billing_cycle_anchor = at;
        for item in &mut known.items {
            item.current_period_end = at;
        }
        self.tell(WILL_END, context)?;
        let invoice_id = self.next_period(at, context)?;
        self.tell_update(&before, context)?;
        self.tell_invoice("invoice.created", &invoice_id, context)?;
        self.pay(&invoice_id, options, context)
    }

    fn trial(&self) -> Result<&Subscription, ActionError> {
        self.must_be(&[Status::Trialing])
    }
}

//! The two kinds of pause: of the collection, and of the subscription.

use super::{
    ActionError, BillingReason, Options, PauseCollection, PauseType, Paused, Purchase, Status,
    context::Context,
};

impl Purchase {
    pub(super) fn pause_collection(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[Status::Trialing, Status::Active, Status::PastDue])?;
        let before = self.shown(context)?;
        let resumes_at = options.seconds.map(|seconds| context.later(seconds));
        self.running_mut()?.pause_collection = Some(PauseCollection {
            behavior: options.behavior,
            resumes_at,
        });
        self.tell_update(&before, context)
    }

    pub(super) fn resume_collection(
        &mut self,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let before = self.shown(context)?;
        let paused = self.running_mut()?.pause_collection.take();
        let paused = paused.ok_or(ActionError::NothingPending)?;
        if let Some(resumes_at) = paused.resumes_at {
            context.reach(resumes_at);
        }
        self.tell_update(&before, context)
    }

    /// Pauses the subscription. A requested pause needs flexible billing, a paid period and no
    /// schedule; a pause for another reason does not.
    pub(super) fn pause(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        if options.pause_type == PauseType::PauseRequested {
            let known = self.must_be(&[Status::Active])?;
            if !known.flexible || known.schedule.is_some() {
                return Err(ActionError::CannotPause);
            }
        }
        let status = self.running()?.status;
        if !status.is_live() || status == Status::Paused {
            return Err(ActionError::WrongStatus(status));
        }
        self.stop(options.pause_type, context)
    }

    pub(super) fn stop(
        &mut self,
        pause_type: PauseType,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let before = self.shown(context)?;
        let at = context.at;
        let known = self.running_mut()?;
        known.status = Status::Paused;
        known.paused = Some(Paused {
            pause_type,
            transitioned_at: at,
        });
        for item in &mut known.items {
            item.current_period_end = item.current_period_end.min(at);
        }
        self.tell("customer.subscription.paused", context)?;
        self.tell_update(&before, context)?;
        Ok(())
    }

    /// Resumes with a new period from now on, which is paid first.
    pub(super) fn resume(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let known = self.must_be(&[Status::Paused])?;
        let looks_back = (known.period_start(), known.period_end());
        let before = self.shown(context)?;
        let at = context.at;
        let made_up = context.ids.make("pm_");
        let known = self.running_mut()?;
        known.status = Status::Active;
        known.paused = None;
        known.default_payment_method.get_or_insert(made_up);
        known.billing_cycle_anchor = at;
        for item in &mut known.items {
            item.current_period_start = at;
            item.current_period_end = item.price.end_of_period(at, at)?;
        }
        let lines = self.lines(context)?;
        let reason = BillingReason::SubscriptionUpdate;
        let invoice_id = self.draft(reason, lines, looks_back, context)?;
        self.tell_invoice("invoice.created", &invoice_id, context)?;
        self.pay(&invoice_id, options, context)?;
        self.tell("customer.subscription.resumed", context)?;
        self.tell_update(&before, context)?;
        Ok(())
    }
}

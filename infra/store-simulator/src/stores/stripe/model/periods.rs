//! Beginnings of periods, and collection of their invoices.

use jiff::Timestamp;

use super::{
    ActionError, BillingReason, CancelReason, InvoiceStatus, MissingPaymentMethod, Options,
    PauseBehavior, PauseType, Purchase, Status, context::Context,
};

/// Time in seconds for which a renewal's invoice is a draft; at most a tenth of the period.
pub(super) const DRAFT_SECONDS: u64 = 3_600;

impl Purchase {
    /// Begins the next period, and pays it an hour later; only pays it if it has begun.
    pub(super) fn renew(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        if !self.has_draft() {
            self.begin_period(context)?;
        }
        let collects = matches!(self.running()?.status, Status::Active | Status::PastDue);
        if collects && self.has_draft() {
            self.wait_as_draft(context)?;
            self.collect(options, context)?;
        }
        Ok(())
    }

    /// Begins the next period, with a draft invoice. A trial without a payment method ends instead.
    pub(super) fn begin_period(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        let known = self.must_be(&[
            Status::Trialing,
            Status::Active,
            Status::PastDue,
            Status::Unpaid,
        ])?;
        let end = known.period_end();
        if known.set_to_end_at().is_some_and(|set| set <= end) {
            return Err(ActionError::SetToEnd);
        }
        let trial_ends = known.status == Status::Trialing;
        let cannot_pay = trial_ends && known.default_payment_method.is_none();
        let rule = known.missing_payment_method;
        context.reach(end);
        match (cannot_pay, rule) {
            (true, MissingPaymentMethod::Cancel) => {
                return self.end(None, context);
            }
            (true, MissingPaymentMethod::Pause) => {
                return self.stop(PauseType::TrialEndWithoutPaymentMethod, context);
            }
            _ => {}
        }
        let before = self.shown(context)?;
        let invoice_id = self.next_period(end, context)?;
        let known = self.running()?;
        let behavior = known.pause_collection.map(|paused| paused.behavior);
        let stays = known.status == Status::Unpaid || behavior == Some(PauseBehavior::KeepAsDraft);
        self.invoice_mut(&invoice_id)?.auto_advance = !stays;
        self.tell_update(&before, context)?;
        self.tell_invoice("invoice.created", &invoice_id, context)?;
        if cannot_pay {
            self.decline(&invoice_id, None, context)?;
            self.fall_behind(context)?;
        }
        Ok(())
    }

    /// Begins a period at `start`, at the scheduled price, if any. Returns the draft.
    pub(super) fn next_period(
        &mut self,
        start: Timestamp,
        context: &mut Context<'_>,
    ) -> Result<String, ActionError> {
        let known = self.running_mut()?;
        let looks_back = (known.period_start(), known.period_end());
        if let (Some(schedule), Some(first)) = (known.schedule.take(), known.items.first_mut()) {
            if first.price.interval != schedule.price.interval {
                known.billing_cycle_anchor = start;
            }
            first.price = schedule.price;
        }
        if known.status == Status::Trialing {
            known.status = Status::Active;
        }
        let anchor = known.billing_cycle_anchor;
        for item in &mut known.items {
            item.current_period_start = start;
            item.current_period_end = item.price.end_of_period(anchor, start)?;
        }
        let lines = self.lines(context)?;
        self.draft(BillingReason::SubscriptionCycle, lines, looks_back, context)
    }

    /// Pays the waiting invoices, or treats them as the paused collection requires.
    pub(super) fn collect(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let waiting = self.waiting_invoice().ok_or(ActionError::NoInvoice)?;
        let invoice_id = waiting.invoice_id.clone();
        let paused = self.running()?.pause_collection;
        match paused.map(|paused| paused.behavior) {
            None => self.settle_debts(options, context),
            Some(PauseBehavior::KeepAsDraft) => Ok(()),
            Some(PauseBehavior::MarkUncollectible) => {
                self.finalize(&invoice_id, context)?;
                self.invoice_mut(&invoice_id)?.status = InvoiceStatus::Uncollectible;
                self.tell_invoice("invoice.marked_uncollectible", &invoice_id, context)
            }
            Some(PauseBehavior::Void) => {
                self.finalize(&invoice_id, context)?;
                self.void(&invoice_id, context)
            }
        }
    }

    /// Pays every waiting invoice; the subscription is active afterwards.
    pub(super) fn settle_debts(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let before = self.shown(context)?;
        let owed = |purchase: &Self| {
            let waiting = purchase.waiting_invoice();
            waiting.map(|one| one.invoice_id.clone())
        };
        while let Some(invoice_id) = owed(self) {
            self.pay(&invoice_id, options, context)?;
        }
        self.running_mut()?.status = Status::Active;
        self.tell_update(&before, context)
    }

    /// Waits for the time between a draft and its payment.
    pub(super) fn wait_as_draft(&self, context: &mut Context<'_>) -> Result<(), ActionError> {
        let latest = self.latest_invoice().ok_or(ActionError::NoInvoice)?;
        let length = self.running()?.period_seconds() / 10;
        let seconds = DRAFT_SECONDS.min(length);
        let due = latest
            .created
            .checked_add(std::time::Duration::from_secs(seconds));
        context.reach(due.unwrap_or(context.at));
        Ok(())
    }

    /// Ends the subscription now.
    pub(super) fn end(
        &mut self,
        reason: Option<CancelReason>,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let known = self.running_mut()?;
        known.status = Status::Canceled;
        known.ended_at = Some(context.at);
        known.canceled_at = known.canceled_at.or(Some(context.at));
        known.cancellation.reason = reason.or(known.cancellation.reason);
        known.paused = None;
        known.schedule = None;
        self.tell("customer.subscription.deleted", context)?;
        Ok(())
    }
}

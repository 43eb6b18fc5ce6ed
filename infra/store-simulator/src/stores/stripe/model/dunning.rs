//! Failed payments and their consequences.

use super::{
    ActionError, AfterRetries, CancelReason, Invoice, InvoiceStatus, Options, PauseType, Purchase,
    Status, context::Context,
};

/// Time between two attempts at a payment, in seconds; at most a quarter of the period.
const BETWEEN_ATTEMPTS: u64 = 3 * 86_400;

impl Purchase {
    /// Declines the payment of the next period, or another attempt at it.
    pub(super) fn fail(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let status = self.running()?.status;
        match status {
            Status::Trialing | Status::Active => {
                if !self.has_draft() {
                    self.begin_period(context)?;
                }
                if self.running()?.status != Status::Active {
                    return Ok(());
                }
                self.wait_as_draft(context)?;
            }
            Status::PastDue => self.reach_attempt(context),
            Status::Incomplete => {}
            other => return Err(ActionError::WrongStatus(other)),
        }
        let next = match options.last_attempt || status == Status::Incomplete {
            true => None,
            false => {
                let quarter = self.running()?.period_seconds() / 4;
                Some(context.later(BETWEEN_ATTEMPTS.min(quarter)))
            }
        };
        let waiting = self.waiting_invoice().ok_or(ActionError::NoInvoice)?;
        let invoice_id = waiting.invoice_id.clone();
        self.decline(&invoice_id, next, context)?;
        if matches!(status, Status::Trialing | Status::Active) {
            self.fall_behind(context)?;
        }
        Ok(())
    }

    pub(super) fn fall_behind(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        let before = self.shown(context)?;
        self.running_mut()?.status = Status::PastDue;
        self.tell_update(&before, context)
    }

    pub(super) fn recover(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[Status::PastDue, Status::Unpaid])?;
        let left = |invoice: &&mut Invoice| invoice.status == InvoiceStatus::Draft;
        for invoice in self.invoices.iter_mut().filter(left) {
            invoice.auto_advance = true;
        }
        self.settle_debts(options, context)?;
        Ok(())
    }

    /// Declines the last attempt, and then applies `after_retries` of the options or of the
    /// account.
    pub(super) fn exhaust(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[Status::PastDue])?;
        self.reach_attempt(context);
        let waiting = self.waiting_invoice().ok_or(ActionError::NoInvoice)?;
        let invoice_id = waiting.invoice_id.clone();
        self.decline(&invoice_id, None, context)?;
        let then = options.after_retries;
        match then.unwrap_or(context.settings.after_retries) {
            AfterRetries::Cancel => self.end(Some(CancelReason::PaymentFailed), context),
            AfterRetries::StayPastDue => Ok(()),
            AfterRetries::Pause => self.stop(PauseType::FinalPaymentFailure, context),
            AfterRetries::MarkUnpaid => {
                let before = self.shown(context)?;
                self.running_mut()?.status = Status::Unpaid;
                self.tell_update(&before, context)?;
                Ok(())
            }
        }
    }

    fn reach_attempt(&self, context: &mut Context<'_>) {
        let waiting = self.waiting_invoice();
        if let Some(next) = waiting.and_then(|one| one.next_payment_attempt) {
            context.reach(next);
        }
    }
}

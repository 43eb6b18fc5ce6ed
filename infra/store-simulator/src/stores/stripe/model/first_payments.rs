//! First payments that are late, or never made.

use super::{
    ActionError, IntentStatus, Options, PaymentStatus, Purchase, Status, buying::TIME_TO_PAY,
    context::Context,
};

impl Purchase {
    pub(super) fn complete_payment(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.pay_at_last(options, context)?;
        self.complete_checkout(PaymentStatus::Paid, context)?;
        Ok(())
    }

    pub(super) fn delayed_payment_succeeds(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.waiting_checkout()?;
        if let Some(session) = &mut self.session {
            session.payment_status = PaymentStatus::Paid;
        }
        self.tell_session("checkout.session.async_payment_succeeded", context)?;
        self.pay_at_last(options, context)?;
        Ok(())
    }

    pub(super) fn expire_incomplete(
        &mut self,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let known = self.must_be(&[Status::Incomplete])?;
        let (created, before) = (known.created, self.shown(context)?);
        let spent = u64::try_from(created.duration_until(context.at).as_secs());
        context.wait(TIME_TO_PAY.saturating_sub(spent.unwrap_or_default()));
        let known = self.running_mut()?;
        known.status = Status::IncompleteExpired;
        known.ended_at = Some(context.at);
        self.tell_update(&before, context)?;
        let waiting = self.waiting_invoice().map(|one| one.invoice_id.clone());
        match waiting {
            Some(invoice_id) => self.void(&invoice_id, context),
            None => Ok(()),
        }
    }

    fn waiting_checkout(&self) -> Result<(), ActionError> {
        let session = self.session.as_ref().filter(|session| session.complete);
        let unpaid = session.is_some_and(|one| one.payment_status == PaymentStatus::Unpaid);
        if unpaid {
            return Ok(());
        }
        Err(ActionError::NoCheckout)
    }

    /// Pays the first invoice of a subscription, or the single payment of a one-time purchase.
    fn pay_at_last(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        if self.subscription.is_none() {
            let id = self.id.clone();
            if self.intent(&id)?.status == IntentStatus::Succeeded {
                return Err(ActionError::NoInvoice);
            }
            return self.charge_intent(&id, true, context);
        }
        self.must_be(&[Status::Incomplete])?;
        let before = self.shown(context)?;
        let waiting = self.waiting_invoice().ok_or(ActionError::NoInvoice)?;
        let invoice_id = waiting.invoice_id.clone();
        self.pay(&invoice_id, options, context)?;
        self.running_mut()?.status = Status::Active;
        self.tell_update(&before, context)
    }
}

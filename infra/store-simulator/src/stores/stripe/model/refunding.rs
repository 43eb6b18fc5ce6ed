//! Refunds. The subscription continues.

use super::{ActionError, Charge, Options, Purchase, Refund, RefundStatus, context::Context, view};

impl Purchase {
    pub(super) fn refund(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let refundable = |charge: &&Charge| charge.paid && !charge.is_refunded();
        let charge = self.chosen_charge(options, refundable)?;
        let left = charge.amount.saturating_sub(charge.amount_refunded);
        let amount = options.amount.unwrap_or(left);
        if amount <= 0 || amount > left {
            return Err(ActionError::NoCharge);
        }
        let charge_id = charge.charge_id.clone();
        let refund = Refund {
            refund_id: context.ids.make("re_"),
            charge_id: charge_id.clone(),
            payment_intent_id: charge.payment_intent_id.clone(),
            amount,
            currency: charge.currency.clone(),
            status: options.refund_status,
            reason: options.reason.clone(),
            created: context.at,
        };
        let object = view::refund(&refund);
        let counts = refund.status.counts();
        self.refunds.push(refund);
        self.sum_refunds(&charge_id)?;
        context.publish("refund.created", object);
        if counts {
            self.tell_charge("charge.refunded", &charge_id, context)?;
        }
        Ok(())
    }

    /// Moves the last refund to another status.
    pub(super) fn settle_refund(
        &mut self,
        status: RefundStatus,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let mut refunds = self.refunds.iter_mut().rev();
        let goes_on = |refund: &&mut Refund| refund.status.counts() && refund.status != status;
        let refund = refunds.find(goes_on).ok_or(ActionError::NoRefund)?;
        let before = view::refund(refund);
        refund.status = status;
        let (object, charge_id) = (view::refund(refund), refund.charge_id.clone());
        self.sum_refunds(&charge_id)?;
        if status == RefundStatus::Failed {
            context.publish("refund.failed", object.clone());
        }
        context.publish_change("refund.updated", &before, object.clone());
        context.publish_change("charge.refund.updated", &before, object);
        Ok(())
    }

    fn sum_refunds(&mut self, charge_id: &str) -> Result<(), ActionError> {
        let counted = self.refunds.iter();
        let counted = counted.filter(|one| one.charge_id == charge_id && one.status.counts());
        let sum = counted.map(|one| one.amount).sum();
        self.charge_mut(charge_id)?.amount_refunded = sum;
        Ok(())
    }

    /// Returns the charge that the options name, or the last suitable one.
    pub(super) fn chosen_charge(
        &self,
        options: &Options,
        suits: impl Fn(&&Charge) -> bool,
    ) -> Result<&Charge, ActionError> {
        let wanted = options.charge_id.as_ref();
        let mut charges = self.charges.iter().rev().filter(suits);
        let found = charges.find(|charge| wanted.is_none_or(|id| *id == charge.charge_id));
        found.ok_or(ActionError::NoCharge)
    }
}

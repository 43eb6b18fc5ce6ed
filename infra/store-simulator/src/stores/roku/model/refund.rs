//! Refunds, service credits and disputes: money moves, access does not change.

use super::{
    ActionError, Dispute, Money, Options, Purchase, State, Transaction, TransactionType,
    context::Context, id::Form,
};

impl Purchase {
    pub(super) fn refund(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let of = options.of.as_ref().unwrap_or(&self.transaction_id).clone();
        let id = context.id(options.transaction_id.as_ref(), Form::Hex)?;
        let mut charges = self.transactions.iter_mut();
        let charge = charges.find(|charge| charge.transaction_id == of && charge.kind.is_charge());
        let charge = charge.ok_or(ActionError::UnknownPurchase)?;
        let left = charge.refundable();
        let wanted = match &options.amount {
            Some(amount) => amount.parse()?,
            None => left,
        };
        if wanted <= Money::ZERO || wanted > left {
            return Err(ActionError::NothingToRefund);
        }
        charge.refunded = charge.refunded.plus(wanted);
        let tax = charge.tax.share(wanted, charge.price);
        let mut refund = Transaction::free(id, TransactionType::Refund, context.at, None)
            .charging(-wanted, -tax);
        refund.amount = -wanted;
        refund.partner_reference_id = options.partner_reference_id.clone();
        context.record(self, refund);
        if options.unauthorized && !matches!(self.state, State::OneTime | State::Ended) {
            self.ends_by(context.at);
            context.tell(self, TransactionType::Cancellation, &Options::default())?;
        }
        Ok(())
    }

    pub(super) fn give_credit(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let amount = named_amount(options)?;
        let id = context.id(options.transaction_id.as_ref(), Form::Number)?;
        let mut credit = Transaction::free(id, TransactionType::Credit, context.at, None)
            .charging(amount, Money::ZERO);
        credit.amount = amount;
        credit.partner_reference_id = options.partner_reference_id.clone();
        self.credit = self.credit.plus(amount);
        context.record(self, credit);
        Ok(())
    }

    pub(super) fn disputed(
        &mut self,
        kind: TransactionType,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let next = match (self.dispute, kind) {
            (None, TransactionType::Chargeback) => Dispute::ChargedBack,
            (Some(Dispute::ChargedBack), TransactionType::ChargebackReversed) => Dispute::Reversed,
            (Some(Dispute::Reversed), TransactionType::SecondChargeback) => {
                Dispute::ChargedBackAgain
            }
            _ => return Err(ActionError::DisputeOrder),
        };
        let charge = self.last_charge().ok_or(ActionError::UnknownPurchase)?;
        let (price, tax) = match next {
            Dispute::Reversed => (charge.price, charge.tax),
            Dispute::ChargedBack | Dispute::ChargedBackAgain => (-charge.price, -charge.tax),
        };
        let id = context.id(options.transaction_id.as_ref(), Form::Letters)?;
        let mut moved = Transaction::free(id, kind, context.at, None).charging(price, tax);
        moved.amount = price;
        self.dispute = Some(next);
        context.record(self, moved);
        Ok(())
    }
}

/// Returns the amount that the options name.
pub(super) fn named_amount(options: &Options) -> Result<Money, ActionError> {
    let amount = options.amount.as_ref();
    Ok(amount.ok_or(ActionError::Missing("amount"))?.parse()?)
}

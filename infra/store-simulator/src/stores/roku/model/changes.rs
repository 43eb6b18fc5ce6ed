//! Changes of plan, retention offers, and changes without a notification.

use super::{
    ActionError, Options, Plan, Purchase, PurchaseType, RetentionOffer, State, TransactionType,
    buying::{begun, unpaid},
    context::Context,
    id::Form,
    plan::later,
    refund::named_amount,
};

impl Purchase {
    /// Upgrades. Returns the new purchase, which costs nothing until its first renewal.
    pub(super) fn upgrade(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Purchase, ActionError> {
        if self.state != State::Active {
            return Err(self.refused(context));
        }
        let plan = named_plan(options, context)?;
        let mut new = self.successor(plan, PurchaseType::Upgrade, options, context)?;
        let trial = plan.trial_seconds.filter(|_| options.with_trial);
        new.in_trial = trial.is_some();
        new.expiration_date = Some(match trial {
            Some(seconds) => later(context.at, seconds),
            None => plan.end_of_period(context.at)?,
        });
        let sale = unpaid(&new, TransactionType::UpgradeSale, plan, context.at);
        context.record(&mut new, sale);
        if new.in_trial {
            self.state = State::PendingInactive;
        } else {
            self.ends_by(context.at);
        }
        context.tell(
            self,
            TransactionType::UpgradeCancellation,
            &Options::default(),
        )?;
        Ok(new)
    }

    /// Downgrades. Returns the new purchase, which waits for the end of this one.
    pub(super) fn downgrade(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Purchase, ActionError> {
        if self.state != State::Active {
            return Err(self.refused(context));
        }
        let plan = named_plan(options, context)?;
        let mut new = self.successor(plan, PurchaseType::Downgrade, options, context)?;
        new.state = State::PendingActive;
        new.expiration_date = self.expiration_date;
        let sale = unpaid(&new, TransactionType::DowngradeSale, plan, context.at);
        context.record(&mut new, sale);
        self.state = State::Cancelled;
        context.tell(
            self,
            TransactionType::DowngradeCancellation,
            &Options::default(),
        )?;
        Ok(new)
    }

    fn successor(
        &mut self,
        plan: &Plan,
        purchase_type: PurchaseType,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Purchase, ActionError> {
        let id = context.id(options.transaction_id.as_ref(), Form::Hex)?;
        let (channel, customer) = (self.channel_id.clone(), self.customer_id.clone());
        let mut new = begun(plan, id, channel, customer, context);
        new.purchase_type = Some(purchase_type);
        new.cancelled_transaction_ids = vec![self.transaction_id.clone()];
        new.replaces = Some(self.original_transaction_id.clone());
        self.replaced_by = Some(new.original_transaction_id.clone());
        Ok(new)
    }

    pub(super) fn start_offer(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        if self.state != State::Active {
            return Err(self.refused(context));
        }
        self.offer = Some(RetentionOffer {
            amount: named_amount(options)?,
            periods: options.periods,
        });
        context.tell(self, TransactionType::CancellationOfferInitiated, options)
    }

    pub(super) fn end_offer(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.offer.take().ok_or(ActionError::NoOffer)?;
        context.tell(self, TransactionType::CancellationOfferEnded, options)
    }

    pub(super) fn move_expiration(
        &mut self,
        options: &Options,
        context: &Context<'_>,
    ) -> Result<(), ActionError> {
        let end = options.expiration_date;
        if self.expiration_date.is_none() {
            return Err(self.refused(context));
        }
        self.expiration_date = Some(end.ok_or(ActionError::Missing("expirationDate"))?);
        Ok(())
    }
}

fn named_plan<'a>(options: &Options, context: &Context<'a>) -> Result<&'a Plan, ActionError> {
    let product_code = options.product_code.as_deref();
    let plan = product_code.ok_or(ActionError::Missing("productCode"))?;
    let plan = context.catalogue.plan(plan)?;
    if plan.one_time {
        return Err(ActionError::UnknownPlan(plan.product_code.clone()));
    }
    Ok(plan)
}

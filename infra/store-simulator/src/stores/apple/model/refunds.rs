//! Refunds and revocations.

use super::{
    ActionError, Options, Ownership, Purchase, Revocation, RevocationType, State, Transaction,
    context::Context,
};

const ALL: u32 = 100_000;

impl Purchase {
    /// Returns the transaction that the options name, or else the last suitable one.
    fn chosen(
        &self,
        options: &Options,
        fits: impl Fn(&Transaction) -> bool,
    ) -> Result<Transaction, ActionError> {
        let named = |one: &&Transaction| {
            let id = options.transaction_id.as_ref();
            fits(one) && id.is_none_or(|id| *id == one.transaction_id)
        };
        let found = self.transactions.iter().rev().find(named);
        found.cloned().ok_or(ActionError::NoTransaction)
    }

    /// Sets or clears a revocation. It applies to all transactions of the same period. Returns
    /// whether the latest one is among them.
    fn set_revocation(&mut self, chosen: &Transaction, revocation: Option<Revocation>) -> bool {
        let is_chosen = |one: &Transaction| match &one.web_order_line_item_id {
            None => one.transaction_id == chosen.transaction_id,
            period => *period == chosen.web_order_line_item_id,
        };
        for one in self.transactions.iter_mut().filter(|one| is_chosen(one)) {
            one.revocation = revocation;
        }
        self.latest().is_some_and(is_chosen)
    }

    pub(super) fn refund(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        if self.ownership == Ownership::FamilyShared {
            return Err(ActionError::NoTransaction);
        }
        let chosen = self.chosen(options, |one| one.revocation.is_none())?;
        if options.auto_renew_off && self.auto_renew {
            self.cancel(context)?;
        }
        let kind = match options.percentage {
            None => RevocationType::RefundFull,
            Some(_) => RevocationType::RefundProrated,
        };
        let revocation = Revocation {
            at: context.at,
            reason: options.revocation_reason,
            kind,
            percentage: options.percentage.unwrap_or(ALL),
        };
        if self.set_revocation(&chosen, Some(revocation)) {
            self.state = State::Revoked;
        }
        self.tell(&chosen, context, "REFUND")
    }

    pub(super) fn reverse_refund(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let paid_back = |one: &Transaction| one.revocation.is_some();
        let chosen = self.chosen(options, paid_back)?;
        let is_last = self.set_revocation(&chosen, None);
        if is_last && self.state == State::Revoked {
            let over = self.expires_date().is_some_and(|end| end <= context.at);
            self.state = if over { State::Expired } else { State::Active };
        }
        self.tell(&chosen, context, "REFUND_REVERSED")
    }

    /// Revokes a family member's share.
    pub(super) fn revoke(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        if self.ownership == Ownership::Purchased {
            return Err(ActionError::NotShared);
        }
        self.require(&[State::Active, State::Grace, State::BillingRetry])?;
        let last = self.chosen(&Options::default(), |_| true)?;
        let revocation = Revocation {
            at: context.at,
            reason: 0,
            kind: RevocationType::FamilyRevoke,
            percentage: ALL,
        };
        self.set_revocation(&last, Some(revocation));
        self.state = State::Revoked;
        context.publish(self, "REVOKE", None)
    }

    /// Publishes a notification about the current state of a transaction.
    fn tell(
        &self,
        chosen: &Transaction,
        context: &mut Context<'_>,
        notification_type: &'static str,
    ) -> Result<(), ActionError> {
        let current = self.transaction(&chosen.transaction_id);
        let current = current.ok_or(ActionError::NoTransaction)?;
        context.publish_about(self, current, notification_type, None);
        Ok(())
    }
}

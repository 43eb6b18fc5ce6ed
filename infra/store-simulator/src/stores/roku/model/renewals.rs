//! Renewals, failed charges, and recoveries.

use super::{
    ActionError, Options, Purchase, State, TransactionType, buying::charge, context::Context,
    id::Form, plan::later,
};

const DAY: u64 = 86_400;
const GRACE: u64 = 3 * DAY;
/// Time from the end of the period to the last attempt at payment.
const LAST_TRY: u64 = 60 * DAY;

impl Purchase {
    pub(super) fn renew(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let (State::Active | State::PendingActive, Some(end)) = (self.state, self.expiration_date)
        else {
            return Err(self.refused(context));
        };
        context.reach(Some(end), options);
        if self.offer.as_ref().is_some_and(|offer| offer.periods == 0) {
            self.end_offer(&Options::default(), context)?;
        }
        let plan = context.plan_of(self)?;
        let new_end = Some(plan.end_of_period(end)?);
        let id = context.id(options.transaction_id.as_ref(), Form::Letters)?;
        let mut paid = charge(self, TransactionType::Sale, plan, id, context.at, new_end);
        let credits = self.credit.min(paid.total);
        if credits > super::Money::ZERO {
            paid.credits_applied = Some(credits);
            self.credit = self.credit.minus(credits);
        }
        self.pays(paid, context);
        self.replaced_ends(context)
    }

    /// Pays the failed charge of the period.
    pub(super) fn recover(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let plan = context.plan_of(self)?;
        let (kind, start) = match (self.state, self.expiration_date) {
            (State::InGrace, Some(end)) => (TransactionType::GraceRecovered, end),
            (State::OnHold, _) => (TransactionType::OnHoldRecovered, context.at),
            _ => return Err(self.refused(context)),
        };
        let end = Some(plan.end_of_period(start)?);
        let id = context.id(options.transaction_id.as_ref(), Form::Hex)?;
        let paid = charge(self, kind, plan, id, context.at, end);
        self.pays(paid, context);
        self.replaced_ends(context)
    }

    fn pays(&mut self, paid: super::Transaction, context: &mut Context<'_>) {
        self.state = State::Active;
        self.in_trial = false;
        self.expiration_date = paid.expiration_date;
        (self.grace_until, self.hold_until) = (None, None);
        self.dispute = None;
        if let Some(offer) = &mut self.offer {
            offer.periods = offer.periods.saturating_sub(1);
        }
        context.record(self, paid);
    }

    /// Ends the purchase that waited for the trial of this upgrade to succeed.
    fn replaced_ends(&self, context: &mut Context<'_>) -> Result<(), ActionError> {
        let Some(replaced) = &self.replaces else {
            return Ok(());
        };
        let mut replaced = context.other(replaced)?;
        if replaced.state == State::PendingInactive {
            replaced.state = State::Ended;
            replaced.expiration_date = replaced.expiration_date.map(|end| end.min(context.at));
            context.others.push(replaced);
        }
        Ok(())
    }

    /// Does what the store does when a charge fails.
    pub(super) fn fail(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        match (self.state, self.in_trial) {
            (State::Active, false) => self.enter_grace(options, context),
            _ => self.hold(options, context),
        }
    }

    pub(super) fn enter_grace(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let (State::Active, Some(end)) = (self.state, self.expiration_date) else {
            return Err(self.refused(context));
        };
        if self.in_trial {
            return Err(ActionError::InTrial);
        }
        context.reach(Some(end), options);
        self.state = State::InGrace;
        self.grace_until = Some(later(end, options.seconds.unwrap_or(GRACE)));
        context.tell(self, TransactionType::GraceInitiated, options)
    }

    pub(super) fn hold(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let from = match self.state {
            State::Active => self.expiration_date,
            State::InGrace => self.grace_until,
            _ => None,
        };
        if from.is_none() {
            return Err(self.refused(context));
        }
        context.reach(from, options);
        self.state = State::OnHold;
        self.grace_until = None;
        self.hold_until = self.expiration_date.map(|end| later(end, LAST_TRY));
        context.tell(self, TransactionType::OnHoldInitiated, options)
    }

    pub(super) fn refused(&self, context: &Context<'_>) -> ActionError {
        ActionError::WrongState(self.state_at(context.at))
    }
}

//! Renewals, failed charges, and ends.

use std::time::Duration;

use super::{ActionError, Options, Purchase, Reason, State, WhyExpired, context::Context};

const DAY: u64 = 86_400;
const GRACE: u64 = 16 * DAY;
/// How long a failed charge is tried again, the grace period included.
pub(super) const RETRY: Duration = Duration::from_secs(60 * DAY);

fn after(start: jiff::Timestamp, length: Duration) -> Result<jiff::Timestamp, ActionError> {
    let end = start.checked_add(length);
    end.map_err(|error| ActionError::Period(error.to_string()))
}

impl Purchase {
    pub(super) fn renew(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.require(&[State::Active, State::Revoked])?;
        if !self.auto_renew {
            return Err(ActionError::Renewals);
        }
        let start = self.end()?;
        context.reach(start);
        self.charge(start, start, context)?;
        context.publish(self, "DID_RENEW", None)
    }

    /// The next period, with what was chosen for it.
    fn charge(
        &mut self,
        charged: jiff::Timestamp,
        start: jiff::Timestamp,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let product = context.product(&self.next_product_id)?;
        let offer = self.offer_of_next_period();
        let pending = self.price_increase.filter(|increase| !increase.consented);
        let same = product.product_id == self.product_id;
        let offer = offer.as_ref();
        self.begin_period(product, offer, (charged, start), Reason::Renewal, context)?;
        self.price_increase = pending.filter(|_| same);
        Ok(())
    }

    pub(super) fn enter_grace(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let end = self.fail(context)?;
        let length = Duration::from_secs(options.seconds.unwrap_or(GRACE));
        self.grace_period_expires_date = Some(after(end, length)?);
        self.state = State::Grace;
        context.publish(self, "DID_FAIL_TO_RENEW", Some("GRACE_PERIOD"))
    }

    pub(super) fn enter_retry(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.fail(context)?;
        self.state = State::BillingRetry;
        context.publish(self, "DID_FAIL_TO_RENEW", None)
    }

    /// Gives the end of the period that is not followed by another one.
    fn fail(&self, context: &mut Context<'_>) -> Result<jiff::Timestamp, ActionError> {
        self.require(&[State::Active])?;
        if !self.auto_renew {
            return Err(ActionError::Renewals);
        }
        let end = self.end()?;
        context.reach(end);
        Ok(end)
    }

    pub(super) fn expire_grace(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.require(&[State::Grace])?;
        if let Some(end) = self.grace_period_expires_date {
            context.reach(end);
        }
        self.grace_period_expires_date = None;
        self.state = State::BillingRetry;
        context.publish(self, "GRACE_PERIOD_EXPIRED", None)
    }

    pub(super) fn recover(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.require(&[State::Grace, State::BillingRetry])?;
        let start = match self.state_at(context.at) {
            State::BillingRetry => context.at,
            _ => self.end()?,
        };
        self.charge(context.at, start, context)?;
        context.publish(self, "DID_RENEW", Some("BILLING_RECOVERY"))
    }

    pub(super) fn expire(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.require(&[
            State::Active,
            State::Grace,
            State::BillingRetry,
            State::Revoked,
        ])?;
        let because = options.because.unwrap_or_else(|| self.why_expired());
        if because == WhyExpired::Voluntary && self.auto_renew && self.state == State::Active {
            self.cancel(context)?;
        }
        let end = match because {
            WhyExpired::BillingRetry => after(self.end()?, RETRY)?,
            _ => self.end()?,
        };
        context.reach(end);
        let at = context.at;
        let last = self.latest_mut()?;
        last.expires_date = last.expires_date.map(|end| end.min(at));
        (self.state, self.auto_renew) = (State::Expired, false);
        self.grace_period_expires_date = None;
        self.expiration_intent = Some(because.intent());
        context.publish(self, "EXPIRED", because.subtype())
    }

    fn why_expired(&self) -> WhyExpired {
        let unanswered = self
            .price_increase
            .is_some_and(|increase| !increase.consented);
        match self.state {
            State::Grace | State::BillingRetry => WhyExpired::BillingRetry,
            _ if unanswered => WhyExpired::PriceIncrease,
            _ => WhyExpired::Voluntary,
        }
    }

    pub(super) fn extend(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.require(&[State::Active])?;
        let length = Duration::from_secs(options.seconds.unwrap_or(DAY));
        let end = after(self.end()?, length)?;
        self.latest_mut()?.expires_date = Some(end);
        context.publish(self, "RENEWAL_EXTENDED", None)
    }

    pub(super) fn fail_extension(&self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.require(&[State::Active, State::Grace, State::BillingRetry])?;
        context.publish(self, "RENEWAL_EXTENSION", Some("FAILURE"))
    }
}

//! Renewals, failed charges, and ends of subscriptions.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    ActionError, AppliedOffer, Options, Product, Purchase, Reason, State, Transaction, WhyExpired,
    context::Context,
};

const DAY: u64 = 86_400;
const GRACE: u64 = 16 * DAY;
/// Duration for which a failed charge is retried, the grace period included.
pub(super) const RETRY: Duration = Duration::from_secs(60 * DAY);

fn after(start: Timestamp, length: Duration) -> Result<Timestamp, ActionError> {
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

    /// Charges the next period, with the product and the offer chosen for it.
    fn charge(
        &mut self,
        charged: Timestamp,
        start: Timestamp,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let product = context.product(&self.next_product_id)?;
        let offer = self.offer_of_next_period();
        let offer = offer.as_ref();
        self.begin_period(product, offer, (charged, start), Reason::Renewal, context)
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

    /// Lets a charge fail. Returns the end of the last paid period.
    fn fail(&self, context: &mut Context<'_>) -> Result<Timestamp, ActionError> {
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
        match self.state {
            State::Grace | State::BillingRetry => WhyExpired::BillingRetry,
            _ => WhyExpired::Voluntary,
        }
    }

    /// Begins a period of `product`, charged at `charged`, whose length counts from `start`.
    pub(super) fn begin_period(
        &mut self,
        product: &Product,
        offer: Option<&AppliedOffer>,
        (charged, start): (Timestamp, Timestamp),
        reason: Reason,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let terms = product.terms(offer, start)?;
        self.transactions.push(Transaction {
            transaction_id: context.ids.transaction(self.environment),
            web_order_line_item_id: Some(context.ids.period()),
            product_id: product.product_id.clone(),
            purchase_date: charged,
            expires_date: Some(terms.end),
            price: terms.price,
            currency: product.currency.clone(),
            offer: terms.offer,
            reason,
            revocation: None,
            is_upgraded: false,
            app_account_token: self.app_account_token.clone(),
            revision: 0,
        });
        self.product_id.clone_from(&product.product_id);
        self.next_product_id.clone_from(&product.product_id);
        (self.state, self.auto_renew) = (State::Active, true);
        (self.grace_period_expires_date, self.expiration_intent) = (None, None);
        Ok(())
    }
}

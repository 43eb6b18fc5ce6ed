//! Higher prices.

use super::{
    ActionError, Options, PriceIncrease, Purchase, State, context::Context, product::milliunits,
};

const TOLD: &str = "PRICE_INCREASE";

impl Purchase {
    pub(super) fn increase_price(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.require(&[State::Active])?;
        let amount = options.amount.as_deref();
        let consented = !options.consent_needed;
        self.price_increase = Some(PriceIncrease {
            price: milliunits(amount.ok_or(ActionError::Missing("amount"))?)?,
            consented,
        });
        let subtype = if consented { "ACCEPTED" } else { "PENDING" };
        context.publish(self, TOLD, Some(subtype))
    }

    pub(super) fn accept_price(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.require(&[State::Active])?;
        let pending = self.price_increase.as_mut();
        let pending = pending.filter(|increase| !increase.consented);
        pending.ok_or(ActionError::NothingPending)?.consented = true;
        context.publish(self, TOLD, Some("ACCEPTED"))
    }
}

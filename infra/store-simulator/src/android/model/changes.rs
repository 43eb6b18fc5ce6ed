//! Changes that neither end a purchase nor pay for a period.

use std::time::Duration;

use super::{
    ActionError, CancelledBy, Money, Options, PriceChange, PriceChangeMode, PriceChangeState,
    Purchase, State,
    charges::later,
    context::Context,
    published::{CANCELLATION_SCHEDULED, DEFERRED, ITEMS_CHANGED, PRICE_CHANGE_UPDATED},
};

const A_DAY_SECONDS: u64 = 86_400;

impl Purchase {
    pub(super) fn defer(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Active])?;
        self.must_renew()?;
        let by = Duration::from_secs(options.seconds.unwrap_or(A_DAY_SECONDS));
        for item in self.items.iter_mut().filter(|item| !item.ended) {
            item.expiry = item.expiry.map(|end| later(end, by)).transpose()?;
        }
        context.publish(DEFERRED, self);
        Ok(())
    }

    pub(super) fn change_price(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Active, State::Canceled, State::InGracePeriod])?;
        self.must_renew()?;
        let item = self.items.iter_mut().find(|item| !item.ended);
        let item = item.ok_or(ActionError::NoItem)?;
        let mode = options.price_change_mode;
        let known = item.price_change.clone();
        let begun = match &options.amount {
            Some(amount) => {
                let price = Money::parse(amount, &item.price.currency_code);
                Some(PriceChange {
                    new_price: price.ok_or_else(|| ActionError::Amount(amount.clone()))?,
                    mode,
                    state: match mode {
                        PriceChangeMode::PriceIncrease => PriceChangeState::Outstanding,
                        _ => PriceChangeState::Confirmed,
                    },
                    charged_at: item.expiry,
                })
            }
            None => known,
        };
        let mut change = begun.ok_or(ActionError::Missing("amount"))?;
        change.state = options.price_change_state.unwrap_or(change.state);
        item.price_change = Some(change);
        context.publish(PRICE_CHANGE_UPDATED, self);
        Ok(())
    }

    pub(super) fn add_item(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Active])?;
        self.must_renew()?;
        let plan = context.named_plan(options)?;
        if plan.prepaid {
            return Err(ActionError::Prepaid);
        }
        let mut item = context.item(plan, options.offer_id.as_deref())?;
        let order_id = context.ids.order();
        item.begin(plan, context.at, &order_id)?;
        item.expiry = self.expiry();
        self.items.push(item);
        context.publish(ITEMS_CHANGED, self);
        Ok(())
    }

    pub(super) fn remove_item(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Active])?;
        let product_id = options.product_id.as_deref();
        let product_id = product_id.ok_or(ActionError::Missing("productId"))?;
        let added = self.items.iter_mut().filter(|item| !item.ended).skip(1);
        let mut named = added.filter(|item| item.product_id == product_id);
        let item = named.next().ok_or(ActionError::NoItem)?;
        item.deferred_removal = true;
        item.auto_renew = false;
        context.publish(ITEMS_CHANGED, self);
        Ok(())
    }

    pub(super) fn schedule_cancellation(
        &mut self,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Active])?;
        let mut committed = self
            .items
            .iter_mut()
            .filter_map(|i| i.installments.as_mut());
        let commitment = committed.next().ok_or(ActionError::NoInstallments)?;
        commitment.cancellation_pending = true;
        if commitment.remaining == 0 {
            self.stop_renewing(CancelledBy::User, None, context.at);
        }
        context.publish(CANCELLATION_SCHEDULED, self);
        Ok(())
    }
}

//! Changes that neither end a purchase nor pay for a period.

use std::time::Duration;

use super::{
    ActionError, Options, Purchase, State,
    charges::later,
    context::Context,
    published::{DEFERRED, ITEMS_CHANGED},
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
}

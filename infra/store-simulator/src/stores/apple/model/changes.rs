//! Changes that the customer schedules for later.

use super::{ActionError, Options, Purchase, State, context::Context};

const RENEWALS: &str = "DID_CHANGE_RENEWAL_STATUS";
const PLAN: &str = "DID_CHANGE_RENEWAL_PREF";

impl Purchase {
    pub(super) fn cancel(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.set_auto_renew(false)?;
        context.publish(self, RENEWALS, Some("AUTO_RENEW_DISABLED"))
    }

    pub(super) fn reactivate(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.set_auto_renew(true)?;
        context.publish(self, RENEWALS, Some("AUTO_RENEW_ENABLED"))
    }

    fn set_auto_renew(&mut self, on: bool) -> Result<(), ActionError> {
        self.require(&[
            State::Active,
            State::Grace,
            State::BillingRetry,
            State::Revoked,
        ])?;
        if self.auto_renew == on {
            return Err(ActionError::Renewals);
        }
        self.auto_renew = on;
        Ok(())
    }

    pub(super) fn downgrade(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.require(&[State::Active])?;
        if options.product_id.is_none() {
            return Err(ActionError::Missing("productId"));
        }
        let (product, _) = context.wanted(self, options)?;
        self.next_product_id.clone_from(&product.product_id);
        self.auto_renew = true;
        context.publish(self, PLAN, Some("DOWNGRADE"))
    }

    pub(super) fn keep_plan(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.require(&[State::Active])?;
        if self.next_product_id == self.product_id {
            return Err(ActionError::NothingPending);
        }
        self.next_product_id.clone_from(&self.product_id);
        context.publish(self, PLAN, None)
    }
}

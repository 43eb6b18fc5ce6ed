//! Ends of receipts, and the changes that announce them.

use super::{
    ActionError, NotificationType, Options, ProductType, Receipt, State, context::Context,
};

const LIVE: [State; 4] = [
    State::InTrial,
    State::Active,
    State::InGrace,
    State::WontRenew,
];
/// Reason: the customer cancelled the order.
const BY_CUSTOMER: u8 = 1;
/// Reason: auto-renewal was off.
pub(super) const LAPSED: u8 = 1;
/// Reason: the store cancelled.
const BY_STORE: u8 = 2;

impl Receipt {
    pub(super) fn turn_auto_renew_off(
        &mut self,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.end_of_period()?;
        self.must_be(&[State::InTrial, State::Active], context.at)?;
        self.auto_renewing = false;
        self.deferred = None;
        context.publish(NotificationType::SubscriptionAutoRenewalOff, self);
        Ok(())
    }

    pub(super) fn turn_auto_renew_on(
        &mut self,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::WontRenew], context.at)?;
        self.auto_renewing = true;
        context.publish(NotificationType::SubscriptionAutoRenewalOn, self);
        Ok(())
    }

    pub(super) fn expire(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let end = self.grace_ends.unwrap_or(self.end_of_period()?);
        if self.cancelled_at.is_some() || self.invalid {
            return Err(ActionError::WrongState(State::Ended));
        }
        context.reach(end, options);
        let usual = match self.grace_ends {
            Some(_) => BY_STORE,
            None => LAPSED,
        };
        let reason = options.cancel_reason.unwrap_or(usual);
        self.end(end.min(context.at), Some(reason));
        context.publish(NotificationType::SubscriptionExpired, self);
        Ok(())
    }

    pub(super) fn cancel_order(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&LIVE, context.at)?;
        let reason = options.cancel_reason.unwrap_or(BY_CUSTOMER);
        self.end(context.at, Some(reason));
        self.announce_cancellation(context);
        Ok(())
    }

    pub(super) fn cancel_by_amazon(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&LIVE, context.at)?;
        if let Some(end) = self.grace_ends {
            context.reach(end, options);
        }
        let at = self.grace_ends.unwrap_or(context.at).min(context.at);
        self.end(at, Some(options.cancel_reason.unwrap_or(BY_STORE)));
        self.announce_cancellation(context);
        Ok(())
    }

    pub(super) fn announce_cancellation(&self, context: &mut Context<'_>) {
        let notification_type = match self.product_type {
            ProductType::Subscription => NotificationType::SubscriptionCancelled,
            ProductType::Consumable => NotificationType::ConsumableCancelled,
            ProductType::Entitled => NotificationType::EntitlementCancelled,
        };
        context.publish(notification_type, self);
    }
}

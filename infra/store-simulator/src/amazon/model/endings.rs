//! Ends, and what announces them.

use std::time::Duration;

use super::{
    ActionError, NotificationType, Options, ProductType, Receipt, State, context::Context,
};

const DAY_SECONDS: u64 = 86_400;
const LIVE: [State; 4] = [
    State::InTrial,
    State::Active,
    State::InGrace,
    State::WontRenew,
];
/// The customer cancelled the order.
const BY_CUSTOMER: u8 = 1;
/// The store cancelled.
const BY_STORE: u8 = 2;
const NOT_KNOWN_YET: u8 = 0;

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

    pub(super) fn remind_of_end(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let end = self.end_of_period()?;
        self.must_be(&[State::WontRenew], context.at)?;
        let days = context.plan(self.sku())?.reminder_days().unsigned_abs();
        let before = Duration::from_secs(days.saturating_mul(DAY_SECONDS));
        let reminded_at = end.checked_sub(before);
        context.reach(
            reminded_at.map_err(|_| ActionError::Period(self.sku().to_owned()))?,
            options,
        );
        context.publish(NotificationType::SubscriptionScheduledToEnd, self);
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
            Some(_) => Some(BY_STORE),
            None => context.rules.lapse_reason,
        };
        self.end(end.min(context.at), options.cancel_reason.or(usual));
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

    pub(super) fn settle_reason(
        &mut self,
        options: &Options,
        context: &Context<'_>,
    ) -> Result<(), ActionError> {
        if self.cancel_reason != Some(NOT_KNOWN_YET) {
            return Err(ActionError::WrongState(self.state(context.at)));
        }
        self.cancel_reason = Some(options.cancel_reason.unwrap_or(BY_CUSTOMER));
        Ok(())
    }

    pub(super) fn fulfil(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&LIVE, context.at)?;
        let result = options.fulfillment_result.clone();
        let result = result.unwrap_or_else(|| "FULFILLED".to_owned());
        let delivered = result == "FULFILLED";
        self.fulfilled_at = Some(context.at);
        self.fulfillment_result = Some(result);
        if delivered {
            return Ok(());
        }
        self.end(context.at, Some(options.cancel_reason.unwrap_or(BY_STORE)));
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

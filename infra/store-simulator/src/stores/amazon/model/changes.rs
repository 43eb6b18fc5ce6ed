//! Changes of plan and of auto-renewal.

use super::{ActionError, Deferred, NotificationType, Options, Receipt, State, context::Context};

const REPLACED: u8 = 4;
const RUNNING: [State; 4] = [
    State::InTrial,
    State::Active,
    State::InGrace,
    State::WontRenew,
];

impl Receipt {
    pub(super) fn change_now(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Self, ActionError> {
        self.end_of_period()?;
        self.must_be(&RUNNING, context.at)?;
        let product = context.named_plan(options)?;
        let mut next = self.successor(product, options, context)?;
        next.replaces = Some(self.receipt_id.clone());
        self.end(context.at, Some(REPLACED));
        self.replaced_by = Some(next.receipt_id.clone());
        context.publish(NotificationType::SubscriptionModifiedImmediate, &next);
        if options.announce_old {
            self.announce_cancellation(context);
        }
        Ok(next)
    }

    pub(super) fn change_later(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let at = self.end_of_period()?;
        self.must_be(&[State::InTrial, State::Active], context.at)?;
        let term_sku = context.named_plan(options)?.sku().to_owned();
        if term_sku == self.sku() {
            self.deferred = None;
            return Ok(());
        }
        self.deferred = Some(Deferred { at, term_sku });
        context.publish(NotificationType::SubscriptionModifiedDeferred, self);
        Ok(())
    }
}

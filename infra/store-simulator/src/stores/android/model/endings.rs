//! Cancellations, ends, and refunds.

use jiff::Timestamp;

use super::{
    ActionError, Cancellation, CancelledBy, Options, Published, PublishedKind, Purchase, State,
    VoidedPurchase,
    context::Context,
    published::{CANCELED, EXPIRED, RESTARTED, REVOKED},
    view,
};

const LIVE: [State; 5] = [
    State::Active,
    State::Canceled,
    State::InGracePeriod,
    State::OnHold,
    State::Paused,
];

impl Purchase {
    pub(super) fn cancel(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let now_over = matches!(self.state, State::OnHold | State::Paused);
        self.must_be(&[
            State::Active,
            State::InGracePeriod,
            State::OnHold,
            State::Paused,
        ])?;
        self.must_renew()?;
        let by = options.by.unwrap_or(CancelledBy::User);
        self.stop_renewing(by, options.reason.clone(), context.at);
        if now_over {
            self.end(context.at);
        }
        context.publish(CANCELED, self);
        if now_over {
            context.publish(EXPIRED, self);
        }
        Ok(())
    }

    pub(super) fn stop_renewing(&mut self, by: CancelledBy, reason: Option<String>, at: Timestamp) {
        self.state = State::Canceled;
        self.cancellation = Some(Cancellation { by, at, reason });
        self.pause_seconds = None;
        self.leave_failure();
        for item in &mut self.items {
            item.auto_renew = false;
        }
    }

    pub(super) fn restart(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.must_be(&[State::Canceled])?;
        let by = self.cancellation.as_ref().map(|c| c.by);
        if by == Some(CancelledBy::Developer) || self.expiry_or(context.at) <= context.at {
            return Err(ActionError::WrongState(self.state_at(context.at)));
        }
        self.state = State::Active;
        self.cancellation = None;
        for item in self.items.iter_mut().filter(|item| !item.ended) {
            item.auto_renew = item.deferred_replacement.is_none();
        }
        context.publish(RESTARTED, self);
        Ok(())
    }

    pub(super) fn expire(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&LIVE)?;
        context.reach(self.expiry(), options);
        let lapses = self.cancellation.is_some() || self.is_prepaid();
        if !lapses {
            self.stop_renewing(CancelledBy::System, None, context.at);
        }
        self.end(context.at);
        if !lapses {
            context.publish(CANCELED, self);
        }
        context.publish(EXPIRED, self);
        Ok(())
    }

    pub(super) fn revoke(
        &mut self,
        by: CancelledBy,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&LIVE)?;
        if self.cancellation.is_none() {
            self.stop_renewing(by, None, context.at);
        }
        self.end(context.at);
        self.revoked = true;
        context.publish(REVOKED, self);
        Ok(())
    }

    pub(super) fn refund(&self, options: &Options) -> Result<(), ActionError> {
        self.order_index(options).map(|_| ())
    }

    pub(super) fn void(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let index = self.order_index(options)?;
        if options.stale {
            self.stale = Some(view::json(self, context.at));
        }
        let order = self.orders.get_mut(index);
        let order = order.ok_or(ActionError::NothingToRefund)?;
        order.voided = true;
        let (order_id, paid_at) = (order.order_id.clone(), order.paid_at);
        context.voided.push(VoidedPurchase {
            purchase_token: self.purchase_token.clone(),
            order_id: order_id.clone(),
            paid_at,
            voided_at: context.at,
            source: options.voided_source,
            reason: options.voided_reason,
            one_time: false,
        });
        if options.revoke && LIVE.contains(&self.state) {
            self.revoke(CancelledBy::System, context)?;
        }
        let kind = PublishedKind::Voided {
            purchase_token: self.purchase_token.clone(),
            order_id,
        };
        let at = context.at;
        context.published.push(Published { at, kind });
        if options.reverse_order {
            context.published.reverse();
        }
        Ok(())
    }

    fn order_index(&self, options: &Options) -> Result<usize, ActionError> {
        let wanted = options.order_id.as_ref();
        let found = self.orders.iter().rposition(|order| {
            !order.voided && wanted.is_none_or(|wanted| *wanted == order.order_id)
        });
        found.ok_or(ActionError::NothingToRefund)
    }
}

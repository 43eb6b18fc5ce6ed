//! Charges: renewals, declined renewals, and recoveries.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    ActionError, Options, Order, Purchase, State,
    context::Context,
    published::{IN_GRACE_PERIOD, ON_HOLD, RECOVERED, RENEWED},
};

const GRACE_SECONDS: u64 = 3 * 86_400;
const HOLD_LIMIT: Duration = Duration::from_secs(60 * 86_400);

impl Purchase {
    pub(super) fn renew(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Active])?;
        self.must_renew()?;
        let end = self.expiry_or(context.at);
        context.reach(Some(end), options);
        self.charge(end, RENEWED, context)
    }

    pub(super) fn enter_grace(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Active])?;
        self.must_renew()?;
        let end = self.expiry_or(context.at);
        context.reach(Some(end), options);
        let grace = Duration::from_secs(options.seconds.unwrap_or(GRACE_SECONDS));
        let grace_ends = later(end, grace)?;
        for item in self.items.iter_mut().filter(|item| !item.ended) {
            item.expiry = item.expiry.map(|_| grace_ends);
        }
        self.state = State::InGracePeriod;
        self.paid_until = Some(end);
        self.pending_order_id = Some(self.next_order_id());
        context.publish(IN_GRACE_PERIOD, self);
        Ok(())
    }

    pub(super) fn hold(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Active, State::InGracePeriod])?;
        self.must_renew()?;
        context.reach(self.expiry(), options);
        self.put_on_hold(context)
    }

    pub(super) fn put_on_hold(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        let unpaid_since = self.paid_until.unwrap_or(context.at);
        self.state = State::OnHold;
        self.hold_ends = Some(later(unpaid_since, HOLD_LIMIT)?);
        self.pending_order_id = Some(self.next_order_id());
        context.publish(ON_HOLD, self);
        Ok(())
    }

    pub(super) fn recover(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.must_be(&[State::InGracePeriod, State::OnHold])?;
        match (self.state, self.paid_until) {
            (State::InGracePeriod, Some(end)) => self.charge(end, RENEWED, context),
            _ => self.charge(context.at, RECOVERED, context),
        }
    }

    /// Pays a period from `start` on.
    pub(super) fn charge(
        &mut self,
        start: Timestamp,
        number: u32,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let order_id = self.next_order_id();
        for item in self.items.iter_mut().filter(|item| !item.ended) {
            if item.deferred_replacement.take().is_some() {
                item.ended = true;
                item.expiry = item.expiry.map(|end| end.min(start));
            } else if item.expiry.is_none() {
                item.begin(context.plan_of(item)?, start, &order_id)?;
            } else {
                item.go_on(context.plan_of(item)?, start, &order_id)?;
            }
        }
        self.renewals += 1;
        self.orders.push(Order {
            order_id,
            paid_at: context.at,
            voided: false,
        });
        self.state = State::Active;
        self.resumes_at = None;
        self.leave_failure();
        context.publish(number, self);
        Ok(())
    }
}

pub(super) fn later(than: Timestamp, by: Duration) -> Result<Timestamp, ActionError> {
    let end = than.checked_add(by);
    end.map_err(|error| ActionError::Period(error.to_string()))
}

//! Cancellations, ends, and resubscriptions.

use jiff::{Timestamp, tz::TimeZone};

use super::{
    ActionError, NewPurchase, Options, Purchase, State, TransactionType, buying, context::Context,
    plan::later,
};

const LAST_TRY: u64 = 60 * 86_400;

impl Purchase {
    pub(super) fn cancel(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.state = match self.state {
            State::Active => State::Cancelled,
            State::InGrace | State::OnHold | State::PendingActive => State::Ended,
            _ => return Err(self.refused(context)),
        };
        if self.state == State::Ended {
            self.ends_by(context.at);
        }
        context.tell(self, TransactionType::Cancellation, options)
    }

    pub(super) fn last_day(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let state = self.state_at(context.at);
        let (State::Active | State::Cancelled, Some(end)) = (state, self.expiration_date) else {
            return Err(self.refused(context));
        };
        context.reach(Some(start_of_day(end)), options);
        self.state = State::Cancelled;
        context.tell(self, TransactionType::Cancellation, options)
    }

    pub(super) fn expire(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let end = self.expiration_date;
        let (at, told) = match self.state {
            State::Cancelled | State::PendingInactive => (end, false),
            State::Active => (end, true),
            State::InGrace | State::OnHold => (end.map(|end| later(end, LAST_TRY)), true),
            State::PendingActive | State::Ended | State::OneTime => {
                return Err(self.refused(context));
            }
        };
        context.reach(at, options);
        self.ends_by(context.at);
        if told {
            context.tell(self, TransactionType::Cancellation, options)?;
        }
        Ok(())
    }

    /// Ends the purchase at `at`, or earlier if its end is earlier.
    pub(super) fn ends_by(&mut self, at: Timestamp) {
        self.state = State::Ended;
        self.expiration_date = self.expiration_date.map(|end| end.min(at));
        (self.grace_until, self.hold_until) = (None, None);
    }

    /// Resubscribes. Returns the new purchase, if this one has ended.
    pub(super) fn resubscribe(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Option<Purchase>, ActionError> {
        match self.state_at(context.at) {
            State::Cancelled => {
                self.state = State::Active;
                context.tell(self, TransactionType::Resubscribe, options)?;
                Ok(None)
            }
            State::Ended => {
                let mut wanted = NewPurchase::of(&self.product_code)
                    .by_customer(&self.customer_id)
                    .in_channel(&self.channel_id)
                    .without_trial();
                wanted.transaction_id.clone_from(&options.transaction_id);
                buying::buy(&wanted, context).map(Some)
            }
            _ => Err(self.refused(context)),
        }
    }
}

/// Returns the beginning of the day in UTC.
fn start_of_day(at: Timestamp) -> Timestamp {
    let day = at.to_zoned(TimeZone::UTC).start_of_day();
    day.map_or(at, |day| day.timestamp())
}

//! New purchases that replace old ones, or follow them.

use jiff::{SignedDuration, Timestamp};

use super::{
    ActionError, BasePlan, CancelledBy, Item, ItemReplacement, Options, Order, OutOfApp, Phase,
    Purchase, ReplacementMode, State,
    charges::later,
    context::Context,
    published::{EXPIRED, PURCHASED},
};

impl Purchase {
    /// Changes the plan now. Returns the new purchase.
    pub(super) fn replace(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Self, ActionError> {
        self.can_be_replaced(context)?;
        let plan = context.named_plan(options)?;
        if plan.prepaid && options.mode != ReplacementMode::ChargeFullPrice {
            return Err(ActionError::Prepaid);
        }
        let mut item = context.item(plan, options.offer_id.as_deref())?;
        item.replacement = Some(replaces(self.main_item()?, options.mode));
        let mut new = self.successor(options, vec![item], context)?;
        if !options.pending {
            new.take_over(self, options, context)?;
        }
        Ok(new)
    }

    /// Changes the plan at the renewal. Returns the new purchase, which has the old plan until
    /// then.
    pub(super) fn replace_later(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Self, ActionError> {
        self.can_be_replaced(context)?;
        self.must_renew()?;
        let plan = context.named_plan(options)?;
        if plan.prepaid {
            return Err(ActionError::Prepaid);
        }
        let mut later = context.item(plan, options.offer_id.as_deref())?;
        later.replacement = Some(replaces(self.main_item()?, ReplacementMode::Deferred));
        let mut first = self.main_item()?.clone();
        first.auto_renew = false;
        first.deferred_replacement = Some(later.product_id.clone());
        let mut new = self.successor(options, vec![first, later], context)?;
        new.start_at(context)?;
        self.give_way(&new, options, context);
        Ok(new)
    }

    /// Buys the same or another plan again, before the end or later. Returns the new purchase.
    pub(super) fn resubscribe(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Self, ActionError> {
        let state = self.state_at(context.at);
        let lapsed = state == State::Expired && self.replaced_by.is_none();
        let runs_out = state == State::Canceled && !options.in_play;
        if !lapsed && !runs_out {
            return Err(ActionError::WrongState(state));
        }
        let old = self.main_item()?;
        let plan = match &options.product_id {
            Some(_) => context.named_plan(options)?,
            None => context.plan_of(old)?,
        };
        let item = context.item(plan, options.offer_id.as_deref())?;
        let mut new = self.successor(options, vec![item], context)?;
        if let Some(account_id) = &options.account_id {
            new.account_id = Some(account_id.clone());
        }
        if runs_out {
            new.take_over(self, options, context)?;
            return Ok(new);
        }
        new.linked_purchase_token = None;
        new.first_order_id.clone_from(&new.order_id);
        if options.in_play {
            new.out_of_app = Some(OutOfApp {
                expired_purchase_token: self.purchase_token.clone(),
                account_id: new.account_id.take(),
                profile_id: new.profile_id.take(),
            });
        }
        new.begin(context)?;
        context.publish(PURCHASED, &new);
        Ok(new)
    }

    /// Pays for another period of a prepaid plan. Returns the new purchase.
    pub(super) fn top_up(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Self, ActionError> {
        if !self.is_prepaid() {
            return Err(ActionError::NotPrepaid);
        }
        match self.state_at(context.at) {
            State::Active if self.replaced_by.is_none() => {}
            other => return Err(ActionError::WrongState(other)),
        }
        let old = self.main_item()?;
        let item = context.item(context.plan_of(old)?, None)?;
        let mut new = self.successor(options, vec![item], context)?;
        new.take_over(self, options, context)?;
        Ok(new)
    }

    /// Creates a pending purchase of the same customer that is linked to this one.
    fn successor(
        &self,
        options: &Options,
        items: Vec<Item>,
        context: &mut Context<'_>,
    ) -> Result<Self, ActionError> {
        Ok(Self {
            account_id: self.account_id.clone(),
            profile_id: self.profile_id.clone(),
            region_code: self.region_code.clone(),
            test: self.test,
            linked_purchase_token: Some(self.purchase_token.clone()),
            first_order_id: self.first_order_id.clone(),
            ..context.draft(options.purchase_token.clone(), items)?
        })
    }

    /// Begins this purchase in the place of `old`, by the mode that its item names.
    pub(super) fn take_over(
        &mut self,
        old: &mut Self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let order_id = self.order_id.clone();
        let old_plan = context.plan_of(old.main_item()?)?;
        let old_item = old.main_item()?.clone();
        let item = self.items.first_mut().ok_or(ActionError::NoItem)?;
        let plan = context.plan_of(item)?;
        item.begin(plan, context.at, &order_id)?;
        let mode = item.replacement.as_ref().map(|one| one.mode);
        let mode = mode.unwrap_or_default();
        let change = Change {
            from: (&old_item, old_plan),
            to: plan,
            at: context.at,
        };
        item.expiry = Some(change.expiry(mode, item.expiry.unwrap_or(context.at))?);
        if mode == ReplacementMode::WithTimeProration {
            item.phase = Phase::ProrationPeriod;
        }
        self.orders.push(Order {
            order_id,
            paid_at: context.at,
            voided: false,
        });
        self.start_at(context)?;
        old.give_way(self, options, context);
        Ok(())
    }

    /// Ends this purchase because `new` replaces it.
    fn give_way(&mut self, new: &Self, options: &Options, context: &mut Context<'_>) {
        self.stop_renewing(CancelledBy::Replacement, None, context.at);
        self.end(context.at);
        self.replaced_by = Some(new.purchase_token.clone());
        let mut both = [(PURCHASED, new), (EXPIRED, &*self)];
        if options.reverse_order {
            both.reverse();
        }
        for (number, purchase) in both {
            context.publish(number, purchase);
        }
    }

    fn can_be_replaced(&self, context: &Context<'_>) -> Result<(), ActionError> {
        let state = self.state_at(context.at);
        let running = matches!(
            state,
            State::Active | State::Canceled | State::InGracePeriod
        );
        if !running {
            return Err(ActionError::WrongState(state));
        }
        if !self.acknowledged {
            return Err(ActionError::NotAcknowledged);
        }
        Ok(())
    }
}

fn replaces(item: &Item, mode: ReplacementMode) -> ItemReplacement {
    ItemReplacement {
        product_id: item.product_id.clone(),
        base_plan_id: item.base_plan_id.clone(),
        offer_id: item.offer_id.clone(),
        mode,
    }
}

/// Change from one item's plan to another plan.
struct Change<'a> {
    from: (&'a Item, &'a BasePlan),
    to: &'a BasePlan,
    at: Timestamp,
}

impl Change<'_> {
    /// Returns the end on the new plan; `full` is that of a whole period of it.
    fn expiry(&self, mode: ReplacementMode, full: Timestamp) -> Result<Timestamp, ActionError> {
        let carried = self.carried()?.unsigned_abs();
        match mode {
            ReplacementMode::ChargeFullPrice => later(full, carried),
            ReplacementMode::WithTimeProration => later(self.at, carried),
            _ => Ok(self.from.0.expiry.unwrap_or(full)),
        }
    }

    /// Returns the remainder of the old plan as time on the new one: the same time within a
    /// product, otherwise time of the same value.
    fn carried(&self) -> Result<SignedDuration, ActionError> {
        let (item, plan) = self.from;
        let end = item.expiry.unwrap_or(self.at);
        let remaining = self.at.duration_until(end).max(SignedDuration::ZERO);
        if item.product_id == self.to.product_id {
            return Ok(remaining);
        }
        if item.phase == Phase::FreeTrial {
            return Ok(SignedDuration::ZERO);
        }
        let seconds = |plan: &BasePlan| -> Result<i128, ActionError> {
            let period = self.at.duration_until(plan.end_of_period(self.at)?);
            Ok(i128::from(period.as_secs()))
        };
        let value = i128::from(item.price.nanos) * seconds(self.to)?;
        let price = i128::from(self.to.price()?.nanos) * seconds(plan)?;
        let time = i128::from(remaining.as_secs()) * value;
        let time = time.checked_div(price).unwrap_or_default();
        Ok(SignedDuration::from_secs(
            i64::try_from(time).unwrap_or_default(),
        ))
    }
}

//! Changes of prices, items and metadata.

use super::{
    ActionError, BillingReason, Item, Line, Options, Price, Proration, Purchase, Schedule, Status,
    context::Context,
};

const RUNNING: [Status; 3] = [Status::Trialing, Status::Active, Status::PastDue];

impl Purchase {
    pub(super) fn change_plan(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let trialing = self.must_be(&RUNNING)?.status == Status::Trialing;
        let price = match options.price_id {
            Some(_) => context.named_price(options)?,
            None => self.item(options)?.price.clone(),
        };
        let before = self.shown(context)?;
        let looks_back = (self.running()?.period_start(), context.at);
        let (old, new) = self.take(&price, options, trialing, context)?;
        let invoiced = options.proration == Proration::AlwaysInvoice && !trialing;
        if !invoiced {
            return self.tell_update(&before, context);
        }
        let lines = prorated(&old, &new, context);
        let reason = BillingReason::SubscriptionUpdate;
        let invoice_id = self.draft(reason, lines, looks_back, context)?;
        self.tell_update(&before, context)?;
        self.tell_invoice("invoice.created", &invoice_id, context)?;
        self.pay(&invoice_id, options, context)
    }

    /// Changes an item. Returns it as it was and as it is. Another interval begins a new period.
    fn take(
        &mut self,
        price: &Price,
        options: &Options,
        trialing: bool,
        context: &mut Context<'_>,
    ) -> Result<(Item, Item), ActionError> {
        let old = self.item(options)?.clone();
        let mut new = old.clone();
        new.price = price.clone();
        new.quantity = options.quantity.unwrap_or(old.quantity);
        let length = |price: &Price| (price.interval, price.interval_count, price.period_seconds);
        if length(&old.price) != length(price) && !trialing {
            new.current_period_start = context.at;
            new.current_period_end = price.end_of_period(context.at, context.at)?;
        }
        let known = self.running_mut()?;
        if new.current_period_start != old.current_period_start {
            known.billing_cycle_anchor = context.at;
        }
        let mut items = known.items.iter_mut();
        if let Some(item) = items.find(|item| item.item_id == old.item_id) {
            *item = new.clone();
        }
        Ok((old, new))
    }

    fn item(&self, options: &Options) -> Result<&Item, ActionError> {
        let wanted = options.item_id.as_ref();
        let mut items = self.running()?.items.iter();
        let found = items.find(|item| wanted.is_none_or(|wanted| *wanted == item.item_id));
        found.ok_or(ActionError::NoItem)
    }

    pub(super) fn schedule_change(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&RUNNING)?;
        let price = context.named_price(options)?;
        let before = self.shown(context)?;
        let schedule_id = context.ids.make("sub_sched_");
        self.running_mut()?.schedule = Some(Schedule { schedule_id, price });
        self.tell_update(&before, context)
    }

    pub(super) fn add_item(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let known = self.must_be(&RUNNING)?;
        let (start, end) = (known.period_start(), known.period_end());
        let price = context.named_price(options)?;
        let before = self.shown(context)?;
        let item = Item {
            item_id: context.ids.make("si_"),
            price,
            quantity: options.quantity.unwrap_or(1),
            current_period_start: start,
            current_period_end: end,
        };
        self.running_mut()?.items.push(item);
        self.tell_update(&before, context)
    }

    pub(super) fn update_metadata(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let before = self.shown(context)?;
        let known = self.running_mut()?;
        for (key, value) in &options.metadata {
            known.metadata.set(key, value.as_deref());
        }
        self.tell_update(&before, context)
    }
}

/// Returns the lines of a change: a credit for the remainder of the old price, and a charge for the
/// remainder of the period at the new one; a new period is charged in full.
fn prorated(old: &Item, new: &Item, context: &mut Context<'_>) -> Vec<Line> {
    let at = context.at;
    let share = |item: &Item, amount: i64| {
        let (start, end) = (item.current_period_start, item.current_period_end);
        let whole = i128::from(start.duration_until(end).as_secs().max(1));
        let left = i128::from(at.duration_until(end).as_secs().max(0));
        let part = i128::from(amount).saturating_mul(left.min(whole)) / whole;
        i64::try_from(part).unwrap_or(amount)
    };
    let restarts = new.current_period_start == at && old.current_period_start != at;
    let mut line = |item: &Item, amount, proration, start| Line {
        line_id: context.ids.make("il_"),
        amount,
        period_start: start,
        period_end: item.current_period_end,
        item_id: item.item_id.clone(),
        extra: false,
        proration,
        price: item.price.clone(),
        quantity: item.quantity,
    };
    let back = line(old, -share(old, old.amount()), true, at);
    let forward = match restarts {
        true => line(new, new.amount(), false, at),
        false => line(new, share(new, new.amount()), true, at),
    };
    vec![back, forward]
}

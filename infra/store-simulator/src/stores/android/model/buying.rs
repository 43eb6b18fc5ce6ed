//! Purchases: made, paid, or cancelled before payment.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    ActionError, BasePlan, Item, NewPurchase, Options, Order, Purchase, PurchaseToken, State,
    context::Context,
    new_purchase::germany,
    published::{PENDING_PURCHASE_CANCELED, PURCHASED},
};

const THREE_DAYS: Duration = Duration::from_secs(3 * 86_400);
const THREE_MINUTES: Duration = Duration::from_secs(180);
const A_WEEK: Duration = Duration::from_secs(7 * 86_400);

/// Creates a purchase.
pub(super) fn buy(
    wanted: &NewPurchase,
    context: &mut Context<'_>,
) -> Result<Purchase, ActionError> {
    let plan = context.named_plan(&Options {
        product_id: Some(wanted.product_id.clone()),
        base_plan_id: wanted.base_plan_id.clone(),
        ..Options::default()
    })?;
    let item = context.item(plan, wanted.offer_id.as_deref())?;
    let mut purchase = Purchase {
        account_id: wanted.account_id.clone(),
        profile_id: wanted.profile_id.clone(),
        region_code: wanted.region_code.clone(),
        test: wanted.test,
        ..context.draft(wanted.purchase_token.clone(), vec![item])?
    };
    if !wanted.pending {
        purchase.begin(context)?;
        context.publish(PURCHASED, &purchase);
    }
    Ok(purchase)
}

impl Context<'_> {
    /// Creates a pending purchase without a customer.
    pub(super) fn draft(
        &mut self,
        token: Option<PurchaseToken>,
        items: Vec<Item>,
    ) -> Result<Purchase, ActionError> {
        let purchase_token = token.unwrap_or_else(|| self.ids.token());
        if self.purchases.contains_key(&purchase_token) {
            return Err(ActionError::Exists);
        }
        let order_id = self.ids.order();
        Ok(Purchase {
            purchase_token,
            first_order_id: order_id.clone(),
            order_id,
            state: State::Pending,
            shown_state: None,
            start: None,
            region_code: germany(),
            account_id: None,
            profile_id: None,
            test: false,
            acknowledged: false,
            acknowledge_by: None,
            linked_purchase_token: None,
            replaced_by: None,
            cancellation: None,
            revoked: false,
            pending_order_id: None,
            paid_until: None,
            hold_ends: None,
            pause_seconds: None,
            resumes_at: None,
            items,
            orders: Vec::new(),
            renewals: 0,
            out_of_app: None,
            stale: None,
            version: 0,
        })
    }
}

impl Purchase {
    /// Makes the first payment, which begins every item.
    pub(super) fn begin(&mut self, context: &Context<'_>) -> Result<(), ActionError> {
        let order_id = self.order_id.clone();
        for item in &mut self.items {
            item.begin(context.plan_of(item)?, context.at, &order_id)?;
        }
        self.orders.push(Order {
            order_id,
            paid_at: context.at,
            voided: false,
        });
        self.start_at(context)
    }

    /// Starts the purchase, which must then be acknowledged.
    pub(super) fn start_at(&mut self, context: &Context<'_>) -> Result<(), ActionError> {
        self.state = State::Active;
        self.start = Some(context.at);
        let plan = context.plan_of(self.main_item()?)?;
        self.acknowledge_by = Some(acknowledge_by(plan, self.test, context.at)?);
        Ok(())
    }

    pub(super) fn complete_pending(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::Pending])?;
        let Some(linked) = &self.linked_purchase_token else {
            self.begin(context)?;
            context.publish(PURCHASED, self);
            return Ok(());
        };
        let mut old = context.other(linked)?;
        if old.state == State::Expired {
            return Err(ActionError::WrongState(old.state));
        }
        self.take_over(&mut old, options, context)?;
        context.others.push(old);
        Ok(())
    }

    pub(super) fn cancel_pending(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.must_be(&[State::Pending])?;
        self.state = State::PendingPurchaseCanceled;
        context.publish(PENDING_PURCHASE_CANCELED, self);
        Ok(())
    }
}

fn acknowledge_by(plan: &BasePlan, test: bool, at: Timestamp) -> Result<Timestamp, ActionError> {
    let mut allowed = if test { THREE_MINUTES } else { THREE_DAYS };
    if plan.prepaid {
        let period = at.duration_until(plan.end_of_period(at)?).unsigned_abs();
        if period < A_WEEK {
            allowed = allowed.min(period / 2);
        }
    }
    let end = at.checked_add(allowed);
    end.map_err(|error| ActionError::Period(error.to_string()))
}

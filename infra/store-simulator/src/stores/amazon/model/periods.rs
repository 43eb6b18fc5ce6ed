//! Purchases and paid periods.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    ActionError, NewPurchase, NotificationType, Options, Product, ProductType, Receipt, State,
    UserId, context::Context,
};

const GRACE_SECONDS: u64 = 5 * 86_400;
const FULFILLED: &str = "FULFILLED";

/// Creates the receipt of a new purchase.
pub(super) fn buy(wanted: &NewPurchase, context: &mut Context<'_>) -> Result<Receipt, ActionError> {
    let product = context.product(&wanted.sku)?;
    let user_id = wanted.user_id.clone();
    let user_id = user_id.unwrap_or_else(|| context.ids.user());
    let mut receipt = Receipt {
        receipt_id: context.free_id(wanted.receipt_id.clone())?,
        promotions: wanted.promotions.clone(),
        country_code: wanted.country_code.clone(),
        base_receipts: wanted.base_receipts.clone(),
        quick_subscribe: wanted.quick_subscribe,
        sandbox: wanted.sandbox,
        beta: wanted.beta,
        ..blank(product, user_id, context)
    };
    if wanted.fulfilled {
        receipt.fulfilled_at = Some(context.at);
        receipt.fulfillment_result = Some(FULFILLED.to_owned());
    }
    let trial = product.free_trial_seconds.filter(|_| wanted.trial);
    receipt.begin(product, trial, context.at)?;
    let notification_type = match product.product_type {
        ProductType::Subscription => NotificationType::SubscriptionPurchased,
        ProductType::Consumable => NotificationType::ConsumablePurchased,
        ProductType::Entitled => NotificationType::EntitlementPurchased,
    };
    context.publish(notification_type, &receipt);
    Ok(receipt)
}

/// Creates an empty receipt with a new id and chain.
fn blank(product: &Product, user_id: UserId, context: &mut Context<'_>) -> Receipt {
    Receipt {
        receipt_id: "".into(),
        user_id,
        chain: context.ids.chain(),
        product_id: product.product_id.clone(),
        product_type: product.product_type,
        term_sku: product.term_sku.clone(),
        term: product.term.clone(),
        purchased_at: context.at,
        period_start: None,
        period_end: None,
        anchor: context.at,
        periods: 0,
        renewals: 0,
        auto_renewing: false,
        cancelled_at: None,
        cancel_reason: None,
        trial_ends: None,
        grace_ends: None,
        deferred: None,
        promotions: Vec::new(),
        fulfilled_at: None,
        fulfillment_result: None,
        country_code: String::new(),
        base_receipts: Vec::new(),
        quick_subscribe: false,
        sandbox: false,
        beta: false,
        invalid: false,
        replaced_by: None,
        replaces: None,
        shown: serde_json::Map::new(),
        hidden: Vec::new(),
    }
}

pub(super) fn later(at: Timestamp, seconds: u64, sku: &str) -> Result<Timestamp, ActionError> {
    let end = at.checked_add(Duration::from_secs(seconds));
    end.map_err(|_| ActionError::Period(sku.to_owned()))
}

impl Receipt {
    /// Begins the first period, which is the trial if there is one.
    fn begin(
        &mut self,
        product: &Product,
        trial_seconds: Option<u64>,
        at: Timestamp,
    ) -> Result<(), ActionError> {
        if !product.is_subscription() {
            return Ok(());
        }
        self.auto_renewing = true;
        self.period_start = Some(at);
        if let Some(seconds) = trial_seconds {
            self.anchor = later(at, seconds, product.sku())?;
            self.trial_ends = Some(self.anchor);
            self.period_end = Some(self.anchor);
            return Ok(());
        }
        self.anchor = at;
        self.periods = 1;
        self.period_end = Some(product.end_after(at, 1)?);
        Ok(())
    }

    /// Creates a receipt of the same customer for another plan, from now on.
    pub(super) fn successor(
        &self,
        product: &Product,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<Self, ActionError> {
        let mut next = Self {
            receipt_id: context.free_id(options.receipt_id.clone())?,
            chain: self.chain.clone(),
            promotions: Vec::new(),
            fulfilled_at: Some(context.at),
            fulfillment_result: Some(FULFILLED.to_owned()),
            country_code: self.country_code.clone(),
            base_receipts: self.base_receipts.clone(),
            sandbox: self.sandbox,
            beta: self.beta,
            ..blank(product, self.user_id.clone(), context)
        };
        next.begin(product, None, context.at)?;
        Ok(next)
    }

    pub(super) fn convert_trial(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        self.must_be(&[State::InTrial], context.at)?;
        self.renew(options, context)
    }

    pub(super) fn renew(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let end = self.end_of_period()?;
        self.must_be(&[State::Active, State::InTrial], context.at)?;
        context.reach(end, options);
        let notification_type = if self.trial_ends.is_some() {
            NotificationType::SubscriptionConvertedFreeTrialToPaid
        } else {
            NotificationType::SubscriptionRenewed
        };
        self.next_period(context)?;
        context.publish(notification_type, self);
        Ok(())
    }

    pub(super) fn enter_grace(
        &mut self,
        options: &Options,
        context: &mut Context<'_>,
    ) -> Result<(), ActionError> {
        let end = self.end_of_period()?;
        self.must_be(&[State::Active, State::InTrial], context.at)?;
        context.reach(end, options);
        let seconds = options.seconds.unwrap_or(GRACE_SECONDS);
        self.grace_ends = Some(later(end.max(context.at), seconds, self.sku())?);
        self.trial_ends = None;
        context.publish(NotificationType::SubscriptionInGracePeriod, self);
        Ok(())
    }

    pub(super) fn recover(&mut self, context: &mut Context<'_>) -> Result<(), ActionError> {
        self.must_be(&[State::InGrace], context.at)?;
        self.next_period(context)?;
        context.publish(NotificationType::SubscriptionOutOfGracePeriod, self);
        Ok(())
    }

    /// Begins another paid period, of the deferred plan if there is one.
    fn next_period(&mut self, context: &Context<'_>) -> Result<(), ActionError> {
        let start = self.end_of_period()?;
        let product = match &self.deferred {
            Some(deferred) => {
                (self.anchor, self.periods) = (start, 0);
                context.plan(&deferred.term_sku)?
            }
            None => context.plan(self.sku())?,
        };
        self.product_id.clone_from(&product.product_id);
        self.term_sku.clone_from(&product.term_sku);
        self.term.clone_from(&product.term);
        self.periods = self.periods.saturating_add(1);
        self.renewals = self.renewals.saturating_add(1);
        self.period_start = Some(start);
        self.period_end = Some(product.end_after(self.anchor, self.periods)?);
        (self.deferred, self.trial_ends, self.grace_ends) = (None, None, None);
        for promotion in &mut self.promotions {
            promotion.step();
        }
        Ok(())
    }
}

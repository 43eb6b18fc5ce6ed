//! Input of an action besides its purchase.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    ActionError, BasePlan, Item, Offer, Options, Published, PublishedKind, Purchase, PurchaseToken,
    VoidedPurchase, token::Ids,
};

/// Input of an action. The store is read by reference; changes are collected, and kept only if the
/// action succeeds.
pub(super) struct Context<'a> {
    pub(super) plans: &'a [BasePlan],
    pub(super) purchases: &'a BTreeMap<PurchaseToken, Purchase>,
    pub(super) ids: &'a mut Ids,
    /// Time of the action.
    pub(super) at: Timestamp,
    pub(super) published: Vec<Published>,
    /// Purchases that change or begin, besides that of the action.
    pub(super) others: Vec<Purchase>,
    pub(super) voided: Vec<VoidedPurchase>,
}

impl<'a> Context<'a> {
    /// Moves to the end of a period, if it is ahead and the clock may be moved.
    pub(super) fn reach(&mut self, end: Option<Timestamp>, options: &Options) {
        if let (Some(end), true) = (end, options.move_clock) {
            self.at = self.at.max(end);
        }
    }

    pub(super) fn publish(&mut self, number: u32, purchase: &Purchase) {
        let kind = PublishedKind::Subscription {
            number,
            purchase_token: purchase.purchase_token.clone(),
        };
        self.published.push(Published { at: self.at, kind });
    }

    pub(super) fn plan(
        &self,
        product_id: &str,
        base_plan_id: &str,
    ) -> Result<&'a BasePlan, ActionError> {
        let found = self.plans.iter().find(|p| p.is(product_id, base_plan_id));
        found
            .ok_or_else(|| ActionError::UnknownPlan(product_id.to_owned(), base_plan_id.to_owned()))
    }

    pub(super) fn plan_of(&self, item: &Item) -> Result<&'a BasePlan, ActionError> {
        self.plan(&item.product_id, &item.base_plan_id)
    }

    /// Returns the plan that the options name; a product with one base plan needs only its id.
    pub(super) fn named_plan(&self, options: &Options) -> Result<&'a BasePlan, ActionError> {
        let product_id = options.product_id.as_deref();
        let product_id = product_id.ok_or(ActionError::Missing("productId"))?;
        if let Some(base_plan_id) = &options.base_plan_id {
            return self.plan(product_id, base_plan_id);
        }
        let mut of_product = self.plans.iter().filter(|p| p.product_id == product_id);
        match (of_product.next(), of_product.next()) {
            (Some(plan), None) => Ok(plan),
            _ => Err(ActionError::Missing("basePlanId")),
        }
    }

    /// Creates an item of a plan that has not begun.
    pub(super) fn item(
        &self,
        plan: &BasePlan,
        offer_id: Option<&str>,
    ) -> Result<Item, ActionError> {
        let offer = offer_id.map(|id| offer(plan, id)).transpose()?;
        Item::of(plan, offer)
    }

    pub(super) fn other(&self, token: &str) -> Result<Purchase, ActionError> {
        let known = self.purchases.get(token).cloned();
        known.ok_or(ActionError::UnknownPurchase)
    }
}

fn offer<'a>(plan: &'a BasePlan, id: &str) -> Result<&'a Offer, ActionError> {
    let found = plan.offers.iter().find(|offer| offer.offer_id == id);
    found.ok_or_else(|| ActionError::UnknownOffer(id.to_owned()))
}

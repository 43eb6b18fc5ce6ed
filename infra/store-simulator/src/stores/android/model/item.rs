//! The line items of a purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ActionError, BasePlan, Money, Offer, Phase, ReplacementMode};

/// A commitment to several payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Installments {
    /// Payments in a commitment.
    pub payments: u32,
    /// Payments that are still to come in this one.
    pub remaining: u32,
}

/// Which item of the linked purchase this one replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemReplacement {
    /// Its product.
    pub product_id: String,
    /// Its base plan.
    pub base_plan_id: String,
    /// Its offer.
    pub offer_id: Option<String>,
    /// By which rule.
    pub mode: ReplacementMode,
}

/// One product in a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The subscription product.
    pub product_id: String,
    /// Its base plan.
    pub base_plan_id: String,
    /// The offer by which it was bought.
    pub offer_id: Option<String>,
    /// The offer's tags.
    pub offer_tags: Vec<String>,
    /// It does not renew, it is topped up.
    pub prepaid: bool,
    /// It renews.
    pub auto_renew: bool,
    /// Its end; none while it has not begun.
    pub expiry: Option<Timestamp>,
    /// The last order that was paid for it.
    pub latest_successful_order_id: Option<String>,
    /// What a renewal costs.
    pub price: Money,
    /// The terms of the present period.
    pub phase: Phase,
    /// A commitment to several payments.
    pub installments: Option<Installments>,
    /// This product takes its place at the renewal.
    pub deferred_replacement: Option<String>,
    /// What it replaces.
    pub replacement: Option<ItemReplacement>,
    /// Another item took its place.
    pub ended: bool,
}

impl Item {
    /// An item that has not begun.
    pub(super) fn of(plan: &BasePlan, offer: Option<&Offer>) -> Result<Self, ActionError> {
        Ok(Self {
            product_id: plan.product_id.clone(),
            base_plan_id: plan.base_plan_id.clone(),
            offer_id: offer.map(|offer| offer.offer_id.clone()),
            offer_tags: offer.map(|offer| offer.tags.clone()).unwrap_or_default(),
            prepaid: plan.prepaid,
            auto_renew: !plan.prepaid,
            expiry: None,
            latest_successful_order_id: None,
            price: plan.price()?,
            phase: Phase::BasePrice,
            installments: plan.installments.map(|payments| Installments {
                payments,
                remaining: payments,
            }),
            deferred_replacement: None,
            replacement: None,
            ended: false,
        })
    }

    /// The first period, from `start` on.
    pub(super) fn begin(
        &mut self,
        plan: &BasePlan,
        start: Timestamp,
        order_id: &str,
    ) -> Result<(), ActionError> {
        let (end, phase) = plan.first_period(self.offer(plan), start)?;
        (self.expiry, self.phase) = (Some(end), phase);
        self.paid(order_id);
        Ok(())
    }

    /// The next period, from `start` on.
    pub(super) fn go_on(
        &mut self,
        plan: &BasePlan,
        start: Timestamp,
        order_id: &str,
    ) -> Result<(), ActionError> {
        self.expiry = Some(plan.end_of_period(start)?);
        self.phase = match self.phase {
            Phase::FreeTrial => plan.paid_phase(self.offer(plan)),
            Phase::IntroductoryPrice { periods_after: 1.. } => self.phase.one_less(),
            _ => Phase::BasePrice,
        };
        self.paid(order_id);
        Ok(())
    }

    fn paid(&mut self, order_id: &str) {
        self.latest_successful_order_id = Some(order_id.to_owned());
        if let Some(installments) = &mut self.installments {
            let again = installments.remaining == 0;
            let open = if again {
                installments.payments
            } else {
                installments.remaining
            };
            installments.remaining = open.saturating_sub(1);
        }
    }

    fn offer<'a>(&self, plan: &'a BasePlan) -> Option<&'a Offer> {
        let id = self.offer_id.as_ref()?;
        plan.offers.iter().find(|offer| offer.offer_id == *id)
    }
}

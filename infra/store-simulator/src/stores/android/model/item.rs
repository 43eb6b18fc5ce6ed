//! Line items of a purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ActionError, BasePlan, Money, Offer, Phase, ReplacementMode};

/// Commitment to several payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Installments {
    /// Number of payments in a commitment.
    pub payments: u32,
    /// Number of payments that remain in the current commitment.
    pub remaining: u32,
}

/// Item of the linked purchase that this one replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemReplacement {
    /// Product of the replaced item.
    pub product_id: String,
    /// Base plan of the replaced item.
    pub base_plan_id: String,
    /// Offer of the replaced item.
    pub offer_id: Option<String>,
    /// Rule for the time that is already paid.
    pub mode: ReplacementMode,
}

/// Product in a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Subscription product.
    pub product_id: String,
    /// Base plan.
    pub base_plan_id: String,
    /// Offer by which it was bought.
    pub offer_id: Option<String>,
    /// Tags of the offer.
    pub offer_tags: Vec<String>,
    /// Whether it is topped up rather than renewed.
    pub prepaid: bool,
    /// Whether it renews.
    pub auto_renew: bool,
    /// End; `None` before the item has begun.
    pub expiry: Option<Timestamp>,
    /// Last order that was paid for it.
    pub latest_successful_order_id: Option<String>,
    /// Price of a renewal.
    pub price: Money,
    /// Terms of the current period.
    pub phase: Phase,
    /// Commitment to several payments, if any.
    pub installments: Option<Installments>,
    /// Product that replaces it at the renewal.
    pub deferred_replacement: Option<String>,
    /// Item that it replaces.
    pub replacement: Option<ItemReplacement>,
    /// Whether another item replaced it.
    pub ended: bool,
}

impl Item {
    /// Creates an item that has not begun.
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

    /// Begins the first period at `start`.
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

    /// Begins the next period at `start`.
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

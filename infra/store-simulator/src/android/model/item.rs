//! The line items of a purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ActionError, BasePlan, Money, Offer, PriceChangeMode, PriceChangeState, ReplacementMode,
};

/// By which terms the present period was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Phase {
    /// The base plan's price.
    BasePrice,
    /// Free.
    FreeTrial,
    /// A lower price at the beginning.
    IntroductoryPrice {
        /// How many more periods have it.
        periods_after: u32,
    },
    /// Time that was carried over from the replaced plan.
    ProrationPeriod,
}

/// A new price of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceChange {
    /// What it will cost.
    pub new_price: Money,
    /// Up or down.
    pub mode: PriceChangeMode,
    /// How far it has come.
    pub state: PriceChangeState,
    /// When it is charged for the first time.
    pub charged_at: Option<Timestamp>,
}

/// A commitment to several payments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Installments {
    /// Payments in a commitment.
    pub payments: u32,
    /// Payments that are still to come in this one.
    pub remaining: u32,
    /// It will be cancelled after them.
    pub cancellation_pending: bool,
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
    /// A new price.
    pub price_change: Option<PriceChange>,
    /// A commitment to several payments.
    pub installments: Option<Installments>,
    /// This product takes its place at the renewal.
    pub deferred_replacement: Option<String>,
    /// It is dropped at the renewal.
    pub deferred_removal: bool,
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
            price_change: None,
            installments: plan.installments.map(|payments| Installments {
                payments,
                remaining: payments,
                cancellation_pending: false,
            }),
            deferred_replacement: None,
            deferred_removal: false,
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
        self.take_new_price();
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

    fn take_new_price(&mut self) {
        match self.price_change.as_mut() {
            Some(change) if change.state == PriceChangeState::Confirmed => {
                self.price = change.new_price.clone();
                change.state = PriceChangeState::Applied;
            }
            Some(change) if change.state == PriceChangeState::Applied => self.price_change = None,
            _ => {}
        }
    }

    fn offer<'a>(&self, plan: &'a BasePlan) -> Option<&'a Offer> {
        let id = self.offer_id.as_ref()?;
        plan.offers.iter().find(|offer| offer.offer_id == *id)
    }
}

impl Phase {
    fn one_less(self) -> Self {
        match self {
            Self::IntroductoryPrice { periods_after } => Self::IntroductoryPrice {
                periods_after: periods_after.saturating_sub(1),
            },
            other => other,
        }
    }
}

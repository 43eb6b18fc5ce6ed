//! State of the store for one app.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Action, ActionError, NewPurchase, Options, Product, Published, Receipt, ReceiptId,
    apply::apply, context::Context, due, ids::Ids, periods, view,
};

/// Maximum number of overdue steps of a receipt that are made at once.
const MAX_STEPS_AT_ONCE: usize = 240;

/// Result of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Receipt after the action; if the action creates another receipt, that one.
    pub receipt: Receipt,
    /// Time of the action: the end of a period if the action belongs there, else the given time.
    pub at: Timestamp,
    /// Notifications of the store, in order.
    pub published: Vec<Published>,
}

/// Receipts of an app.
#[derive(Debug, Clone)]
pub struct Appstore {
    products: Vec<Product>,
    receipts: BTreeMap<ReceiptId, Receipt>,
    ids: Ids,
}

impl Default for Appstore {
    fn default() -> Self {
        Self::new()
    }
}

impl Appstore {
    /// Creates an app without products, whose generated ids are always the same.
    #[must_use]
    pub fn new() -> Self {
        Self::seeded(0)
    }

    /// Creates an app whose ids depend on `seed`.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self {
            products: Vec::new(),
            receipts: BTreeMap::new(),
            ids: Ids::seeded(seed),
        }
    }

    /// Replaces the products for sale.
    pub fn set_products(&mut self, products: Vec<Product>) {
        self.products = products;
    }

    /// Makes a purchase.
    ///
    /// # Errors
    /// When the product is unknown or the receipt id is taken; nothing has changed then.
    pub fn buy(&mut self, wanted: &NewPurchase, now: Timestamp) -> Result<Outcome, ActionError> {
        let mut context = self.context(now);
        let receipt = periods::buy(wanted, &mut context)?;
        let published = std::mem::take(&mut context.published);
        self.keep(receipt.clone());
        Ok(Outcome {
            receipt,
            at: now,
            published: if wanted.notify { published } else { Vec::new() },
        })
    }

    /// Applies an action to a receipt.
    ///
    /// # Errors
    /// When there is no such receipt, or the action is not possible; nothing has changed then.
    pub fn act(
        &mut self,
        receipt_id: &str,
        action: Action,
        options: &Options,
        now: Timestamp,
    ) -> Result<Outcome, ActionError> {
        let known = self.receipts.get(receipt_id).cloned();
        let mut receipt = known.ok_or(ActionError::UnknownReceipt)?;
        let mut context = self.context(now);
        let next = apply(&mut receipt, action, options, &mut context)?;
        let (at, mut published) = (context.at, std::mem::take(&mut context.published));
        if options.reverse_order {
            published.reverse();
        }
        if !options.notify {
            published.clear();
        }
        self.keep(receipt.clone());
        if let Some(next) = &next {
            self.keep(next.clone());
        }
        Ok(Outcome {
            receipt: next.unwrap_or(receipt),
            at,
            published,
        })
    }

    /// Does what is due: renewals, ends, cancellations of purchases that the app never reported.
    pub fn run_due(&mut self, now: Timestamp) -> Vec<Outcome> {
        let ids: Vec<_> = self.receipts.keys().cloned().collect();
        let options = Options::default();
        let mut outcomes = Vec::new();
        for id in ids {
            for _ in 0..MAX_STEPS_AT_ONCE {
                let due = self.receipt(&id).and_then(|known| due::due(known, now));
                let Some(action) = due else { break };
                match self.act(&id, action, &options, now) {
                    Ok(outcome) => outcomes.push(outcome),
                    Err(_) => break,
                }
            }
        }
        outcomes
    }

    /// Returns the store's record of a purchase.
    #[must_use]
    pub fn receipt(&self, receipt_id: &str) -> Option<&Receipt> {
        self.receipts.get(receipt_id)
    }

    /// Returns every receipt, by id.
    pub fn receipts(&self) -> impl Iterator<Item = &Receipt> {
        self.receipts.values()
    }

    /// Returns the verification service's response with 200; `None` for an unknown or invalid
    /// receipt.
    #[must_use]
    pub fn rvs(&self, receipt_id: &str, now: Timestamp) -> Option<Value> {
        let known = self.receipt(receipt_id).filter(|known| !known.invalid)?;
        Some(view::json(known, now))
    }

    /// Returns whether a receipt gives access, whatever look-ups show.
    #[must_use]
    pub fn grants(&self, receipt_id: &str, now: Timestamp) -> bool {
        let known = self.receipt(receipt_id);
        known.is_some_and(|known| known.grants(now))
    }

    fn context(&mut self, now: Timestamp) -> Context<'_> {
        Context {
            products: &self.products,
            receipts: &self.receipts,
            ids: &mut self.ids,
            at: now,
            published: Vec::new(),
        }
    }

    fn keep(&mut self, receipt: Receipt) {
        self.receipts.insert(receipt.receipt_id.clone(), receipt);
    }
}

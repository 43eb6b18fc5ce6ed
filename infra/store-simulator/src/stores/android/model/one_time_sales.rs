//! One-time purchases of one app.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    AcknowledgeError, ActionError, NewOneTimePurchase, OneTimeAction, OneTimeOptions,
    OneTimePurchase, OneTimeState, Published, PublishedKind, PurchaseToken, VoidedPurchase,
    token::Ids,
};

const PURCHASED: u32 = 1;
const CANCELED: u32 = 2;

/// The API's numbers of a refund by the store for lack of an acknowledgement: source and reason.
const BY_GOOGLE: u32 = 2;
const UNACKNOWLEDGED: u32 = 8;

/// Result of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneTimeOutcome {
    /// Purchase after the action.
    pub purchase: OneTimePurchase,
    /// Notifications of the store, in order.
    pub published: Vec<Published>,
}

/// One-time purchases, by token. Any product can be bought.
#[derive(Debug, Clone)]
pub struct OneTimeSales {
    purchases: BTreeMap<PurchaseToken, OneTimePurchase>,
    voided: Vec<VoidedPurchase>,
    ids: Ids,
}

impl OneTimeSales {
    /// Creates an empty store. Another seed gives other tokens and order ids.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self {
            purchases: BTreeMap::new(),
            voided: Vec::new(),
            ids: Ids::seeded(seed),
        }
    }

    /// Makes a purchase of a product.
    ///
    /// # Errors
    /// When the token is taken.
    pub fn buy(
        &mut self,
        wanted: &NewOneTimePurchase,
        now: Timestamp,
    ) -> Result<OneTimeOutcome, ActionError> {
        let token = wanted.purchase_token.clone();
        let token = token.unwrap_or_else(|| self.ids.token());
        if self.purchases.contains_key(&token) {
            return Err(ActionError::Exists);
        }
        let mut purchase = OneTimePurchase::draft(wanted, token, self.ids.order());
        let mut published = Vec::new();
        if !wanted.pending {
            purchase.complete(now)?;
            published.push(numbered(PURCHASED, &purchase, now));
        }
        Ok(self.settle(purchase, published, wanted.notify))
    }

    /// Applies an action to a purchase.
    ///
    /// # Errors
    /// When no purchase has the token, or the action is not possible; then nothing has changed.
    pub fn act(
        &mut self,
        token: &str,
        action: OneTimeAction,
        options: &OneTimeOptions,
        now: Timestamp,
    ) -> Result<OneTimeOutcome, ActionError> {
        let known = self.purchases.get(token);
        let mut purchase = known.cloned().ok_or(ActionError::UnknownPurchase)?;
        let mut published = Vec::new();
        match action {
            OneTimeAction::CompletePending => {
                purchase.complete(now)?;
                published.push(numbered(PURCHASED, &purchase, now));
            }
            OneTimeAction::CancelPending => {
                purchase.must_be(OneTimeState::Pending)?;
                purchase.state = OneTimeState::Cancelled;
                published.push(numbered(CANCELED, &purchase, now));
            }
            OneTimeAction::Refund => {
                purchase.must_be(OneTimeState::Purchased)?;
                purchase.state = OneTimeState::Cancelled;
                purchase.refundable_quantity = 0;
                self.voided.push(listed(&purchase, options, now));
                published.push(voided(&purchase, now));
            }
            OneTimeAction::SetState => purchase.shown_state.clone_from(&options.state),
            OneTimeAction::Acknowledge => {
                let product_id = purchase.product_id.clone();
                let refused = purchase.acknowledge(&product_id);
                refused.map_err(|_refused| ActionError::WrongOneTimeState(purchase.state))?;
            }
        }
        Ok(self.settle(purchase, published, options.notify))
    }

    /// Refunds every purchase that was not acknowledged in time.
    pub fn run_due(&mut self, now: Timestamp) -> Vec<OneTimeOutcome> {
        let due = self.purchases.values().filter(|one| one.is_due_back(now));
        let due: Vec<PurchaseToken> = due.map(|one| one.purchase_token.clone()).collect();
        let options = OneTimeOptions {
            voided_source: BY_GOOGLE,
            voided_reason: UNACKNOWLEDGED,
            ..OneTimeOptions::default()
        };
        due.iter()
            .filter_map(|token| self.act(token, OneTimeAction::Refund, &options, now).ok())
            .collect()
    }

    /// Acknowledges a purchase on behalf of the developer; repeating it changes nothing.
    ///
    /// # Errors
    /// When the token or the product is wrong, or when the purchase is not paid or was refunded.
    pub fn acknowledge(&mut self, token: &str, product_id: &str) -> Result<(), AcknowledgeError> {
        let purchase = self.purchases.get_mut(token);
        let purchase = purchase.ok_or(AcknowledgeError::UnknownPurchase)?;
        purchase.acknowledge(product_id)
    }

    /// Returns the store's record of a purchase.
    #[must_use]
    pub fn purchase(&self, token: &str) -> Option<&OneTimePurchase> {
        self.purchases.get(token)
    }

    /// Returns every purchase, by token.
    pub fn purchases(&self) -> impl Iterator<Item = &OneTimePurchase> {
        self.purchases.values()
    }

    /// Returns the response of `purchases.productsv2.getproductpurchasev2`, if there is one.
    #[must_use]
    pub fn purchase_v2(&self, token: &str) -> Option<Value> {
        self.purchase(token).map(OneTimePurchase::json)
    }

    /// Returns every order that was refunded in full, oldest first.
    #[must_use]
    pub fn voided(&self) -> &[VoidedPurchase] {
        &self.voided
    }

    fn settle(
        &mut self,
        purchase: OneTimePurchase,
        mut published: Vec<Published>,
        notify: bool,
    ) -> OneTimeOutcome {
        if !notify {
            published.clear();
        }
        let token = purchase.purchase_token.clone();
        self.purchases.insert(token, purchase.clone());
        OneTimeOutcome {
            purchase,
            published,
        }
    }
}

fn numbered(number: u32, purchase: &OneTimePurchase, at: Timestamp) -> Published {
    let kind = PublishedKind::OneTime {
        number,
        purchase_token: purchase.purchase_token.clone(),
        product_id: purchase.product_id.clone(),
    };
    Published { at, kind }
}

fn voided(purchase: &OneTimePurchase, at: Timestamp) -> Published {
    let kind = PublishedKind::OneTimeVoided {
        purchase_token: purchase.purchase_token.clone(),
        order_id: purchase.order_id.clone(),
    };
    Published { at, kind }
}

fn listed(purchase: &OneTimePurchase, options: &OneTimeOptions, at: Timestamp) -> VoidedPurchase {
    VoidedPurchase {
        purchase_token: purchase.purchase_token.clone(),
        order_id: purchase.order_id.clone(),
        paid_at: purchase.completed_at.unwrap_or(at),
        voided_at: at,
        source: options.voided_source,
        reason: options.voided_reason,
        one_time: true,
    }
}

//! Input of an action besides its receipt.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    ActionError, NotificationType, Options, Product, Published, Receipt, ReceiptId, ids::Ids,
};

/// Input of an action. The store is read by reference; notifications are collected, and kept only
/// if the action succeeds.
pub(super) struct Context<'a> {
    pub(super) products: &'a [Product],
    pub(super) receipts: &'a BTreeMap<ReceiptId, Receipt>,
    pub(super) ids: &'a mut Ids,
    /// Time of the action.
    pub(super) at: Timestamp,
    pub(super) published: Vec<Published>,
}

impl<'a> Context<'a> {
    /// Moves to the time at which the action belongs, if that is ahead and the clock may be moved.
    pub(super) fn reach(&mut self, there: Timestamp, options: &Options) {
        if options.move_clock {
            self.at = self.at.max(there);
        }
    }

    pub(super) fn publish(&mut self, notification_type: NotificationType, receipt: &Receipt) {
        self.published.push(Published {
            at: self.at,
            notification_type,
            receipt_id: receipt.receipt_id.clone(),
            user_id: receipt.user_id.clone(),
            cancelled_receipt_id: receipt
                .replaces
                .clone()
                .filter(|_| notification_type == NotificationType::SubscriptionModifiedImmediate),
            beta: receipt.beta,
        });
    }

    pub(super) fn product(&self, sku: &str) -> Result<&'a Product, ActionError> {
        let found = self.products.iter().find(|product| product.sku() == sku);
        found.ok_or_else(|| ActionError::UnknownProduct(sku.to_owned()))
    }

    /// Returns the subscription's plan that the options name.
    pub(super) fn named_plan(&self, options: &Options) -> Result<&'a Product, ActionError> {
        let sku = options.term_sku.as_deref();
        self.plan(sku.ok_or(ActionError::Missing("termSku"))?)
    }

    pub(super) fn plan(&self, sku: &str) -> Result<&'a Product, ActionError> {
        let product = self.product(sku)?;
        if product.is_subscription() {
            return Ok(product);
        }
        Err(ActionError::NotSubscription)
    }

    /// Returns the requested id, or a new one.
    pub(super) fn free_id(&mut self, wanted: Option<ReceiptId>) -> Result<ReceiptId, ActionError> {
        let id = wanted.unwrap_or_else(|| self.ids.receipt());
        if self.receipts.contains_key(&id) {
            return Err(ActionError::Exists);
        }
        Ok(id)
    }
}

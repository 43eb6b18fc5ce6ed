//! Input of an action besides its purchase.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    ActionError, Catalogue, Options, Plan, Published, Purchase, Transaction, TransactionId,
    TransactionType,
    id::{Form, Ids},
    message,
};

/// Input of an action. The store is read by reference; changes are collected, and kept only if the
/// action succeeds.
pub(super) struct Context<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) purchases: &'a BTreeMap<TransactionId, Purchase>,
    /// First transaction of the purchase, by every transaction.
    pub(super) originals: &'a BTreeMap<TransactionId, TransactionId>,
    pub(super) ids: &'a mut Ids,
    /// Time of the action.
    pub(super) at: Timestamp,
    pub(super) published: Vec<Published>,
    /// Purchases that change besides that of the action.
    pub(super) others: Vec<Purchase>,
}

impl<'a> Context<'a> {
    /// Moves to a later time, if it is ahead and the clock may be moved.
    pub(super) fn reach(&mut self, at: Option<Timestamp>, options: &Options) {
        if let (Some(at), true) = (at, options.move_clock) {
            self.at = self.at.max(at);
        }
    }

    pub(super) fn plan_of(&self, purchase: &Purchase) -> Result<&'a Plan, ActionError> {
        self.catalogue.plan(&purchase.product_code)
    }

    pub(super) fn other(&self, original: &str) -> Result<Purchase, ActionError> {
        let known = self.purchases.get(original).cloned();
        known.ok_or(ActionError::UnknownPurchase)
    }

    /// Returns the requested id if it is free, or a new one.
    pub(super) fn id(
        &mut self,
        wanted: Option<&TransactionId>,
        form: Form,
    ) -> Result<TransactionId, ActionError> {
        match wanted {
            Some(id) if self.originals.contains_key(id) => Err(ActionError::Exists),
            Some(id) => Ok(id.clone()),
            None => Ok(self.ids.transaction(form)),
        }
    }

    /// Adds a transaction without money to a purchase's history, and publishes it.
    pub(super) fn tell(
        &mut self,
        purchase: &mut Purchase,
        kind: TransactionType,
        options: &Options,
    ) -> Result<(), ActionError> {
        let id = self.id(options.transaction_id.as_ref(), Form::Hyphens)?;
        let transaction = Transaction::free(id, kind, self.at, purchase.expiration_date);
        self.record(purchase, transaction);
        Ok(())
    }

    /// Adds a transaction to a purchase's history, and publishes it.
    pub(super) fn record(&mut self, purchase: &mut Purchase, transaction: Transaction) {
        let message = message::of(self.catalogue, purchase, &transaction);
        self.published.push(Published {
            at: transaction.at,
            kind: transaction.kind.as_str().to_owned(),
            line: purchase.line.clone(),
            message,
        });
        if transaction.kind.is_charge() {
            purchase.transaction_id = transaction.transaction_id.clone();
        }
        purchase.transactions.push(transaction);
    }
}

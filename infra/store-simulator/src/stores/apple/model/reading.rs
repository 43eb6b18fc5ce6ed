//! Queries of the store.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{AppStore, Purchase, Transaction, view};

/// Subscriptions of one group that a customer has.
pub type GroupStatus<'a> = (&'a str, Vec<&'a Purchase>);

impl AppStore {
    /// Returns the purchase that one of its transactions identifies, or any purchase of the
    /// customer whom an `appTransactionId` identifies.
    #[must_use]
    pub fn purchase(&self, any_transaction_id: &str) -> Option<&Purchase> {
        let of_customer = || {
            let mut all = self.purchases.values();
            all.find(|purchase| purchase.app_transaction_id == any_transaction_id)
        };
        let original = self.originals.get(any_transaction_id);
        let found = original.and_then(|original| self.purchases.get(original));
        found.or_else(of_customer)
    }

    /// Returns every purchase.
    pub fn purchases(&self) -> impl Iterator<Item = &Purchase> {
        self.purchases.values()
    }

    /// Returns the transaction with this id, and its purchase.
    #[must_use]
    pub fn transaction(&self, transaction_id: &str) -> Option<(&Purchase, &Transaction)> {
        let purchase = self.purchases.get(self.originals.get(transaction_id)?)?;
        Some((purchase, purchase.transaction(transaction_id)?))
    }

    /// Returns all purchases that the customer of this purchase has in its environment.
    pub fn of_same_customer(&self, purchase: &Purchase) -> impl Iterator<Item = &Purchase> {
        let customer = purchase.app_transaction_id.clone();
        let mut all = self.purchases.values().collect::<Vec<_>>();
        all.retain(|other| other.app_transaction_id == customer);
        all.into_iter()
    }

    /// Returns the subscriptions that the customer of this purchase has, by group.
    #[must_use]
    pub fn statuses(&self, purchase: &Purchase) -> Vec<GroupStatus<'_>> {
        let mut groups: BTreeMap<&str, Vec<&Purchase>> = BTreeMap::new();
        for one in self.of_same_customer(purchase) {
            if let Some(group) = &one.group_id {
                groups.entry(group).or_default().push(one);
            }
        }
        groups.into_iter().collect()
    }

    /// Returns whether the customer has access to what this transaction's purchase grants, whatever
    /// notifications said about it.
    #[must_use]
    pub fn grants(&self, transaction_id: &str, now: Timestamp) -> bool {
        self.purchase(transaction_id)
            .is_some_and(|purchase| purchase.grants(now))
    }

    /// Returns the `JWSTransactionDecodedPayload`, without `signedDate`.
    #[must_use]
    pub fn transaction_payload(
        &self,
        purchase: &Purchase,
        transaction: &Transaction,
    ) -> Map<String, Value> {
        view::transaction(&self.bundle_id, purchase, transaction)
    }

    /// Returns the `JWSRenewalInfoDecodedPayload` of a renewing product, without `signedDate`.
    #[must_use]
    pub fn renewal_payload(
        &self,
        purchase: &Purchase,
        now: Timestamp,
    ) -> Option<Map<String, Value>> {
        view::renewal(&self.products, purchase, now)
    }
}

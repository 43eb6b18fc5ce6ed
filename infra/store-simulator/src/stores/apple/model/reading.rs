//! What the store can be asked.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{AppStore, Purchase, Transaction, view};

/// The subscriptions of one group that a customer has.
pub type GroupStatus<'a> = (&'a str, Vec<&'a Purchase>);

impl AppStore {
    /// The purchase that one of its transactions names, or any purchase of the customer whom an
    /// `appTransactionId` names.
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

    /// Every purchase.
    pub fn purchases(&self) -> impl Iterator<Item = &Purchase> {
        self.purchases.values()
    }

    /// The transaction with this id, and its purchase.
    #[must_use]
    pub fn transaction(&self, transaction_id: &str) -> Option<(&Purchase, &Transaction)> {
        let purchase = self.purchases.get(self.originals.get(transaction_id)?)?;
        Some((purchase, purchase.transaction(transaction_id)?))
    }

    /// Everything that the customer of this purchase has in its environment.
    pub fn of_same_customer(&self, purchase: &Purchase) -> impl Iterator<Item = &Purchase> {
        let customer = purchase.app_transaction_id.clone();
        let mut all = self.purchases.values().collect::<Vec<_>>();
        all.retain(|other| other.app_transaction_id == customer);
        all.into_iter()
    }

    /// The subscriptions that the customer of this purchase has, by group.
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

    /// Whether the customer may use what this transaction's purchase gives: the truth, whatever was
    /// told about it.
    #[must_use]
    pub fn grants(&self, transaction_id: &str, now: Timestamp) -> bool {
        self.purchase(transaction_id)
            .is_some_and(|purchase| purchase.grants(now))
    }

    /// `JWSTransactionDecodedPayload`, without `signedDate`.
    #[must_use]
    pub fn transaction_payload(
        &self,
        purchase: &Purchase,
        transaction: &Transaction,
    ) -> Map<String, Value> {
        view::transaction(&self.bundle_id, purchase, transaction)
    }

    /// `JWSRenewalInfoDecodedPayload`, without `signedDate`; of what renews.
    #[must_use]
    pub fn renewal_payload(
        &self,
        purchase: &Purchase,
        now: Timestamp,
    ) -> Option<Map<String, Value>> {
        view::renewal(&self.products, purchase, now)
    }
}

//! Other keys of a purchase: one that another purchase has replaced, and one that several of the
//! store's records share (ADR 16, ADR 17).

use aws_sdk_dynamodb::types::Put;
use domain::{PurchaseKey, PurchaseRef, Subscription, Timestamp};
use serde::{Deserialize, Serialize};

use super::{CURRENT, PurchaseRecord, Subscriptions};
use crate::CloudError;
use crate::item::{attribute, number, purchase_partition, text};

/// Largest number of aliases that are followed.
pub(super) const MOST_LEADS: usize = 20;

/// Target of another key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alias {
    /// Key of the purchase, or of another alias of it.
    pub to: PurchaseKey,
    /// Time at which it was written.
    pub since: Timestamp,
    /// Whether the key belonged to a purchase that another one has replaced.
    pub replaced: bool,
}

/// Item under a key.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one lives at a time, and nearly all are the large one"
)]
pub enum Entry {
    /// The purchase.
    Purchase(PurchaseRecord),
    /// A reference to the purchase.
    Alias(Alias),
}

impl Subscriptions {
    /// Returns the item under a key; `None` if there is none.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn place(&self, purchase: &PurchaseRef) -> Result<Option<Entry>, CloudError> {
        let pk = purchase_partition(purchase);
        self.get(&pk, CURRENT).await
    }

    /// Returns the purchase under a key, following aliases.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn follow(
        &self,
        purchase: &PurchaseRef,
    ) -> Result<Option<PurchaseRecord>, CloudError> {
        let mut purchase = purchase.clone();
        // Bounded, because a circle of keys would otherwise never end.
        for _lead in 0..MOST_LEADS {
            match self.place(&purchase).await? {
                Some(Entry::Purchase(stored)) => return Ok(Some(stored)),
                Some(Entry::Alias(lead)) => purchase.key = lead.to,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Builds the write that makes `name` an alias of the purchase of `next`. It fails if the item
    /// under `name` has changed since `before` was read.
    pub(super) fn put_lead(
        &self,
        next: &Subscription,
        name: &PurchaseKey,
        lead: &Alias,
        before: Option<&Subscription>,
    ) -> Result<Put, CloudError> {
        let pk = purchase_partition(&next.purchase().with_key(name));
        let put = Put::builder()
            .table_name(&self.table)
            .item("pk", text(pk))
            .item("sk", text(CURRENT))
            .item("lead", attribute("lead", lead)?);
        let put = match before {
            Some(before) => put
                .condition_expression("version = :version")
                .expression_attribute_values(":version", number(before.version.into())),
            // The same alias may be written again; one that leads elsewhere belongs to another
            // purchase.
            None => put
                .condition_expression("attribute_not_exists(pk) OR #lead.#to = :to")
                .expression_attribute_names("#lead", "lead")
                .expression_attribute_names("#to", "to")
                .expression_attribute_values(":to", attribute("lead", &lead.to)?),
        };
        put.build()
            .map_err(|error| CloudError::service("writing a subscription", error))
    }
}

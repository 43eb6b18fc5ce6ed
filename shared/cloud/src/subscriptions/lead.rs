//! Names that lead to a purchase without being its own: a purchase that another one has replaced, and
//! a name that several of the store's records share.

use aws_sdk_dynamodb::types::Put;
use domain::{BroadcasterId, PurchaseKey, Store, Subscription, Timestamp};
use serde::{Deserialize, Serialize};

use super::{CURRENT, Stored, Subscriptions};
use crate::CloudError;
use crate::item::{attribute, number, purchase_partition, text};

/// So many replacements of one purchase are followed.
const MOST_LEADS: usize = 20;

/// Where a name leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Lead {
    /// The purchase, or a name that leads on to it.
    pub to: PurchaseKey,
    /// Since when.
    pub since: Timestamp,
    /// Whether the name was a purchase of its own that another one has replaced.
    pub replaced: bool,
}

/// What stands under a name.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "one lives at a time, and nearly all are the large one"
)]
pub enum Place {
    /// The purchase itself.
    Purchase(Stored),
    /// The way to it.
    Lead(Lead),
}

impl Subscriptions {
    /// What stands under a name; `None` if nobody has heard of it.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn place(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        key: &PurchaseKey,
    ) -> Result<Option<Place>, CloudError> {
        let pk = purchase_partition(broadcaster, store, key);
        self.get(&pk, CURRENT).await
    }

    /// The purchase to which a name leads in the end: the name's own, if it is one.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn follow(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        key: &PurchaseKey,
    ) -> Result<Option<Stored>, CloudError> {
        let mut key = key.clone();
        for _lead in 0..MOST_LEADS {
            match self.place(broadcaster, store, &key).await? {
                Some(Place::Purchase(stored)) => return Ok(Some(stored)),
                Some(Place::Lead(lead)) => key = lead.to,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The write that makes `name` lead to where `next` stands. It fails if something else has come
    /// to stand there than what `before` says.
    pub(super) fn put_lead(
        &self,
        next: &Subscription,
        name: &PurchaseKey,
        lead: &Lead,
        before: Option<&Subscription>,
    ) -> Result<Put, CloudError> {
        let pk = purchase_partition(&next.broadcaster_id, next.store, name);
        let put = Put::builder()
            .table_name(&self.table)
            .item("pk", text(pk))
            .item("sk", text(CURRENT))
            .item("lead", attribute("lead", lead)?);
        let put = match before {
            Some(before) => put
                .condition_expression("version = :version")
                .expression_attribute_values(":version", number(before.version.into())),
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

//! The table of subscriptions.
//!
//! | pk | sk | holds |
//! |---|---|---|
//! | `{broadcaster}#{store}#{hash of the purchase key}` | `current` | the purchase as it is now |
//! | the same | `former#{generation}` | the subscription of a former owner |
//! | the same, for a name that is not the purchase's own | `current` | a [`Lead`] to the purchase |
//! | `{broadcaster}#customer#{customerId}` | `{subscriptionId}` | where that customer's subscription stands |
//!
//! The links of a customer are written in the transaction that binds the purchase, so that reading a
//! customer's subscriptions is strongly consistent and needs no index. The index `due` is sparse.

mod lead;
mod read;
mod receipt;
mod write;

use aws_sdk_dynamodb::Client;
use domain::{BroadcasterId, Store, Subscription, Timestamp};
use serde::{Deserialize, Serialize};
use stores::{Locator, Notice};

use crate::CloudError;
use crate::environment::Aws;
use crate::erasure::{ErasedPage, erase_page};
use crate::item::Item;

pub use lead::{Lead, Place};
pub use receipt::StoredReceipt;
pub use write::{Change, PutOff, Retired};

/// The sort key of the purchase as it is now.
const CURRENT: &str = "current";

/// The table.
#[derive(Debug, Clone)]
pub struct Subscriptions {
    client: Client,
    table: String,
}

/// A purchase as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The subscription.
    pub subscription: Subscription,
    /// What names it towards its store.
    pub locator: Locator,
    /// How often in a row the store could not be asked about it.
    pub put_off: u32,
    /// When the next look at it is due, if one is.
    pub due_at: Option<Timestamp>,
    /// A store-signed state that waits until the store can't be asked for too long.
    pub notice: Option<ParkedNotice>,
    /// The store's last answer, where the store's answers are kept.
    pub receipt: Option<StoredReceipt>,
}

/// A notice that was not applied, because the store is to be asked first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParkedNotice {
    /// What the store signed.
    pub notice: Notice,
    /// When it was received.
    pub received_at: Timestamp,
}

/// What is due: enough to queue a verification.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// The item's key.
    pub key: Item,
    /// The time that was due.
    pub due_at: String,
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// The store to ask.
    pub store: Store,
    /// The purchase to ask for.
    pub locator: Locator,
}

impl Subscriptions {
    /// The table that `SUBSCRIPTIONS_TABLE` names.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: Client::new(&aws.config),
            table: aws.required("SUBSCRIPTIONS_TABLE")?,
        })
    }

    /// Deletes the items of a broadcaster that one page of the table holds.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn erase(
        &self,
        broadcaster: &BroadcasterId,
        after: Option<Item>,
    ) -> Result<ErasedPage, CloudError> {
        let prefix = format!("{broadcaster}#");
        erase_page((&self.client, &self.table), &["pk", "sk"], &prefix, after).await
    }
}

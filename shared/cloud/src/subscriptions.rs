//! Table of subscriptions.
//!
//! | pk | sk | content |
//! |---|---|---|
//! | `{broadcaster}#{store}#{hash of the purchase key}` | `current` | the purchase with its current
//! subscription |
//! | the same | `former#{generation}` | subscription of a former owner |
//! | the same, of another key of the purchase | `current` | an [`Alias`] of the purchase |
//! | `{broadcaster}#customer#{customerId}` | `{subscriptionId}` | link to that customer's
//! subscription |
//!
//! A customer's links are written in the transaction that binds the purchase, so that reading a
//! customer's subscriptions is strongly consistent and needs no index (ADR 3). The index `due` is
//! sparse.

mod alias;
mod announced;
mod change;
mod read;
mod receipt;
mod write;

use aws_sdk_dynamodb::Client;
use domain::{BroadcasterId, Locator, Notice, Store, Subscription, Timestamp, schedule};
use serde::{Deserialize, Serialize};

use crate::CloudError;
use crate::environment::Aws;
use crate::erasure::{ErasedPage, erase_page};
use crate::item::Item;
use crate::retry::LEASE;

pub use alias::{Alias, Entry};
pub use announced::announced_events;
pub use change::{Change, NextCheck, Retired};
pub use receipt::StoredReceipt;

/// Sort key of a purchase's current state.
const CURRENT: &str = "current";

/// Client of the table.
#[derive(Debug, Clone)]
pub struct Subscriptions {
    client: Client,
    table: String,
}

/// Stored purchase.
#[derive(Debug, Clone, PartialEq)]
pub struct PurchaseRecord {
    /// The subscription.
    pub subscription: Subscription,
    /// Key and hints with which the store is asked.
    pub locator: Locator,
    /// Number of consecutive look-ups without a usable answer.
    pub deferrals: u32,
    /// Time at which the next check is due, if one is.
    pub due_at: Option<Timestamp>,
    /// State signed by the store that is applied if the store stays silent.
    pub notice: Option<ParkedNotice>,
    /// The store's last answer, for stores whose answers are kept.
    pub receipt: Option<StoredReceipt>,
}

impl PurchaseRecord {
    /// Builds a purchase of which nothing is stored beside its subscription.
    #[must_use]
    pub const fn new(subscription: Subscription, locator: Locator) -> Self {
        Self {
            subscription,
            locator,
            deferrals: 0,
            due_at: None,
            notice: None,
            receipt: None,
        }
    }

    /// Returns when the next check is due if the one that is queued now finds nothing new; at the
    /// earliest when its lease ends.
    pub(crate) fn after_check(&self, now: Timestamp) -> Timestamp {
        let lease_ends = now.checked_add(LEASE).unwrap_or(now);
        let stored = &self.subscription;
        // Every answer changes these.
        if self.deferrals > 0 || self.notice.is_some() || stored.missing.is_some() {
            return lease_ends;
        }
        let next = schedule::next_check(stored, now);
        let next = next.map(|due_at| schedule::spread(due_at, stored, now));
        next.map_or(lease_ends, |next| next.max(lease_ends))
    }
}

/// Notice that is not applied yet, because the store is asked first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParkedNotice {
    /// The signed state.
    pub notice: Notice,
    /// Time at which it was received.
    pub received_at: Timestamp,
}

/// Due check, with what is needed to queue a verification.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DueCheck {
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// The store to ask.
    pub store: Store,
    /// The purchase to ask for.
    pub locator: Locator,
}

impl Subscriptions {
    /// Builds a client for the table that `SUBSCRIPTIONS_TABLE` names.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: aws.dynamodb(),
            table: aws.required("SUBSCRIPTIONS_TABLE")?,
        })
    }

    /// Deletes a broadcaster's items of one page of the table.
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

//! Requests to confirm a topic's subscription to a broadcaster's notification address.
//!
//! Anybody who knows the address can cause one, from a topic of their own. So each topic has an
//! item of its own, and a stranger's request does not replace another one. Beyond the limit the
//! account with the most requests loses one, and a topic that the broadcaster has pinned never
//! does.

use std::collections::BTreeMap;

use domain::{BroadcasterId, Confirmation, Store, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::Broadcasters;
use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::text;

/// Number of topics of a store whose requests are kept.
const MOST: usize = 20;

/// Larger than [`MOST`] plus what functions running at the same time may add.
const READ_AT_MOST: i32 = 100;

/// Time for which a request can be confirmed; SNS drops its token after two days.
const ANSWERABLE: SignedDuration = SignedDuration::from_hours(48);

/// Last request of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedConfirmation {
    /// The request with its token.
    #[serde(flatten)]
    pub confirmation: Confirmation,
    /// Time at which it was received.
    pub received_at: Timestamp,
}

impl Broadcasters {
    /// Returns the last request of each topic, the latest first.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn confirmations(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Vec<ReceivedConfirmation>, CloudError> {
        // The single item per store of earlier versions has the prefix itself as its key.
        let prefix = format!("confirmation#{store}");
        let page = self.list(
            "confirmation",
            broadcaster.as_str(),
            &prefix,
            READ_AT_MOST,
            None,
        );
        let mut rows: Vec<ReceivedConfirmation> = page.await?.rows;
        rows.sort_by_key(|row| std::cmp::Reverse(row.received_at));
        // Such an item may be about a topic that also has one of its own; the later one counts.
        let mut topics = Vec::new();
        rows.retain(|row| {
            let is_new = !topics.contains(&row.confirmation.topic);
            topics.push(row.confirmation.topic.clone());
            is_new
        });
        Ok(rows)
    }

    /// Stores a request in place of an earlier one of the same topic. `is_pinned` tells the topics
    /// that the broadcaster has pinned.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn put_confirmation(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        received: &ReceivedConfirmation,
        is_pinned: impl Fn(&str) -> bool,
    ) -> Result<(), CloudError> {
        let key = sort_key(store, &received.confirmation.topic);
        // Written before others are displaced: if the function dies in between, there is one too
        // many and not one too few.
        self.put("confirmation", broadcaster.as_str(), &key, received)
            .await?;
        let kept = self.confirmations(broadcaster, store).await?;
        for displaced in displaced(is_pinned, &kept, received.received_at) {
            self.delete_confirmation(broadcaster, store, displaced)
                .await?;
        }
        Ok(())
    }

    /// Deletes a request, unless a later one of its topic has replaced it since it was read.
    async fn delete_confirmation(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        read: &ReceivedConfirmation,
    ) -> Result<(), CloudError> {
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key("pk", text(broadcaster.as_str()))
            .key("sk", text(sort_key(store, &read.confirmation.topic)))
            .condition_expression("receivedAt = :read")
            .expression_attribute_values(":read", text(read.received_at.to_string()))
            .send()
            .await;
        match deleted {
            Err(error) if !condition_failed(&error) => {
                Err(CloudError::service("deleting a confirmation", error))
            }
            _ => Ok(()),
        }
    }
}

/// Returns the requests beyond the limit: first what can't be confirmed any more, then the oldest
/// of the account with the most requests.
fn displaced(
    is_pinned: impl Fn(&str) -> bool,
    kept: &[ReceivedConfirmation],
    now: Timestamp,
) -> Vec<&ReceivedConfirmation> {
    let mut displaced = Vec::new();
    // Pinned topics are the broadcaster's choice, so strangers can't displace them.
    let mut rest: Vec<&ReceivedConfirmation> = kept
        .iter()
        .filter(|one| !is_pinned(&one.confirmation.topic))
        .collect();
    // By account and not by age alone: one account can have any number of topics, and would push
    // out everybody else's.
    while rest.len() > MOST {
        let mut asked: BTreeMap<&str, usize> = BTreeMap::new();
        for one in &rest {
            *asked.entry(account(one)).or_default() += 1;
        }
        let makes_way = |one: &&ReceivedConfirmation| {
            let outdated = now.duration_since(one.received_at) > ANSWERABLE;
            let age = now.duration_since(one.received_at);
            (outdated, asked.get(account(one)).copied(), age)
        };
        let Some(first) = rest.iter().copied().max_by_key(makes_way) else {
            break;
        };
        rest.retain(|one| one.confirmation.topic != first.confirmation.topic);
        displaced.push(first);
    }
    displaced
}

/// Returns the AWS account that owns the topic: the fifth part of its ARN.
fn account(received: &ReceivedConfirmation) -> &str {
    let topic = received.confirmation.topic.as_str();
    topic.split(':').nth(4).unwrap_or(topic)
}

fn sort_key(store: Store, topic: &str) -> String {
    format!("confirmation#{store}#{topic}")
}

//! Questions of stores whether an address of notifications is the broadcaster's.
//!
//! Anybody who knows the address can have one sent, from a topic of their own. So there is one item for each
//! topic: a stranger's question takes no other one's place, until there are more of them than are kept. Then the
//! account that asks most makes way, and never a topic that the broadcaster has listed.

use std::collections::BTreeMap;

use domain::{BroadcasterId, Store, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use stores::{Confirmation, StoreConfig};

use super::Broadcasters;
use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::text;

/// How many topics' questions are kept of a store.
const MOST: usize = 20;

/// More than [`MOST`] together with what several functions may add at once.
const READ_AT_MOST: i32 = 100;

/// How long a question can be answered: SNS forgets its token after two days.
const ANSWERABLE: SignedDuration = SignedDuration::from_hours(48);

/// The last question of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedConfirmation {
    /// The question, with what answers it.
    #[serde(flatten)]
    pub confirmation: Confirmation,
    /// When it was received.
    pub received_at: Timestamp,
}

impl Broadcasters {
    /// The last question of each topic, the latest first.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn confirmations(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
    ) -> Result<Vec<ReceivedConfirmation>, CloudError> {
        // The item of earlier versions, which had one for each store, is the prefix itself.
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
        let mut topics = Vec::new();
        rows.retain(|row| {
            let is_new = !topics.contains(&row.confirmation.topic);
            topics.push(row.confirmation.topic.clone());
            is_new
        });
        Ok(rows)
    }

    /// Keeps a question in place of an earlier one of the same topic.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn put_confirmation(
        &self,
        broadcaster: &BroadcasterId,
        config: &StoreConfig,
        received: &ReceivedConfirmation,
    ) -> Result<(), CloudError> {
        let store = config.store();
        let key = sort_key(store, &received.confirmation.topic);
        self.put("confirmation", broadcaster.as_str(), &key, received)
            .await?;
        let kept = self.confirmations(broadcaster, store).await?;
        for displaced in displaced(config, &kept, received.received_at) {
            self.delete_confirmation(broadcaster, store, displaced)
                .await?;
        }
        Ok(())
    }

    /// Deletes a question, unless a later one of its topic has taken its place since it was read.
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

/// The questions that make way once there are too many: what can't be answered any more, then the oldest
/// of the account that asks most.
fn displaced<'a>(
    config: &StoreConfig,
    kept: &'a [ReceivedConfirmation],
    now: Timestamp,
) -> Vec<&'a ReceivedConfirmation> {
    let mut displaced = Vec::new();
    let mut rest: Vec<&ReceivedConfirmation> = kept
        .iter()
        .filter(|one| !config.pins(&one.confirmation.topic))
        .collect();
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

/// The AWS account that owns the topic: the fifth part of its ARN.
fn account(received: &ReceivedConfirmation) -> &str {
    let topic = received.confirmation.topic.as_str();
    topic.split(':').nth(4).unwrap_or(topic)
}

fn sort_key(store: Store, topic: &str) -> String {
    format!("confirmation#{store}#{topic}")
}

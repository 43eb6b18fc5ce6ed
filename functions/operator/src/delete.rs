//! `delete-broadcaster`: deletes everything of a broadcaster, in an order in which it may stop
//! anywhere and be repeated.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use cloud::CloudError;
use cloud::broadcasters::{Deletion, History};
use cloud::erasure::ErasedPage;
use cloud::item::{Item, text};
use domain::{BroadcasterId, Store};

use crate::command::{CommandError, Outcome};
use crate::handler::Operator;

/// Duration after which a call erases no further page; the function's time limit is 30 s.
const LONGEST_CALL: Duration = Duration::from_secs(20);

/// Number of tables with history.
const TABLES: usize = 3;

impl Operator {
    /// Deletes a broadcaster, or continues its deletion. The result says whether it is complete.
    pub(crate) async fn delete(
        &self,
        broadcaster: BroadcasterId,
        history: History,
    ) -> Result<Outcome, CommandError> {
        let began = Instant::now();
        let mut deletion = match self.broadcasters.deletion(&broadcaster).await? {
            // Requested again with the other choice, the deletion starts again.
            Some(deletion) if deletion.history == history => deletion,
            _ => Deletion {
                history,
                tables_erased: 0,
                after: HashMap::new(),
            },
        };
        // Recorded before anything is deleted, so that `create-broadcaster` refuses to reuse the id
        // while items of the old one remain.
        self.broadcasters
            .put_deletion(&broadcaster, &deletion)
            .await?;
        // Access goes first: from then on nothing can add new resources behind the deletion.
        self.delete_access(&broadcaster).await?;
        self.delete_resources(&broadcaster).await?;
        let complete = match history {
            History::Keep => true,
            History::Erase => self.erase(&broadcaster, &mut deletion, began).await?,
        };
        if complete {
            self.broadcasters.end_deletion(&broadcaster).await?;
        }
        tracing::info!(%broadcaster, complete, "broadcaster deleted");
        Ok(Outcome::Deleted {
            broadcaster_id: broadcaster,
            history,
            complete,
        })
    }

    /// Deletes all access. Tokens go before the profile, so that no token is left without a
    /// broadcaster.
    async fn delete_access(&self, broadcaster: &BroadcasterId) -> Result<(), CloudError> {
        loop {
            let page = self.broadcasters.tokens(broadcaster).await?;
            for token in &page.rows {
                self.broadcasters
                    .delete_token(broadcaster, &token.name)
                    .await?;
            }
            if page.next.is_none() {
                return self.broadcasters.delete_profile(broadcaster).await;
            }
        }
    }

    async fn delete_resources(&self, broadcaster: &BroadcasterId) -> Result<(), CloudError> {
        loop {
            // The item goes last, because only it knows the subscription and the queue.
            let page = self.broadcasters.endpoints(broadcaster, 100, None).await?;
            for endpoint in &page.rows {
                self.endpoints.delete(endpoint).await?;
                self.broadcasters
                    .delete_endpoint(broadcaster, endpoint)
                    .await?;
            }
            if page.next.is_none() {
                break;
            }
        }
        // Topics after endpoints: with its topic a subscription disappears, but not its queue.
        self.topics.delete(broadcaster).await?;
        for store in Store::ALL {
            self.secrets.delete(broadcaster, store).await?;
            self.purchases.forget_store(broadcaster, store).await?;
        }
        self.broadcasters.delete_configuration(broadcaster).await?;
        Ok(())
    }

    /// Erases page by page and stores the position after each. Returns whether everything is
    /// erased.
    async fn erase(
        &self,
        broadcaster: &BroadcasterId,
        deletion: &mut Deletion,
        began: Instant,
    ) -> Result<bool, CloudError> {
        while deletion.tables_erased < TABLES {
            if began.elapsed() > LONGEST_CALL {
                return Ok(false);
            }
            let after = start_key(deletion);
            let ErasedPage { next, .. } = match deletion.tables_erased {
                0 => self.subscriptions.erase(broadcaster, after).await?,
                1 => self.purchases.erase(broadcaster, after).await?,
                _ => self.journal.erase(broadcaster, after).await?,
            };
            match next {
                Some(key) => deletion.after = written(&key),
                None => {
                    deletion.tables_erased += 1;
                    deletion.after.clear();
                }
            }
            self.broadcasters
                .put_deletion(broadcaster, deletion)
                .await?;
        }
        Ok(true)
    }
}

/// Converts a key to the form in which the position is stored: strings and numbers.
fn written(key: &Item) -> HashMap<String, serde_json::Value> {
    key.iter()
        .filter_map(|(name, value)| {
            let value = match value.as_s() {
                Ok(text) => serde_json::Value::from(text.as_str()),
                Err(_) => serde_json::Value::from(value.as_n().ok()?.parse::<u64>().ok()?),
            };
            Some((name.clone(), value))
        })
        .collect()
}

/// Returns the stored position as a key, or `None` at the beginning of a table.
fn start_key(deletion: &Deletion) -> Option<Item> {
    let key: Item = deletion
        .after
        .iter()
        .filter_map(|(name, value)| {
            let value = match value.as_str() {
                Some(given) => text(given),
                None => cloud::item::number(value.as_u64()?.into()),
            };
            Some((name.clone(), value))
        })
        .collect();
    (!key.is_empty()).then_some(key)
}

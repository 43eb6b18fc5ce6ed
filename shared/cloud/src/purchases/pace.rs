//! How often a store is asked, over all functions that run at a time.

use std::time::Duration;

use aws_sdk_dynamodb::types::ReturnValue;
use domain::{BroadcasterId, Store, Timestamp};

use super::Purchases;
use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::{Item, number, text};

/// The longest time for which a turn is waited for; whoever would have to wait longer is sent away.
const LONGEST_QUEUE: Duration = Duration::from_secs(3);

/// When a question may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// After this time.
    In(Duration),
    /// Too many are waiting already. Nothing was reserved.
    LaterThan(Duration),
}

impl Purchases {
    /// Takes the next turn to ask a broadcaster's store, where turns are at least `interval` apart.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn take_turn(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        interval: Duration,
        now: Timestamp,
    ) -> Result<Turn, CloudError> {
        let now = i128::from(now.as_millisecond());
        let interval = milliseconds(interval);
        let longest = now.saturating_add(milliseconds(LONGEST_QUEUE));
        for _race in 0..3 {
            let queued = self
                .move_turn(
                    broadcaster,
                    store,
                    "SET next_turn = next_turn + :interval",
                    "next_turn > :now AND next_turn <= :longest",
                    &[
                        (":interval", interval),
                        (":now", now),
                        (":longest", longest),
                    ],
                )
                .await?;
            if let Some(turn) = queued {
                let wait = u64::try_from(turn.saturating_sub(now)).unwrap_or_default();
                return Ok(Turn::In(Duration::from_millis(wait)));
            }
            let free = self
                .move_turn(
                    broadcaster,
                    store,
                    "SET next_turn = :then",
                    "attribute_not_exists(next_turn) OR next_turn <= :now",
                    &[(":then", now.saturating_add(interval)), (":now", now)],
                )
                .await?;
            if free.is_some() {
                return Ok(Turn::In(Duration::ZERO));
            }
        }
        Ok(Turn::LaterThan(LONGEST_QUEUE))
    }

    /// Answers the turn that was next before, 0 if there was none; `None` if the condition failed.
    async fn move_turn(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        update: &str,
        condition: &str,
        values: &[(&str, i128)],
    ) -> Result<Option<i128>, CloudError> {
        let values: Item = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), number(*value)))
            .collect();
        let sent = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", text(format!("{broadcaster}#pace#{store}")))
            .update_expression(update)
            .condition_expression(condition)
            .set_expression_attribute_values(Some(values))
            .return_values(ReturnValue::AllOld)
            .send()
            .await;
        match sent {
            Ok(answer) => Ok(Some(
                answer
                    .attributes
                    .as_ref()
                    .and_then(|item| item.get("next_turn"))
                    .and_then(|turn| turn.as_n().ok())
                    .and_then(|turn| turn.parse().ok())
                    .unwrap_or_default(),
            )),
            Err(error) if condition_failed(&error) => Ok(None),
            Err(error) => Err(CloudError::service("taking a turn", error)),
        }
    }
}

fn milliseconds(duration: Duration) -> i128 {
    i128::try_from(duration.as_millis()).unwrap_or(i128::MAX)
}

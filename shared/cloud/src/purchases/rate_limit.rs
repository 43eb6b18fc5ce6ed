//! Rate limit of a store over all functions that run at the same time (ADR 18).

use std::time::Duration;

use aws_sdk_dynamodb::types::ReturnValue;
use domain::{BroadcasterId, Store, Timestamp};

use super::Purchases;
use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::{Item, number, text};
use crate::retry::LONGEST_SLOT_WAIT;

/// Result of reserving a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimit {
    /// The store may be asked after this wait.
    After(Duration),
    /// Too many functions are waiting, and nothing was reserved. Try again after this wait.
    Exceeded(Duration),
}

impl Purchases {
    /// Reserves the next slot to ask a broadcaster's store; slots are at least `interval` apart.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn reserve_slot(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        interval: Duration,
        now: Timestamp,
    ) -> Result<RateLimit, CloudError> {
        let now = i128::from(now.as_millisecond());
        let interval = milliseconds(interval);
        // Nobody waits longer than this. Slots further ahead would be reserved by callers that have
        // given up, and would be lost to others.
        let longest = now.saturating_add(milliseconds(LONGEST_SLOT_WAIT));
        // DynamoDB has no "maximum of now and the stored time" in an update, so the two cases are
        // two conditional writes, and a race between them tries again.
        for _race in 0..3 {
            let queued = self
                .move_slot(
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
                return Ok(RateLimit::After(Duration::from_millis(wait)));
            }
            // The stored time has passed, or there is none: the slot is now.
            let free = self
                .move_slot(
                    broadcaster,
                    store,
                    "SET next_turn = :then",
                    "attribute_not_exists(next_turn) OR next_turn <= :now",
                    &[(":then", now.saturating_add(interval)), (":now", now)],
                )
                .await?;
            if free.is_some() {
                return Ok(RateLimit::After(Duration::ZERO));
            }
        }
        Ok(RateLimit::Exceeded(LONGEST_SLOT_WAIT))
    }

    /// Returns the stored time before the update, 0 if there was none; `None` if the condition
    /// failed.
    async fn move_slot(
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

//! Rate limit of a store over all functions that run at the same time (ADR 18).
//!
//! A turn is a time at which the store may be asked. Turns are at least an interval apart, over all
//! functions.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{BroadcasterId, Store, Timestamp};
use tokio::sync::Mutex;

use super::Purchases;
use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::{Item, number, text};
use crate::retry::{LEASED_TIME, LONGEST_TURN_WAIT};

/// Largest number of turns that are reserved in one write: as many as a batch has messages.
const MOST_LEASED: i128 = 10;

/// Age at which a turn that nobody used is lost. Used later, it would come together with those of
/// others.
const OLDEST_TURN: i128 = 1000;

/// Limit of a broadcaster's calls to a store.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Limited {
    /// The tenant.
    pub broadcaster: BroadcasterId,
    /// The store.
    pub store: Store,
    /// Part of the store with a limit of its own, such as its sandbox; empty for the store.
    pub part: &'static str,
}

/// Result of asking for a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Reserved. The store may be asked at this time, which may have come already.
    At(Timestamp),
    /// Nothing was reserved, because too many are waiting. Try again after this wait.
    Later(Duration),
}

/// Rate limits of all stores, with the turns that this function has reserved and not used.
#[derive(Debug)]
pub struct RateLimits {
    purchases: Purchases,
    leases: Mutex<HashMap<Limited, Lease>>,
}

/// Reserved turns, in milliseconds since 1970.
#[derive(Debug, Clone, Copy)]
struct Lease {
    next: i128,
    end: i128,
}

impl RateLimits {
    /// Builds the limits that `purchases` stores.
    #[must_use]
    pub fn new(purchases: Purchases) -> Self {
        Self {
            purchases,
            leases: Mutex::default(),
        }
    }

    /// Reserves the next turn, which is at most `furthest` away. Several turns are reserved in one
    /// write, so that the item is not written at the rate of the load.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn turn(
        &self,
        limited: &Limited,
        interval: Duration,
        furthest: Duration,
        now: Timestamp,
    ) -> Result<Turn, CloudError> {
        let (now, interval) = (i128::from(now.as_millisecond()), milliseconds(interval));
        // The lock is held during the write, so that the messages of a batch share a lease.
        let mut leases = self.leases.lock().await;
        let lease = leases.get(limited).copied();
        let lease = match lease.and_then(|lease| lease.usable(now, interval)) {
            Some(lease) => lease,
            None => {
                let leased = milliseconds(LEASED_TIME) / interval.max(1);
                let span = interval.saturating_mul(leased.clamp(1, MOST_LEASED));
                let latest = now.saturating_add(milliseconds(furthest));
                // While turns run ahead of the time, the next one does so too; most likely.
                let is_busy = lease.is_some_and(|lease| lease.end > now);
                let reserved = self.purchases.reserve(limited, now, span, latest, is_busy);
                match reserved.await? {
                    Reserved::From(next) => Lease {
                        next,
                        end: next.saturating_add(span),
                    },
                    Reserved::Nothing(wait) => {
                        leases.remove(limited);
                        return Ok(Turn::Later(wait));
                    }
                }
            }
        };
        let turn = lease.next;
        let rest = Lease {
            next: turn.saturating_add(interval),
            ..lease
        };
        leases.insert(limited.clone(), rest);
        let turn = i64::try_from(turn).unwrap_or(i64::MAX);
        Ok(Turn::At(
            Timestamp::from_millisecond(turn).unwrap_or(Timestamp::MAX),
        ))
    }

    /// Counts a call that does not wait for a turn: those who wait get theirs later.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn count(
        &self,
        limited: &Limited,
        interval: Duration,
        now: Timestamp,
    ) -> Result<(), CloudError> {
        self.turn(limited, interval, Duration::MAX, now).await?;
        Ok(())
    }
}

impl Lease {
    /// Returns the lease without the turns that were lost; `None` if none is left.
    fn usable(self, now: i128, interval: i128) -> Option<Self> {
        let oldest = now.saturating_sub(OLDEST_TURN);
        let behind = oldest.saturating_sub(self.next).max(0);
        let interval = interval.max(1);
        let lost = behind.saturating_add(interval - 1) / interval;
        let next = self.next.saturating_add(lost.saturating_mul(interval));
        (next < self.end).then_some(Self { next, ..self })
    }
}

/// Result of a reservation.
enum Reserved {
    /// Time of the first turn, in milliseconds since 1970.
    From(i128),
    /// Too many are waiting. Wait after which there may be room.
    Nothing(Duration),
}

impl Purchases {
    /// Reserves a span of time from the next free turn on, unless that is after `latest`.
    async fn reserve(
        &self,
        limited: &Limited,
        now: i128,
        span: i128,
        latest: i128,
        mut is_busy: bool,
    ) -> Result<Reserved, CloudError> {
        // DynamoDB has no "maximum of now and the stored time" in an update, so the two cases are
        // two conditional writes. The one that is more likely comes first; a race tries again.
        for _attempt in 0..6 {
            let moved = if is_busy {
                self.move_turn(
                    limited,
                    "SET next_turn = next_turn + :span",
                    "next_turn > :now AND next_turn <= :latest",
                    &[(":span", span), (":now", now), (":latest", latest)],
                )
                .await?
            } else {
                self.move_turn(
                    limited,
                    "SET next_turn = :then",
                    "attribute_not_exists(next_turn) OR next_turn <= :now",
                    &[(":then", now.saturating_add(span)), (":now", now)],
                )
                .await?
            };
            match moved {
                Moved::From(turn) => return Ok(Reserved::From(turn.max(now))),
                Moved::Unless(turn) if turn > latest => {
                    let wait = u64::try_from(turn.saturating_sub(now)).unwrap_or_default();
                    return Ok(Reserved::Nothing(Duration::from_millis(wait)));
                }
                Moved::Unless(turn) => is_busy = turn > now,
            }
        }
        Ok(Reserved::Nothing(LONGEST_TURN_WAIT))
    }

    async fn move_turn(
        &self,
        limited: &Limited,
        update: &str,
        condition: &str,
        values: &[(&str, i128)],
    ) -> Result<Moved, CloudError> {
        let values: Item = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), number(*value)))
            .collect();
        let sent = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", text(limited.partition()))
            .update_expression(update)
            .condition_expression(condition)
            .set_expression_attribute_values(Some(values))
            .return_values(ReturnValue::AllOld)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match sent {
            Ok(answer) => Ok(Moved::From(stored(answer.attributes.as_ref()))),
            Err(error) if condition_failed(&error) => {
                let item = match error.as_service_error() {
                    Some(UpdateItemError::ConditionalCheckFailedException(failed)) => failed.item(),
                    _ => None,
                };
                Ok(Moved::Unless(stored(item)))
            }
            Err(error) => Err(CloudError::service("taking a turn", error)),
        }
    }
}

/// Result of a conditional write, with the stored time: 0 if there was none.
enum Moved {
    /// Written. The time before the write.
    From(i128),
    /// Not written, because of this time.
    Unless(i128),
}

fn stored(item: Option<&Item>) -> i128 {
    item.and_then(|item| item.get("next_turn"))
        .and_then(|turn| turn.as_n().ok())
        .and_then(|turn| turn.parse().ok())
        .unwrap_or_default()
}

impl Limited {
    fn partition(&self) -> String {
        let (broadcaster, store) = (&self.broadcaster, self.store);
        match self.part {
            "" => format!("{broadcaster}#pace#{store}"),
            part => format!("{broadcaster}#pace#{store}#{part}"),
        }
    }
}

fn milliseconds(duration: Duration) -> i128 {
    i128::try_from(duration.as_millis()).unwrap_or(i128::MAX)
}

//! Brake against a store that denies everything.
//!
//! A wrong path, credentials of another account or an outage may make a store answer "not found"
//! about purchases that it sold. Of each broadcaster and store, the look-ups of known purchases and
//! their denials are counted per day. Above a share the brake holds: denials then say nothing about
//! a purchase, until a person releases it.

use aws_sdk_dynamodb::types::ReturnValue;
use domain::{BroadcasterId, Store, Timestamp};
use jiff::SignedDuration;

use super::Purchases;
use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::{Item, number, text};

/// Number of denials in a day below which the brake never holds.
const LEAST_DENIALS: u64 = 10;

/// Share of denials among the look-ups of a day, in percent, from which the brake holds.
const MOST_DENIED: u64 = 20;

/// Time for which a released brake does not hold again: long enough for a purchase that the store
/// really does not know to end, which takes three denials over at least a day.
const RELEASED: SignedDuration = SignedDuration::from_hours(72);

/// Length of a day, in seconds.
const DAY: i64 = 24 * 3600;

/// State of the brake of a broadcaster and store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brake {
    /// Denials count.
    Off,
    /// Denials count for nothing.
    Holds,
    /// Denials count for nothing from now on: this call has found out.
    HoldsNow,
}

/// Look-ups of known purchases since the last time that they were added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LookUps {
    /// All of them.
    pub all: u64,
    /// Those that the store answered with "not found".
    pub denied: u64,
}

impl LookUps {
    const fn is_suspicious(self) -> bool {
        self.denied >= LEAST_DENIALS && self.denied * 100 >= self.all * MOST_DENIED
    }
}

impl Purchases {
    /// Adds look-ups to the count of this day and returns whether the brake holds.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn count_look_ups(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        new: LookUps,
        now: Timestamp,
    ) -> Result<Brake, CloudError> {
        let day = now.as_second().div_euclid(DAY);
        let expires = (day + 2) * DAY;
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", text(format!("{broadcaster}#look-ups#{store}#{day}")))
            .update_expression("SET expires_at = :expires ADD look_ups :all, denials :denied")
            .expression_attribute_values(":expires", number(expires.into()))
            .expression_attribute_values(":all", number(new.all.into()))
            .expression_attribute_values(":denied", number(new.denied.into()))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .map_err(|error| CloudError::service("counting look-ups", error))?;
        let item = answer.attributes.unwrap_or_default();
        let total = LookUps {
            all: count(&item, "look_ups"),
            denied: count(&item, "denials"),
        };
        if new.denied == 0 {
            return Ok(Brake::Off);
        }
        let state = self.brake(broadcaster, store, now).await?;
        match state {
            Stored::Holds => Ok(Brake::Holds),
            Stored::Released => Ok(Brake::Off),
            Stored::Off if total.is_suspicious() => {
                self.hold_brake(broadcaster, store, now).await?;
                Ok(Brake::HoldsNow)
            }
            Stored::Off => Ok(Brake::Off),
        }
    }

    /// Releases the brake for 72 hours, in which denials count again. Returns whether it held.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn release_brake(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        now: Timestamp,
    ) -> Result<bool, CloudError> {
        let until = now.checked_add(RELEASED).unwrap_or(now);
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", text(brake_key(broadcaster, store)))
            .update_expression("SET released_until = :until REMOVE held_since")
            .expression_attribute_values(":until", number(until.as_second().into()))
            .return_values(ReturnValue::AllOld)
            .send()
            .await
            .map_err(|error| CloudError::service("releasing a brake", error))?;
        let before = answer.attributes.unwrap_or_default();
        Ok(before.contains_key("held_since"))
    }

    async fn brake(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        now: Timestamp,
    ) -> Result<Stored, CloudError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(brake_key(broadcaster, store)))
            .send()
            .await
            .map_err(|error| CloudError::service("reading a brake", error))?;
        let item = answer.item.unwrap_or_default();
        let released_until = count(&item, "released_until");
        Ok(if item.contains_key("held_since") {
            Stored::Holds
        } else if i128::from(released_until) > i128::from(now.as_second()) {
            Stored::Released
        } else {
            Stored::Off
        })
    }

    async fn hold_brake(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        now: Timestamp,
    ) -> Result<(), CloudError> {
        let held = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", text(brake_key(broadcaster, store)))
            .update_expression("SET held_since = :now")
            // Somebody may have released it since it was read.
            .condition_expression("attribute_not_exists(released_until) OR released_until <= :now")
            .expression_attribute_values(":now", number(now.as_second().into()))
            .send()
            .await;
        match held {
            Ok(_) => Ok(()),
            Err(error) if condition_failed(&error) => Ok(()),
            Err(error) => Err(CloudError::service("holding a brake", error)),
        }
    }
}

enum Stored {
    Off,
    Holds,
    Released,
}

fn brake_key(broadcaster: &BroadcasterId, store: Store) -> String {
    format!("{broadcaster}#brake#{store}")
}

fn count(item: &Item, name: &str) -> u64 {
    item.get(name)
        .and_then(|value| value.as_n().ok())
        .and_then(|value| value.parse().ok())
        .unwrap_or_default()
}

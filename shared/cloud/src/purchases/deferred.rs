//! Deferred notifications: they wait until their store has answered, because the purchase is not
//! stored and nothing else would look it up (ADR 26).

use domain::{Notice, Timestamp};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::{KEY, Purchases};
use crate::CloudError;
use crate::condition::condition_failed;
use crate::due::{Due, DueIndex};
use crate::item::{
    attribute, due_shard, from_item, number, purchase_partition, readable, sha256_hex, sortable,
    text, to_item,
};
use crate::queue::{Verification, VerificationCause};
use crate::retry::DEFERRED;

/// Number of attempts to write after another function wrote first.
const ATTEMPTS: usize = 4;

/// Item with all deferred notifications about one purchase. Each voided payment has an item of its
/// own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Deferred {
    verification: Verification,
    /// Number of attempts by the schedule without an answer.
    times: u32,
    first_received_at: Timestamp,
    /// Increased by each write.
    version: u32,
    due_at: Timestamp,
}

impl Deferred {
    fn begun(verification: &Verification) -> Self {
        Self {
            verification: Verification {
                deferred: true,
                turn: None,
                ..verification.clone()
            },
            times: 0,
            first_received_at: verification.received_at,
            version: 0,
            due_at: Timestamp::MAX,
        }
    }

    /// Merges another notification about the purchase, or the same one that the schedule has tried
    /// again.
    fn merged(mut self, verification: &Verification) -> Self {
        // Only the schedule's attempt counts. A store that repeats its notification must not slow
        // down the checks.
        if verification.deferred {
            self.times = self.times.saturating_add(1);
            // The stored date was that of this attempt; the caller sets the next one.
            self.due_at = Timestamp::MAX;
        }
        let first_received_at = self.first_received_at.min(verification.received_at);
        // Messages arrive in any order, so the times of receipt decide which one is newer.
        let (older, newer) = if self.verification.received_at <= verification.received_at {
            (self.verification, verification.clone())
        } else {
            (verification.clone(), self.verification)
        };
        // The newest state that the store signed counts, even if a newer notification carries none.
        let notice = newest(notice(&older), notice(&newer)).cloned();
        let mut merged = Verification {
            deferred: true,
            turn: None,
            ..newer
        };
        // Hints of both are kept: the look-up may need one that only the older notification has.
        let mut details = older.locator.details;
        details.extend(std::mem::take(&mut merged.locator.details));
        merged.locator.details = details;
        if let VerificationCause::Notification { notice: kept, .. } = &mut merged.cause {
            *kept = notice.map(Box::new);
        }
        Self {
            verification: merged,
            first_received_at,
            version: self.version.saturating_add(1),
            ..self
        }
    }

    fn ends_at(&self) -> Timestamp {
        let end = self.first_received_at.checked_add(DEFERRED);
        end.unwrap_or(Timestamp::MAX)
    }
}

impl Purchases {
    /// Stores a notification for the schedule, merged with those about the same purchase. `due_at`
    /// gives the next attempt by the number of failed ones.
    ///
    /// Returns `false` if it has waited for its whole retention; then it is deleted.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn defer_notification(
        &self,
        notification: &Verification,
        due_at: impl Fn(u32) -> Timestamp,
    ) -> Result<bool, CloudError> {
        let pk = partition(notification)?;
        for _attempt in 0..ATTEMPTS {
            let earlier: Option<Deferred> = match self.get(&pk).await? {
                Some(item) => Some(from_item("deferred notification", item)?),
                None => None,
            };
            let before = earlier.as_ref().map(|earlier| earlier.version);
            let mut next = match earlier {
                Some(earlier) => earlier.merged(notification),
                None => Deferred::begun(notification),
            };
            // A new notification brings the next attempt forward but never moves it back.
            next.due_at = next.due_at.min(due_at(next.times));
            // The item would expire before its next attempt.
            if next.due_at > next.ends_at() {
                self.end_deferred(&next.verification).await?;
                return Ok(false);
            }
            if self.put_deferred(&pk, &next, before).await? {
                return Ok(true);
            }
        }
        Err(CloudError::Conflict("the deferred notification"))
    }

    /// Returns `false` if the stored item is another one than `before`.
    async fn put_deferred(
        &self,
        pk: &str,
        next: &Deferred,
        before: Option<u32>,
    ) -> Result<bool, CloudError> {
        let mut item = to_item("deferred notification", next)?;
        item.insert("pk".to_owned(), text(pk));
        item.insert("due_shard".to_owned(), text(deferred_shard(&due_shard(pk))));
        item.insert("due_at".to_owned(), text(sortable(next.due_at)));
        let expires_at = next.ends_at().as_second();
        item.insert("expires_at".to_owned(), number(expires_at.into()));
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item));
        let put = match before {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(version) => put
                .condition_expression("version = :version")
                .expression_attribute_values(":version", number(version.into())),
        };
        match put.send().await {
            Ok(_) => Ok(true),
            Err(error) if condition_failed(&error) => Ok(false),
            Err(error) => Err(CloudError::service("deferring a notification", error)),
        }
    }

    /// Returns the index of the deferred notifications that are due. Their shards have names of
    /// their own: [`deferred_shard`].
    #[must_use]
    pub fn due_notifications(&self) -> DueIndex<IgnoredAny> {
        DueIndex::new(&self.client, &self.table, KEY)
    }

    /// Takes a due notification until `lease`. Returns `None` if it is no longer due at the time
    /// that was read, or can't be read.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn take_notification(
        &self,
        due: &Due<IgnoredAny>,
        lease: Timestamp,
    ) -> Result<Option<Verification>, CloudError> {
        // Returned by the write that takes it: another notification may have been merged into the
        // item since the index was read.
        let taken = self.due_notifications().take_whole(due, lease).await?;
        let read = |item| readable(from_item::<Deferred>("deferred notification", item));
        Ok(taken.and_then(read).map(|deferred| deferred.verification))
    }

    /// Ends the waiting of a notification, because the store has answered. One that arrived
    /// meanwhile stays.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn end_deferred(&self, notification: &Verification) -> Result<(), CloudError> {
        let received_at = attribute("time of receipt", &notification.received_at)?;
        let sent = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key("pk", text(partition(notification)?))
            // A later notification has changed the time of receipt, so the condition keeps the
            // item.
            .condition_expression("verification.receivedAt = :receivedAt")
            .expression_attribute_values(":receivedAt", received_at)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) if condition_failed(&error) => Ok(()),
            Err(error) => Err(CloudError::service("ending a deferral", error)),
        }
    }
}

fn partition(notification: &Verification) -> Result<String, CloudError> {
    let broadcaster = &notification.broadcaster_id;
    let purchase = purchase_partition(&notification.purchase());
    let rest = purchase
        .strip_prefix(broadcaster.as_str())
        .unwrap_or(&purchase);
    let mut pk = format!("{broadcaster}#notification{rest}");
    // Only the notification reports a voided payment, so it must not be merged away by another one
    // about the same purchase.
    if let Some(voided) = notification.cause.voided() {
        let voided = serde_json::to_string(voided).map_err(|error| CloudError::Stored {
            what: "voided payment",
            reason: error.to_string(),
        })?;
        pk.push('#');
        pk.push_str(&sha256_hex(&voided));
    }
    Ok(pk)
}

/// Returns the name of the shard for deferred notifications that belongs to a shard of submissions.
///
/// They are apart, because an earlier version reads the shards of submissions and must not meet
/// items that it does not know.
#[must_use]
pub fn deferred_shard(shard: &str) -> String {
    format!("notification-{shard}")
}

fn notice(verification: &Verification) -> Option<&Notice> {
    match &verification.cause {
        VerificationCause::Notification { notice, .. } => notice.as_deref(),
        _ => None,
    }
}

fn newest<'a>(one: Option<&'a Notice>, other: Option<&'a Notice>) -> Option<&'a Notice> {
    one.into_iter()
        .chain(other)
        .max_by_key(|notice| notice.snapshot.observed_at)
}

//! Change of a purchase: what is written, and when the purchase is checked next.

use domain::{Decision, Locator, PurchaseKey, Subscription, Timestamp, schedule};

use super::{ParkedNotice, PurchaseRecord, StoredReceipt};
use crate::retry::LEASE;

/// Change of one purchase. What it does not name stays as stored.
#[derive(Debug, Clone)]
pub struct Change<'a> {
    /// Stored purchase; `None` for an unknown one.
    pub before: Option<&'a PurchaseRecord>,
    /// Decision to write.
    pub decision: &'a Decision,
    /// Key and hints for the next look-ups.
    pub locator: Option<&'a Locator>,
    /// Store's answer, if it is kept.
    pub receipt: Option<&'a StoredReceipt>,
    /// Purchases that this one has replaced; their keys become aliases of it.
    pub retired: &'a [Retired],
    /// Further key of the purchase, which becomes an alias of it.
    pub alias: Option<&'a PurchaseKey>,
    /// Next check.
    pub next_check: NextCheck<'a>,
    /// Time of the write.
    pub now: Timestamp,
}

/// Next check of a purchase after a change.
#[derive(Debug, Clone, Copy)]
pub enum NextCheck<'a> {
    /// The store has answered. The check is due by the state; deferrals and a parked notice end.
    Scheduled,
    /// As [`Scheduled`](Self::Scheduled), unless nothing was decided and an earlier check is due: then
    /// that one stays, because another date costs a write of the item and two of the index.
    NotLater,
    /// The store was not asked. Due date, deferrals and a parked notice stay as they are.
    Unchanged,
    /// The store gave no answer. The check is due again at this time.
    Deferred {
        /// Time of the check.
        due_at: Timestamp,
        /// Notice that replaces the parked one.
        notice: Option<&'a ParkedNotice>,
    },
}

impl<'a> Change<'a> {
    /// Builds a change by an answer of the store.
    #[must_use]
    pub const fn answered(
        before: Option<&'a PurchaseRecord>,
        decision: &'a Decision,
        locator: &'a Locator,
        now: Timestamp,
    ) -> Self {
        Self {
            before,
            decision,
            locator: Some(locator),
            receipt: None,
            retired: &[],
            alias: None,
            next_check: NextCheck::Scheduled,
            now,
        }
    }

    /// Builds a change for which the store was not asked.
    #[must_use]
    pub const fn unasked(
        before: &'a PurchaseRecord,
        decision: &'a Decision,
        now: Timestamp,
    ) -> Self {
        Self {
            before: Some(before),
            decision,
            locator: None,
            receipt: None,
            retired: &[],
            alias: None,
            next_check: NextCheck::Unchanged,
            now,
        }
    }

    /// Returns the purchase as stored after the change; `None` if the change leaves it unchanged.
    pub(super) fn after(&self) -> Option<PurchaseRecord> {
        let mut subscription = self.decision.next.clone()?;
        let stored = self.before;
        subscription.version = stored.map_or(1, |stored| stored.subscription.version + 1);
        let details = match (self.locator, stored) {
            (Some(locator), _) => locator.details.clone(),
            (None, Some(stored)) => stored.locator.details.clone(),
            (None, None) => subscription.state.details.clone(),
        };
        let mut after = PurchaseRecord {
            locator: Locator {
                key: subscription.purchase_key.clone(),
                details,
            },
            deferrals: 0,
            due_at: None,
            notice: None,
            receipt: self
                .receipt
                .or_else(|| stored.and_then(|stored| stored.receipt.as_ref()))
                .cloned(),
            subscription,
        };
        match (self.next_check, stored) {
            (NextCheck::Scheduled | NextCheck::NotLater, _) | (NextCheck::Unchanged, None) => {
                let due_at = schedule::next_check(&after.subscription, self.now);
                let due_at =
                    due_at.map(|due_at| schedule::spread(due_at, &after.subscription, self.now));
                after.due_at = self.earlier_check(due_at).or(due_at);
            }
            (NextCheck::Unchanged, Some(stored)) => {
                (after.deferrals, after.due_at) = (stored.deferrals, stored.due_at);
                after.notice.clone_from(&stored.notice);
            }
            (NextCheck::Deferred { due_at, notice }, stored) => {
                after.due_at = Some(due_at);
                after.deferrals = stored
                    .map_or(0, |stored| stored.deferrals)
                    .saturating_add(1);
                let parked = stored.and_then(|stored| stored.notice.as_ref());
                after.notice = notice.or(parked).cloned();
            }
        }
        Some(after)
    }
}

impl Change<'_> {
    /// Whether a change would only write that the store was asked.
    pub(super) fn shows_what_is_stored(
        &self,
        before: &PurchaseRecord,
        after: &PurchaseRecord,
    ) -> bool {
        let stored = &before.subscription;
        let asked_before = PurchaseRecord {
            subscription: Subscription {
                watermark: stored.watermark,
                updated_at: stored.updated_at,
                version: stored.version,
                ..after.subscription.clone()
            },
            receipt: before.receipt.clone(),
            ..after.clone()
        };
        let has_more = !self.decision.events.is_empty()
            || self.decision.former.is_some()
            || !self.retired.is_empty()
            || self.alias.is_some();
        !has_more && asked_before == *before
    }

    /// Returns the stored check if it stays although the next one would be due at `due_at`.
    fn earlier_check(&self, due_at: Option<Timestamp>) -> Option<Timestamp> {
        let stored = self.before.filter(|stored| stored.deferrals == 0)?;
        let (earlier, due_at) = (stored.due_at?, due_at?);
        // A check that is due before a lease ends may be queued already, and its message is dropped
        // after this answer. Nothing would set another date.
        let lease_ends = self.now.checked_add(LEASE).ok()?;
        let stays = matches!(self.next_check, NextCheck::NotLater)
            && self.decision.events.is_empty()
            && lease_ends < earlier
            && earlier <= due_at;
        stays.then_some(earlier)
    }
}

/// Purchase that another one has replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Retired {
    /// Key.
    pub key: PurchaseKey,
    /// Stored subscription; `None` if it was never stored.
    pub before: Option<Subscription>,
}

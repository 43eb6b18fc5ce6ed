//! Snapshot of a purchase: a store's answer in one shape for all stores.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Billing, CustomerId, Price, PriceChange, PurchaseKey, Store, Timestamp};

/// Status of a subscription. A trial is a date, not a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Bought and not paid yet: no access.
    Pending,
    /// Paid and renewing: access, also if the renewal shows late.
    Active,
    /// A renewal failed and the store still grants access: access to the end of grace.
    Grace,
    /// A renewal failed and the store suspended access: no access.
    OnHold,
    /// Paused by the customer: no access.
    Paused,
    /// Does not renew: access to the end of the period.
    Cancelled,
    /// Expired: no access.
    Expired,
    /// Refunded or withdrawn: no access.
    Revoked,
}

impl Status {
    /// Whether the purchase has ended, according to the store.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Expired | Self::Revoked)
    }

    /// Whether the customer has access, if the dates permit it.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Active | Self::Grace | Self::Cancelled)
    }
}

/// End of a purchase that does not end: 2999-12-31T00:00:00Z. In whole seconds it can't be mistaken
/// for milliseconds.
pub const FOREVER: Timestamp = Timestamp::constant(32_503_593_600, 0);

/// Part of a subscription that only the store decides. Each newer observation replaces it as a
/// whole, so that it depends on the last one alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoreState {
    /// Status.
    pub status: Status,
    /// The store's id of the product, plan or SKU.
    pub product_id: String,
    /// Product that takes over at the next renewal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_product_id: Option<String>,
    /// Time at which the customer first bought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// Start of the running period, if the store names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_start: Option<Timestamp>,
    /// End of the running (or last) period.
    pub period_end: Timestamp,
    /// End of the trial, while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_end: Option<Timestamp>,
    /// End of the grace period, while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_end: Option<Timestamp>,
    /// Whether the store will charge again.
    pub auto_renew: bool,
    /// Time at which auto-renewal was switched off, by the customer or the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// Reason for that, in the store's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
    /// Time at which a pause ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumes_at: Option<Timestamp>,
    /// Time at which the money was returned, or the right withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// Whether the store marks it as a test purchase.
    #[serde(default)]
    pub test: bool,
    /// Kind of payment.
    #[serde(flatten)]
    pub billing: Billing,
    /// The store's id of the last payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Price that the store charges at the next renewal, if it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// Change of that price that the store has announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_change: Option<PriceChange>,
    /// Deadline for the acknowledgement, after which the store refunds the purchase. Absent once it
    /// is acknowledged, and for stores that require none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledge_by: Option<Timestamp>,
    /// Store-specific values that webhooks show as `inAppSpecificData`: documented ones only. Items
    /// of earlier versions also contain what [`StoreSnapshot::memory`] holds today.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

/// Shows only the names of `details`, because some of the values are purchase keys.
impl fmt::Debug for StoreState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreState")
            .field("status", &self.status)
            .field("product_id", &self.product_id)
            .field("pending_product_id", &self.pending_product_id)
            .field("started_at", &self.started_at)
            .field("period_start", &self.period_start)
            .field("period_end", &self.period_end)
            .field("trial_end", &self.trial_end)
            .field("grace_end", &self.grace_end)
            .field("auto_renew", &self.auto_renew)
            .field("cancelled_at", &self.cancelled_at)
            .field("cancel_reason", &self.cancel_reason)
            .field("resumes_at", &self.resumes_at)
            .field("revoked_at", &self.revoked_at)
            .field("test", &self.test)
            .field("billing", &self.billing)
            .field("price", &self.price)
            .field("price_change", &self.price_change)
            .field("acknowledge_by", &self.acknowledge_by)
            .field("details", &self.details.keys())
            .finish()
    }
}

impl StoreState {
    /// Builds a state with these fields only. It renews if it is active, in grace or suspended.
    #[must_use]
    pub const fn new(status: Status, product_id: String, period_end: Timestamp) -> Self {
        Self {
            status,
            product_id,
            pending_product_id: None,
            started_at: None,
            period_start: None,
            period_end,
            trial_end: None,
            grace_end: None,
            auto_renew: matches!(
                status,
                Status::Active | Status::Grace | Status::OnHold | Status::Paused
            ),
            cancelled_at: None,
            cancel_reason: None,
            resumes_at: None,
            revoked_at: None,
            test: false,
            billing: Billing::Renewing,
            order_id: None,
            price: None,
            price_change: None,
            acknowledge_by: None,
            details: BTreeMap::new(),
        }
    }

    /// Builds the state of a paid one-time purchase: unlimited, until the offer's duration is
    /// applied.
    #[must_use]
    pub fn one_time(product_id: String, bought_at: Timestamp) -> Self {
        Self {
            started_at: Some(bought_at),
            period_start: Some(bought_at),
            auto_renew: false,
            billing: Billing::OneTime,
            ..Self::new(Status::Active, product_id, FOREVER)
        }
    }

    /// Returns the end of access according to the dates: the end of grace if that is later.
    #[must_use]
    pub fn access_end(&self) -> Timestamp {
        match (self.status, self.grace_end) {
            (Status::Grace, Some(grace_end)) => grace_end.max(self.period_end),
            _ => self.period_end,
        }
    }

    /// Whether the store grants access at `now`.
    ///
    /// An active, renewing subscription keeps access past the end of its period until the store
    /// says otherwise, because a renewal that could not be observed yet must not lock anybody out
    /// (ADR 7).
    #[must_use]
    pub fn grants_access(&self, now: Timestamp) -> bool {
        match self.status {
            // The renewal may not have been observed yet, so dates alone must not end access (ADR
            // 7).
            Status::Active => self.auto_renew || now < self.period_end,
            Status::Grace | Status::Cancelled => now < self.access_end(),
            _ => false,
        }
    }

    /// Whether both are equal except for the details and the acknowledgement.
    pub(crate) fn is_the_same_as(&self, other: &Self) -> bool {
        // The acknowledgement is ours, and details may differ without a change at the store.
        let bare = |state: &Self| Self {
            acknowledge_by: None,
            details: BTreeMap::new(),
            ..state.clone()
        };
        bare(self) == bare(other)
    }

    /// Whether both agree about access and renewal. A notification may leave out everything else.
    pub(crate) fn says_the_same_as(&self, other: &Self) -> bool {
        self.status == other.status
            && self.product_id == other.product_id
            && self.period_end == other.period_end
            && self.auto_renew == other.auto_renew
    }

    /// Whether renewal was switched off. A prepaid purchase never had any.
    #[must_use]
    pub const fn renewal_is_off(&self) -> bool {
        // A prepaid purchase does not renew either, but nobody has cancelled it.
        !self.auto_renew && !self.billing.is_prepaid()
    }

    /// Whether the running period is a trial.
    #[must_use]
    pub const fn in_trial(&self) -> bool {
        self.trial_end.is_some()
    }
}

/// Result of reading a store's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::large_enum_variant,
    reason = "one lives at a time, and nearly all are the large one"
)]
pub enum Reading {
    /// State with a documented status.
    Known(StoreState),
    /// Status that is not documented, in the store's words.
    UnknownStatus(String),
    /// Another purchase has replaced this one; only that purchase says which.
    Replaced,
}

/// Voided payment, as a notification reported it; the store's answers may not show it yet (ADR 19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VoidedPayment {
    /// Payment; `None` voids the purchase as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Time at which it was voided.
    pub at: Timestamp,
}

/// Observation of a purchase at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoreSnapshot {
    /// Store.
    pub store: Store,
    /// Key of the purchase.
    pub purchase_key: PurchaseKey,
    /// Customer whom the store names for the purchase, if it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<CustomerId>,
    /// Purchase that this one has replaced; from then on only this one counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<PurchaseKey>,
    /// Further key that all of the purchase's ids at the store share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<PurchaseKey>,
    /// States of the purchase read from its other products, if it has several. The offers decide
    /// which one counts: [`StoreSnapshot::select`](crate::StoreSnapshot::select).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<StoreState>,
    /// Result of reading the answer.
    pub reading: Reading,
    /// Value that is not documented, although the rest of the answer was sufficient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_status: Option<String>,
    /// Hints that only the connector needs, for its next look-up. Opaque to everything else, and
    /// never shown.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub memory: BTreeMap<String, String>,
    /// Time at which the look-up began (or the store signed the state), which orders observations.
    pub observed_at: Timestamp,
}

impl StoreSnapshot {
    /// Builds an observation with these fields only.
    #[must_use]
    pub const fn new(
        store: Store,
        purchase_key: PurchaseKey,
        reading: Reading,
        observed_at: Timestamp,
    ) -> Self {
        Self {
            store,
            purchase_key,
            account: None,
            replaces: None,
            alias: None,
            alternatives: Vec::new(),
            reading,
            unknown_status: None,
            memory: BTreeMap::new(),
            observed_at,
        }
    }

    /// Returns the hints with which the store is asked from now on: the details of the state and
    /// the connector's memory. `None` if no state is known, and the former hints stay.
    #[must_use]
    pub fn hints(&self) -> Option<BTreeMap<String, String>> {
        let Reading::Known(state) = &self.reading else {
            return None;
        };
        let mut hints = state.details.clone();
        hints.extend(self.memory.clone());
        Some(hints)
    }
}

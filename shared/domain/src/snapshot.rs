//! What a store says of a purchase, in one shape for all stores.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{CustomerId, Price, PriceChange, PurchaseKey, Store, Timestamp};

/// Where a subscription stands. A trial is a date, not a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Bought but not paid yet: no access.
    Pending,
    /// Paid and renewing: access, also when the renewal is late to be seen.
    Active,
    /// A renewal failed, the store still grants access: access to the end of grace.
    Grace,
    /// A renewal failed, the store suspended access: no access.
    OnHold,
    /// Suspended by the customer's wish: no access.
    Paused,
    /// Won't renew: access to the end of the period.
    Cancelled,
    /// Ran out: no access.
    Expired,
    /// Refunded or taken back: no access.
    Revoked,
}

impl Status {
    /// Whether this is the end, as far as the store says.
    #[must_use]
    pub const fn is_ended(self) -> bool {
        matches!(self, Self::Expired | Self::Revoked)
    }

    /// Whether the customer may watch, dates permitting.
    #[must_use]
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Active | Self::Grace | Self::Cancelled)
    }
}

/// The end of what does not end: 2999-12-31T00:00:00Z. A date that every receiver of whole seconds
/// can tell from milliseconds.
pub const FOREVER: Timestamp = Timestamp::constant(32_503_593_600, 0);

/// The part of a subscription that only the store decides. Replaced as a whole by each newer
/// observation, so that it depends on the last one alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoreState {
    /// Where it stands.
    pub status: Status,
    /// The store's product, plan or SKU id.
    pub product_id: String,
    /// The product that takes over at the next renewal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_product_id: Option<String>,
    /// When the customer first bought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// Start of the running period, where the store tells it.
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
    /// When the customer or the store switched auto-renewal off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// Why, in the store's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
    /// When a pause ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumes_at: Option<Timestamp>,
    /// When the money was returned or the right taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// Whether the store marks it as a test purchase.
    #[serde(default)]
    pub test: bool,
    /// Paid once, for one period: nothing renews by itself, and nobody opted out of anything.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub prepaid: bool,
    /// Bought once and not a subscription: a rental, or something to keep. `prepaid` as well. It lasts
    /// as long as the offer says, and for ever if that says nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub one_time: bool,
    /// The store's id of the last payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// What the store charges at the next renewal, where it tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// A change of that price that the store has announced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_change: Option<PriceChange>,
    /// Until when the store wants to hear that the purchase was delivered, or it returns the money.
    /// Absent once it has heard, and where it doesn't ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledge_by: Option<Timestamp>,
    /// What the store's own vocabulary adds, for the `inAppSpecificData` of webhooks.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

/// Shows the names of `details` only: some of them are purchase keys.
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
            .field("prepaid", &self.prepaid)
            .field("one_time", &self.one_time)
            .field("price", &self.price)
            .field("price_change", &self.price_change)
            .field("acknowledge_by", &self.acknowledge_by)
            .field("details", &self.details.keys())
            .finish()
    }
}

impl StoreState {
    /// A state of which no more is known: it renews if it is active, in grace or suspended.
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
            prepaid: false,
            one_time: false,
            order_id: None,
            price: None,
            price_change: None,
            acknowledge_by: None,
            details: BTreeMap::new(),
        }
    }

    /// What was bought once, at `bought_at`, and is paid: for ever, until the offer's rental window is
    /// applied to it.
    #[must_use]
    pub fn one_time(product_id: String, bought_at: Timestamp) -> Self {
        Self {
            started_at: Some(bought_at),
            period_start: Some(bought_at),
            auto_renew: false,
            prepaid: true,
            one_time: true,
            ..Self::new(Status::Active, product_id, FOREVER)
        }
    }

    /// The last instant of access that the dates allow: the end of grace where that is later.
    #[must_use]
    pub fn access_end(&self) -> Timestamp {
        match (self.status, self.grace_end) {
            (Status::Grace, Some(grace_end)) => grace_end.max(self.period_end),
            _ => self.period_end,
        }
    }

    /// Whether the store's word grants access at `now`.
    ///
    /// An active, renewing subscription keeps access past its period end until the store says
    /// otherwise: a renewal that nobody could observe yet must not lock anybody out.
    #[must_use]
    pub fn grants_access(&self, now: Timestamp) -> bool {
        match self.status {
            Status::Active => self.auto_renew || now < self.period_end,
            Status::Grace | Status::Cancelled => now < self.access_end(),
            _ => false,
        }
    }

    /// Whether both are the same but for what this bundle adds: the details and the
    /// acknowledgement.
    pub(crate) fn is_the_same_as(&self, other: &Self) -> bool {
        let bare = |state: &Self| Self {
            acknowledge_by: None,
            details: BTreeMap::new(),
            ..state.clone()
        };
        bare(self) == bare(other)
    }

    /// Whether both say the same of access and renewal. A notification may leave out the rest.
    pub(crate) fn says_the_same_as(&self, other: &Self) -> bool {
        self.status == other.status
            && self.product_id == other.product_id
            && self.period_end == other.period_end
            && self.auto_renew == other.auto_renew
    }

    /// Whether somebody switched renewal off. What was paid once never had it.
    #[must_use]
    pub const fn renewal_is_off(&self) -> bool {
        !self.auto_renew && !self.prepaid
    }

    /// Whether the running period is a trial.
    #[must_use]
    pub const fn in_trial(&self) -> bool {
        self.trial_end.is_some()
    }
}

/// What could be made of the store's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::large_enum_variant,
    reason = "one lives at a time, and nearly all are the large one"
)]
pub enum Reading {
    /// The store's status is one that we know.
    Known(StoreState),
    /// The store named a status that we don't know. The text is the store's.
    UnknownStatus(String),
    /// Another purchase has taken over; which one, only that purchase tells.
    Replaced,
}

/// The store took a payment back, by a word that its answers may not show yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Void {
    /// The payment; `None` takes back the purchase as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// One look at one purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StoreSnapshot {
    /// Who said it.
    pub store: Store,
    /// The purchase that it is about.
    pub purchase_key: PurchaseKey,
    /// The customer to whom the store itself binds the purchase, where it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<CustomerId>,
    /// The purchase that this one has taken over from: from now on only this one counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<PurchaseKey>,
    /// Another name of the same purchase, which all of its names share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<PurchaseKey>,
    /// The same purchase as read from each of its other products, where it has several. Which of them
    /// decides depends on the offers: [`StoreSnapshot::select`](crate::StoreSnapshot::select).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<StoreState>,
    /// What it says.
    pub reading: Reading,
    /// A status word that we don't know, although the rest of the answer told enough for a reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_status: Option<String>,
    /// When we began to ask (or when the store signed it): the order of observations.
    pub observed_at: Timestamp,
}

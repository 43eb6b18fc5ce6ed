//! Subscription: the store's state, the ownership, and the bookkeeping that keeps both correct.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    AddOn, BroadcasterId, CustomerId, Environment, FollowUp, OfferRef, Ownership, Price,
    PurchaseKey, PurchaseRef, Store, StoreState, Timestamp, VoidedPayment,
};

/// Record of a store that denies knowing a purchase that it knew before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// Time at which it first denied it.
    pub since: Timestamp,
    /// Number of times that it has denied it.
    pub checks: u32,
}

/// One purchase and the customer who owns it.
///
/// Without a customer it is *unbound*: a notification came before any claim. It then grants nothing
/// and has no events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// The store that sold it.
    pub store: Store,
    /// The store's key of the purchase.
    pub purchase_key: PurchaseKey,
    /// Further key that the store has for the purchase; an alias leads from it to this item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<PurchaseKey>,
    /// Sandbox or production.
    pub environment: Environment,
    /// The present ownership.
    #[serde(flatten)]
    pub ownership: Ownership,
    /// Customer whom the store named for the current payment, if it named one (ADR 28).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named_customer: Option<CustomerId>,
    /// Offer that it gives access to. Absent until an offer lists its product.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferRef>,
    /// Other products of the same purchase.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_ons: Vec<AddOn>,
    /// Whether a trial has begun whose first payment was not seen yet. The trial may be over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trial_unpaid: bool,
    /// Start of the running period as observed, if the store names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_started_at: Option<Timestamp>,
    /// State at the store.
    pub state: StoreState,
    /// Number of writes of this purchase. The storage layer sets it, and makes every write
    /// conditional on it.
    pub version: u64,
    /// Time of the newest applied observation. An older one changes nothing that the store decides.
    pub watermark: Timestamp,
    /// Time of the last event of this purchase, whose events are at least a second apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event_at: Option<Timestamp>,
    /// Time at which auto-renewal was last seen to be off, for stores that do not name the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation_seen_at: Option<Timestamp>,
    /// Set while the store denies knowing the purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// Time at which the store first said that another purchase has replaced this one, while that
    /// was not seen yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_since: Option<Timestamp>,
    /// Pending follow-ups of a notification that the last answer lagged behind (ADR 27).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUp>,
    /// Since when `state` is known: when it was first observed, or when the store last signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_as_of: Option<Timestamp>,
    /// Voided payments, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided: Vec<VoidedPayment>,
    /// Transfers of the last 24 hours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Timestamp>,
    /// Time at which it was last written.
    pub updated_at: Timestamp,
    /// Attributes written by a later version, kept unchanged.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

impl Subscription {
    /// Builds the reference to the purchase.
    #[must_use]
    pub fn purchase(&self) -> PurchaseRef {
        PurchaseRef {
            broadcaster: self.broadcaster_id.clone(),
            store: self.store,
            key: self.purchase_key.clone(),
        }
    }

    /// Returns what the outcome of a validation says and apps are answered with: without the
    /// bookkeeping and what only further decisions need. An outcome is written in one transaction
    /// with the purchase, where each kilobyte costs two write units.
    #[must_use]
    pub fn abridged(&self) -> Self {
        let offer = self.offer.clone().map(|offer| OfferRef {
            tags: BTreeSet::new(),
            ..offer
        });
        Self {
            ownership: Ownership {
                claim: None,
                ..self.ownership.clone()
            },
            offer,
            named_customer: None,
            add_ons: Vec::new(),
            period_started_at: None,
            last_event_at: None,
            cancellation_seen_at: None,
            missing: None,
            replaced_since: None,
            follow_up: None,
            state_as_of: None,
            voided: Vec::new(),
            transfers: Vec::new(),
            state: StoreState {
                pending_product_id: None,
                started_at: None,
                period_start: None,
                cancel_reason: None,
                order_id: None,
                price: None,
                price_change: None,
                acknowledge_by: None,
                ..self.state.clone()
            },
            unknown: BTreeMap::new(),
            ..self.clone()
        }
    }

    /// Whether the owner has access at `now`, as `accessGranted` shows it.
    #[must_use]
    pub fn access_granted(&self, now: Timestamp) -> bool {
        // The store's state goes on after a transfer, but no longer for this customer.
        self.ownership.customer_id.is_some()
            && self.ownership.termination.is_none()
            && self.state.grants_access(now)
    }

    /// Returns when auto-renewal was switched off: the store's time, or ours if it names none.
    #[must_use]
    pub fn cancelled_at(&self) -> Option<Timestamp> {
        self.state
            .cancelled_at
            .or(self.cancellation_seen_at)
            // A time that was seen stays stored after a reactivation.
            .filter(|_| self.state.renewal_is_off())
    }

    /// Returns the start of the running period, if the store names it or it was observed.
    #[must_use]
    pub fn known_period_start(&self) -> Option<Timestamp> {
        self.state.period_start.or(self.period_started_at)
    }

    /// Returns the start of the running period; if it was never known, the first purchase.
    #[must_use]
    pub fn period_start(&self) -> Timestamp {
        self.known_period_start()
            .or(self.state.started_at)
            .unwrap_or(self.ownership.created_at)
    }

    /// Whether a trial runs, or has run, whose first payment was not seen yet.
    #[must_use]
    pub const fn has_unpaid_trial(&self) -> bool {
        // Items of an earlier version have only the state.
        self.trial_unpaid || self.state.in_trial()
    }

    /// Returns the `transaction_id` of Beacon notifications: the same for as long as the
    /// subscription continues.
    #[must_use]
    pub fn transaction_id(&self) -> &PurchaseKey {
        self.ownership
            .transaction_id
            .as_ref()
            .unwrap_or(&self.purchase_key)
    }

    /// Returns the expected price of the running billing cycle: the offer's price less the
    /// discount. `None` if the offer has no price.
    #[must_use]
    pub fn expected_price(&self) -> Option<Price> {
        let price = self.offer.as_ref()?.price.as_ref()?;
        Some(match &self.ownership.coupon {
            Some(coupon) if self.ownership.discounted_cycles_left() > 0 => {
                price.less(coupon.percent)
            }
            _ => price.clone(),
        })
    }
}

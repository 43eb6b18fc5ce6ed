//! A subscription: what the store says, who owns it, and the book-keeping that keeps it true.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    AddOn, BroadcasterId, CorrelationId, Coupon, CustomerId, Environment, FollowUp, OfferRef,
    Price, PurchaseKey, Store, StoreState, SubscriptionId, Timestamp, Void,
};

/// When the owner's claim was submitted. Of two claims the later one holds the purchase,
/// in whatever order they are processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimStamp {
    /// When the submission was received.
    pub submitted_at: Timestamp,
    /// Tells two submissions of one millisecond apart.
    pub correlation_id: CorrelationId,
}

/// The store says that it does not know a purchase that it used to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Missing {
    /// When it first said so.
    pub since: Timestamp,
    /// How often it has said so.
    pub checks: u32,
}

/// Why a subscription ended although the purchase goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerminationReason {
    /// The purchase went to another customer.
    Transferred,
}

/// The end of a subscription that the store knows nothing of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Termination {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: TerminationReason,
}

/// One purchase and the customer who holds it.
///
/// Without a customer it is *unbound*: a notice came before any claim. It then grants nothing and
/// has no events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// The store that sold it.
    pub store: Store,
    /// The store's name for the purchase.
    pub purchase_key: PurchaseKey,
    /// The name under which receivers know it, where that is not the purchase key: the purchase has
    /// taken over from another one without a break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<PurchaseKey>,
    /// Another name that the store has for the purchase and that leads here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<PurchaseKey>,
    /// Sandbox or production.
    pub environment: Environment,
    /// Ours, new with each owner.
    pub subscription_id: SubscriptionId,
    /// The how-manieth subscription this purchase is: 1 and up.
    pub generation: u32,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// The claim by which the customer holds it; absent where the store named the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimStamp>,
    /// The customer whom the store named for the payment that runs, where it named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named_customer: Option<CustomerId>,
    /// What it gives access to. Absent until a product of it was mapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<OfferRef>,
    /// Other products of the same purchase, where it has several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add_ons: Vec<AddOn>,
    /// The billing cycle that runs, of this owner: 1 and up. A free trial is none of its own.
    #[serde(default = "first_cycle")]
    pub billing_cycle: u32,
    /// Whether a trial has run whose first payment was not seen yet. It may be over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trial_unpaid: bool,
    /// Start of the running period where the store names none, from the moment it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_started_at: Option<Timestamp>,
    /// The discount that a coupon code brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<Coupon>,
    /// What the store says.
    pub state: StoreState,
    /// Set once the purchase went to another customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub termination: Option<Termination>,
    /// Counts the writes of this purchase; every write is conditional on it.
    pub version: u64,
    /// When the newest applied observation was made. An older one changes nothing.
    pub watermark: Timestamp,
    /// The number of the last event.
    pub sequence: u64,
    /// The time of the last event of this purchase; events of one purchase are at least a second apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event_at: Option<Timestamp>,
    /// When auto-renewal was last seen to go off, for stores that don't tell when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation_seen_at: Option<Timestamp>,
    /// Set while the store denies knowing it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Missing>,
    /// Since when the store says that another purchase has taken over, which was not seen yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_since: Option<Timestamp>,
    /// Look-ups that are to come because the last answer lagged behind a notification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up: Option<FollowUp>,
    /// Since when `state` is known: when it was first observed, or when the store last signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_as_of: Option<Timestamp>,
    /// Payments that the store took back, the newest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub voided: Vec<Void>,
    /// Transfers of the last 24 hours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<Timestamp>,
    /// When this subscription began to exist here.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// What a later version of this bundle wrote and this one does not know: kept as it is.
    #[serde(flatten)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

impl Subscription {
    /// `accessGranted`: whether the holder may watch at `now`.
    #[must_use]
    pub fn access_granted(&self, now: Timestamp) -> bool {
        self.customer_id.is_some() && self.termination.is_none() && self.state.grants_access(now)
    }

    /// When auto-renewal went off: the store's time, or ours if it tells none.
    #[must_use]
    pub fn cancelled_at(&self) -> Option<Timestamp> {
        self.state
            .cancelled_at
            .or(self.cancellation_seen_at)
            .filter(|_| self.state.renewal_is_off())
    }

    /// Start of the running period, where the store names it or it was seen.
    #[must_use]
    pub fn known_period_start(&self) -> Option<Timestamp> {
        self.state.period_start.or(self.period_started_at)
    }

    /// Start of the running period; of one that was never known, the first purchase.
    #[must_use]
    pub fn period_start(&self) -> Timestamp {
        self.known_period_start()
            .or(self.state.started_at)
            .unwrap_or(self.created_at)
    }

    /// Whether a trial runs, or has run, whose first payment was not seen yet.
    #[must_use]
    pub const fn has_unpaid_trial(&self) -> bool {
        // An earlier version kept no more than the state.
        self.trial_unpaid || self.state.in_trial()
    }

    /// `transaction_id` of Beacon notifications: the same as long as the subscription goes on.
    #[must_use]
    pub fn transaction_id(&self) -> &PurchaseKey {
        self.transaction_id.as_ref().unwrap_or(&self.purchase_key)
    }

    /// How many billing cycles the discount still lasts, the running one included.
    #[must_use]
    pub fn discounted_cycles_left(&self) -> u32 {
        self.coupon.as_ref().map_or(0, |coupon| {
            coupon
                .cycles
                .saturating_sub(self.billing_cycle.saturating_sub(1))
        })
    }

    /// What the running billing cycle should have cost: the offer's price less the discount.
    /// `None` where the offer has no price.
    #[must_use]
    pub fn expected_price(&self) -> Option<Price> {
        let price = self.offer.as_ref()?.price.as_ref()?;
        Some(match &self.coupon {
            Some(coupon) if self.discounted_cycles_left() > 0 => price.less(coupon.percent),
            _ => price.clone(),
        })
    }
}

const fn first_cycle() -> u32 {
    1
}

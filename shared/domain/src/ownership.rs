//! Ownership: one customer's hold on a purchase.

use serde::{Deserialize, Serialize};

use crate::{
    CorrelationId, Coupon, CustomerId, PurchaseKey, PurchaseRef, SubscriptionId, Timestamp,
};

/// Time of the owner's claim. The later one of two claims owns the purchase, in whatever order they
/// are processed (ADR 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimStamp {
    /// Time at which the submission was received.
    pub submitted_at: Timestamp,
    /// Distinguishes submissions of the same millisecond.
    pub correlation_id: CorrelationId,
}

/// Reason for which a subscription ended although the purchase continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TerminationReason {
    /// The purchase went to another customer.
    Transferred,
}

/// End of a subscription that the store does not know about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Termination {
    /// Time of the end.
    pub at: Timestamp,
    /// Reason.
    pub reason: TerminationReason,
}

/// One customer's hold on a purchase, or nobody's before it is claimed. Another customer's is
/// another one, so that nothing of the former owner's remains after a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ownership {
    /// Our id, another one for each owner.
    pub subscription_id: SubscriptionId,
    /// Ordinal of this subscription among the owners of the purchase, from 1.
    pub generation: u32,
    /// Owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// Claim by which the customer owns it; absent if the store named the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimStamp>,
    /// Transaction id by which receivers know it, if it differs from the purchase key: the purchase
    /// has replaced another one without a break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_id: Option<PurchaseKey>,
    /// Number of this owner's current billing cycle, from 1. A free trial is not counted.
    #[serde(default = "first_cycle")]
    pub billing_cycle: u32,
    /// Discount of a coupon code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<Coupon>,
    /// Set once the purchase was transferred to another customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub termination: Option<Termination>,
    /// Sequence number of the last event.
    pub sequence: u64,
    /// Time at which this subscription was created here.
    pub created_at: Timestamp,
}

impl Ownership {
    /// Builds the `generation`-th ownership of a purchase, from 1, in its first billing cycle and
    /// without events.
    #[must_use]
    pub fn new(
        purchase: &PurchaseRef,
        generation: u32,
        customer_id: Option<CustomerId>,
        created_at: Timestamp,
    ) -> Self {
        Self {
            subscription_id: purchase.subscription_id(generation),
            generation,
            customer_id,
            claim: None,
            transaction_id: None,
            billing_cycle: first_cycle(),
            coupon: None,
            termination: None,
            sequence: 0,
            created_at,
        }
    }

    /// Returns the number of billing cycles with the discount that remain, including the running
    /// one.
    #[must_use]
    pub fn discounted_cycles_left(&self) -> u32 {
        self.coupon.as_ref().map_or(0, |coupon| {
            coupon
                .cycles
                // Cycles count from 1, and the running one has the discount.
                .saturating_sub(self.billing_cycle.saturating_sub(1))
        })
    }
}

const fn first_cycle() -> u32 {
    1
}

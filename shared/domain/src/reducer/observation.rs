//! Inputs of a decision.

use crate::{
    AddOn, BroadcasterId, BroadcasterSettings, CorrelationId, CustomerId, Environment, NamedCoupon,
    OfferId, OfferRef, Source, StoreSnapshot, Subscription, Timestamp, VoidedPayment,
};

/// Store's answer about one purchase, with the broadcaster's offers for its products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Answer.
    pub snapshot: StoreSnapshot,
    /// Offer that lists the product, if one does.
    pub offer: Option<OfferRef>,
    /// Other products of the purchase.
    pub add_ons: Vec<AddOn>,
    /// Subscription of the purchase that this one has replaced, if it is known.
    pub replaced: Option<Subscription>,
    /// Voided payment that the notification behind the look-up reported.
    pub voided: Option<VoidedPayment>,
    /// Time at which the event of that notification happened, according to the store.
    pub notified_at: Option<Timestamp>,
    /// Signed state that this notification carried.
    pub signed: Option<StoreSnapshot>,
}

impl Observation {
    /// Builds an observation with these fields only.
    #[must_use]
    pub const fn new(snapshot: StoreSnapshot, offer: Option<OfferRef>) -> Self {
        Self {
            snapshot,
            offer,
            add_ons: Vec::new(),
            replaced: None,
            voided: None,
            notified_at: None,
            signed: None,
        }
    }
}

/// Customer's claim of a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The submitter.
    pub customer_id: CustomerId,
    /// The submission.
    pub correlation_id: CorrelationId,
    /// Offer that the submitter believes to have sold.
    pub offer_id: Option<OfferId>,
    /// Coupon code of the submission.
    pub coupon: Option<NamedCoupon>,
}

/// Cause of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A customer submitted the purchase.
    Claim(Claim),
    /// The store sent a notification.
    Notification,
    /// A check was due.
    Reconciliation,
}

impl Cause {
    /// Returns the claim, if one was the cause.
    #[must_use]
    pub const fn claim(&self) -> Option<&Claim> {
        match self {
            Self::Claim(claim) => Some(claim),
            _ => None,
        }
    }

    /// Returns the source that events name.
    #[must_use]
    pub const fn source(&self) -> Source {
        match self {
            Self::Claim(_) => Source::Claim,
            Self::Notification => Source::Notification,
            Self::Reconciliation => Source::Reconciliation,
        }
    }
}

/// Circumstances of a decision.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The tenant.
    pub broadcaster_id: &'a BroadcasterId,
    /// The stack's environment.
    pub environment: Environment,
    /// The tenant's switches.
    pub settings: &'a BroadcasterSettings,
    /// Time at which the submission or notification behind the decision was received.
    pub received_at: Timestamp,
    /// Time of the decision.
    pub now: Timestamp,
}

//! The inputs of a decision.

use crate::{
    AddOn, BroadcasterId, BroadcasterSettings, CorrelationId, CustomerId, Environment, NamedCoupon,
    OfferId, OfferRef, Source, StoreSnapshot, Subscription, Timestamp, VoidedPayment,
};

/// The store's answer about one purchase, with what the broadcaster's configuration makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The answer.
    pub snapshot: StoreSnapshot,
    /// The broadcaster's offer for the product, if one lists it.
    pub offer: Option<OfferRef>,
    /// Its other products, where it has several.
    pub add_ons: Vec<AddOn>,
    /// The subscription of the purchase that this one has taken over from, where it is known.
    pub replaced: Option<Subscription>,
    /// A payment that the store took back, as the notification says that led to the look-up.
    pub voided: Option<VoidedPayment>,
    /// When the store says that the event happened whose notification led to this look-up.
    pub notified_at: Option<Timestamp>,
    /// The state that this notification carried, signed by the store.
    pub signed: Option<StoreSnapshot>,
}

impl Observation {
    /// An answer without a notification and without other purchases.
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

/// A customer's submission of a purchase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The submitter.
    pub customer_id: CustomerId,
    /// The submission.
    pub correlation_id: CorrelationId,
    /// The offer that the submitter believes to have sold.
    pub offer_id: Option<OfferId>,
    /// The coupon code that came with it.
    pub coupon: Option<NamedCoupon>,
}

/// What led to the decision.
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
    /// The claim, if one was the cause.
    #[must_use]
    pub const fn claim(&self) -> Option<&Claim> {
        match self {
            Self::Claim(claim) => Some(claim),
            _ => None,
        }
    }

    /// The source that events name.
    #[must_use]
    pub const fn source(&self) -> Source {
        match self {
            Self::Claim(_) => Source::Claim,
            Self::Notification => Source::Notification,
            Self::Reconciliation => Source::Reconciliation,
        }
    }
}

/// The circumstances of a decision.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The tenant.
    pub broadcaster_id: &'a BroadcasterId,
    /// The stack's environment.
    pub environment: Environment,
    /// The tenant's switches.
    pub settings: &'a BroadcasterSettings,
    /// When the submission or notification was received that led to the decision.
    pub received_at: Timestamp,
    /// The time of the decision.
    pub now: Timestamp,
}

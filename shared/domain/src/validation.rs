//! Outcome of the validation of a submission.

use serde::{Deserialize, Serialize};

use crate::{
    CorrelationId, CouponResult, CustomerId, EventId, Store, Subscription, SubscriptionId,
    Timestamp,
};

/// Effect of a successful validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ClaimEffect {
    /// The purchase was unknown (or had ended with another customer).
    SubscriptionCreated,
    /// It was another customer's, and is now the submitter's.
    SubscriptionTransferred,
    /// It already was the submitter's.
    SubscriptionSynchronized,
    /// It was the submitter's, had ended, and runs again.
    SubscriptionRevived,
}

/// Reason of a failed validation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ValidationFailure {
    /// The store does not know the purchase.
    PurchaseNotFound,
    /// The store knows the purchase, and it has ended.
    PurchaseExpired,
    /// No offer lists the store's product.
    ProductNotMapped,
    /// The store won't answer about this purchase.
    StoreRejected,
    /// The broadcaster has no credentials for the store.
    NotConfigured,
    /// The purchase belongs to another customer and may not be transferred.
    OwnedByAnotherCustomer,
    /// Another purchase has replaced it.
    PurchaseReplaced,
    /// The submission names another offer than the one that lists the store's product.
    OfferMismatch,
    /// The store gave no answer about it for 72 hours.
    StoreUndecided,
}

impl ValidationFailure {
    /// Whether random ids fail in this way; such failures count towards the limits (ADR 32).
    #[must_use]
    pub const fn may_be_a_guess(self) -> bool {
        matches!(
            self,
            // None of the others comes from a wrong id.
            Self::PurchaseNotFound | Self::StoreRejected | Self::OwnedByAnotherCustomer
        )
    }

    /// Returns the message for people.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::PurchaseNotFound => "the store does not know this purchase",
            Self::PurchaseExpired => "the purchase has ended",
            Self::ProductNotMapped => "no offer lists the store's product of this purchase",
            Self::StoreRejected => "the store rejected the purchase",
            Self::NotConfigured => "the store is not configured for this broadcaster",
            Self::OwnedByAnotherCustomer => "the purchase belongs to another customer",
            Self::PurchaseReplaced => "a newer purchase has replaced this one: submit that",
            Self::OfferMismatch => "the store sold another product than that of the named offer",
            Self::StoreUndecided => {
                "the store gave no answer about the purchase for 72 hours: submit it again"
            }
        }
    }
}

/// Decision about a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimDecision {
    /// The claimant owns the purchase.
    Succeeded {
        /// Effect.
        result: ClaimEffect,
        /// Former owner and their subscription, after a transfer.
        previous: Option<(CustomerId, SubscriptionId)>,
        /// Result of the coupon code, if one was named.
        coupon: Option<CouponResult>,
    },
    /// The claimant does not get the purchase.
    Failed(ValidationFailure),
    /// The store has not decided yet; it has to be asked again.
    Undecided,
}

/// Validation that has ended, as stored with the submission and announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndedValidation {
    /// Id derived from the correlation id: a repeated delivery has the same one.
    pub event_id: EventId,
    /// The submission.
    pub correlation_id: CorrelationId,
    /// The store.
    pub store: Store,
    /// The submitter.
    pub customer_id: CustomerId,
    /// Time at which it was decided.
    pub decided_at: Timestamp,
    /// Time at which the submission was received.
    pub received_at: Timestamp,
    /// Success or failure.
    #[serde(flatten)]
    pub outcome: ValidationOutcome,
}

/// Success or failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "status",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ValidationOutcome {
    /// The purchase is the submitter's.
    Success {
        /// Effect.
        result: ClaimEffect,
        /// Subscription after the validation.
        subscription: Box<Subscription>,
        /// Former owner, after a transfer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous_customer_id: Option<CustomerId>,
        /// Former owner's subscription, after a transfer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous_subscription_id: Option<SubscriptionId>,
        /// Result of the coupon code, if one was named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coupon: Option<CouponResult>,
    },
    /// The purchase is not the submitter's.
    Failure {
        /// Reason.
        error: ValidationFailure,
        /// Names of the submitted purchase at the store, for `inAppSpecificData`.
        #[serde(default)]
        details: std::collections::BTreeMap<String, String>,
    },
}

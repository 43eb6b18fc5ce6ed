//! How the validation of a submitted purchase ends.

use serde::{Deserialize, Serialize};

use crate::{
    CorrelationId, CouponResult, CustomerId, EventId, Store, Subscription, SubscriptionId,
    Timestamp,
};

/// What a successful validation did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ValidationResult {
    /// The purchase was unknown so far (or had ended with another customer).
    SubscriptionCreated,
    /// It was another customer's and is now the submitter's.
    SubscriptionTransferred,
    /// It was the submitter's already.
    SubscriptionSynchronized,
    /// It was the submitter's, had ended, and runs again.
    SubscriptionRevived,
}

/// Why a validation failed for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ValidationFailure {
    /// The store does not know the purchase.
    PurchaseNotFound,
    /// The store knows it, and it is over.
    PurchaseExpired,
    /// No offer lists the store's product.
    ProductNotMapped,
    /// The store refused to answer for this purchase.
    StoreRejected,
    /// The broadcaster has no credentials for the store.
    NotConfigured,
    /// It belongs to another customer and may not move.
    OwnedByAnotherCustomer,
    /// Another purchase has taken over from it.
    PurchaseReplaced,
    /// The submission names another offer than the one that lists the store's product.
    OfferMismatch,
    /// The store gave no answer about it for 72 hours.
    StoreUndecided,
}

impl ValidationFailure {
    /// Whether somebody who tries ids at random fails like that.
    #[must_use]
    pub const fn may_be_a_guess(self) -> bool {
        matches!(
            self,
            Self::PurchaseNotFound | Self::StoreRejected | Self::OwnedByAnotherCustomer
        )
    }

    /// One sentence for people.
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

/// What the decision says of the claim that led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimResult {
    /// The claimant holds the purchase.
    Succeeded {
        /// What that took.
        result: ValidationResult,
        /// After a transfer: whose it was, and as which subscription.
        previous: Option<(CustomerId, SubscriptionId)>,
        /// What became of the coupon code, if one was named.
        coupon: Option<CouponResult>,
    },
    /// The claimant doesn't get it.
    Failed(ValidationFailure),
    /// The store hasn't decided yet: ask again later.
    Undecided,
}

/// The outcome of a validation, as it is stored with the submission and announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidationOutcome {
    /// Derived from the correlation id: a repeated delivery has the same id.
    pub event_id: EventId,
    /// The submission.
    pub correlation_id: CorrelationId,
    /// The store.
    pub store: Store,
    /// The submitter.
    pub customer_id: CustomerId,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// When the submission was received.
    pub received_at: Timestamp,
    /// How it ended.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// Success or failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    tag = "status",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Verdict {
    /// The purchase is the submitter's.
    Success {
        /// What was done.
        result: ValidationResult,
        /// The subscription afterwards.
        subscription: Box<Subscription>,
        /// After a transfer: whose it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous_customer_id: Option<CustomerId>,
        /// After a transfer: which subscription it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous_subscription_id: Option<SubscriptionId>,
        /// What became of the coupon code, if one was named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        coupon: Option<CouponResult>,
    },
    /// It is not.
    Failure {
        /// Why.
        error: ValidationFailure,
        /// The store's names for what was submitted, for `inAppSpecificData`.
        #[serde(default)]
        details: std::collections::BTreeMap<String, String>,
    },
}

//! The sixteen types of real-time notifications.

use serde::{Deserialize, Serialize};

/// What a notification says has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationType {
    /// Bought.
    SubscriptionPurchased,
    /// The trial became paid.
    SubscriptionConvertedFreeTrialToPaid,
    /// Renewed.
    SubscriptionRenewed,
    /// Will not renew.
    SubscriptionAutoRenewalOff,
    /// Will renew again.
    SubscriptionAutoRenewalOn,
    /// A reminder of the end.
    SubscriptionScheduledToEnd,
    /// The charge failed, access goes on.
    SubscriptionInGracePeriod,
    /// The failed charge is paid.
    SubscriptionOutOfGracePeriod,
    /// Over.
    SubscriptionExpired,
    /// Cancelled by the customer's order, for want of payment, or by customer service.
    SubscriptionCancelled,
    /// Another plan now, under another receipt.
    SubscriptionModifiedImmediate,
    /// Another plan from the next renewal on.
    SubscriptionModifiedDeferred,
    /// A consumable was bought.
    ConsumablePurchased,
    /// A consumable was taken back.
    ConsumableCancelled,
    /// A one-time purchase.
    EntitlementPurchased,
    /// It was taken back.
    EntitlementCancelled,
}

impl NotificationType {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::SubscriptionPurchased,
        Self::SubscriptionConvertedFreeTrialToPaid,
        Self::SubscriptionRenewed,
        Self::SubscriptionAutoRenewalOff,
        Self::SubscriptionAutoRenewalOn,
        Self::SubscriptionScheduledToEnd,
        Self::SubscriptionInGracePeriod,
        Self::SubscriptionOutOfGracePeriod,
        Self::SubscriptionExpired,
        Self::SubscriptionCancelled,
        Self::SubscriptionModifiedImmediate,
        Self::SubscriptionModifiedDeferred,
        Self::ConsumablePurchased,
        Self::ConsumableCancelled,
        Self::EntitlementPurchased,
        Self::EntitlementCancelled,
    ];

    /// The store's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SubscriptionPurchased => "SUBSCRIPTION_PURCHASED",
            Self::SubscriptionConvertedFreeTrialToPaid => {
                "SUBSCRIPTION_CONVERTED_FREE_TRIAL_TO_PAID"
            }
            Self::SubscriptionRenewed => "SUBSCRIPTION_RENEWED",
            Self::SubscriptionAutoRenewalOff => "SUBSCRIPTION_AUTO_RENEWAL_OFF",
            Self::SubscriptionAutoRenewalOn => "SUBSCRIPTION_AUTO_RENEWAL_ON",
            Self::SubscriptionScheduledToEnd => "SUBSCRIPTION_SCHEDULED_TO_END",
            Self::SubscriptionInGracePeriod => "SUBSCRIPTION_IN_GRACE_PERIOD",
            Self::SubscriptionOutOfGracePeriod => "SUBSCRIPTION_OUT_OF_GRACE_PERIOD",
            Self::SubscriptionExpired => "SUBSCRIPTION_EXPIRED",
            Self::SubscriptionCancelled => "SUBSCRIPTION_CANCELLED",
            Self::SubscriptionModifiedImmediate => "SUBSCRIPTION_MODIFIED_IMMEDIATE",
            Self::SubscriptionModifiedDeferred => "SUBSCRIPTION_MODIFIED_DEFERRED",
            Self::ConsumablePurchased => "CONSUMABLE_PURCHASED",
            Self::ConsumableCancelled => "CONSUMABLE_CANCELLED",
            Self::EntitlementPurchased => "ENTITLEMENT_PURCHASED",
            Self::EntitlementCancelled => "ENTITLEMENT_CANCELLED",
        }
    }
}

//! The sixteen types of real-time notifications.

use serde::{Deserialize, Serialize};

/// Type of a real-time notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NotificationType {
    /// A subscription was bought.
    SubscriptionPurchased,
    /// A trial became paid.
    SubscriptionConvertedFreeTrialToPaid,
    /// A period was renewed.
    SubscriptionRenewed,
    /// Auto-renewal was turned off.
    SubscriptionAutoRenewalOff,
    /// Auto-renewal was turned on.
    SubscriptionAutoRenewalOn,
    /// Reminder of the end.
    SubscriptionScheduledToEnd,
    /// The charge failed; access continues.
    SubscriptionInGracePeriod,
    /// The failed charge was paid.
    SubscriptionOutOfGracePeriod,
    /// A subscription ended.
    SubscriptionExpired,
    /// Cancelled by the customer's order, for non-payment, or by customer service.
    SubscriptionCancelled,
    /// The plan changed immediately, under another receipt.
    SubscriptionModifiedImmediate,
    /// The plan changes at the next renewal.
    SubscriptionModifiedDeferred,
    /// A consumable was bought.
    ConsumablePurchased,
    /// A consumable was cancelled.
    ConsumableCancelled,
    /// A one-time purchase was made.
    EntitlementPurchased,
    /// A one-time purchase was cancelled.
    EntitlementCancelled,
}

impl NotificationType {
    /// Every type.
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

    /// Returns the name in notifications.
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

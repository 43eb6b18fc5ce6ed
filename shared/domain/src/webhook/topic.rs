//! Topics of webhook messages.

use serde::{Deserialize, Serialize};

/// Topic of a message, in the spelling of the field `topic`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Topic {
    /// A submission succeeded: the purchase is the submitter's.
    InappPurchaseValidationSucceeded,
    /// A submission failed.
    InappPurchaseValidationFailed,
    /// A subscription began.
    SubscriptionCreated,
    /// Its next period began.
    SubscriptionRenewed,
    /// It will not renew.
    SubscriptionStopped,
    /// It continues: reactivated, recovered, resumed or revived.
    SubscriptionResumed,
    /// It is suspended: paused or on hold.
    SubscriptionPaused,
    /// It ended.
    SubscriptionTerminated,
    /// It came from another customer. Follows `subscriptionCreated`.
    SubscriptionTransferred,
    /// Its product changed.
    SubscriptionSwitched,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 10] = [
        Self::InappPurchaseValidationSucceeded,
        Self::InappPurchaseValidationFailed,
        Self::SubscriptionCreated,
        Self::SubscriptionRenewed,
        Self::SubscriptionStopped,
        Self::SubscriptionResumed,
        Self::SubscriptionPaused,
        Self::SubscriptionTerminated,
        Self::SubscriptionTransferred,
        Self::SubscriptionSwitched,
    ];

    /// Returns the spelling of the field `topic`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InappPurchaseValidationSucceeded => "inappPurchaseValidationSucceeded",
            Self::InappPurchaseValidationFailed => "inappPurchaseValidationFailed",
            Self::SubscriptionCreated => "subscriptionCreated",
            Self::SubscriptionRenewed => "subscriptionRenewed",
            Self::SubscriptionStopped => "subscriptionStopped",
            Self::SubscriptionResumed => "subscriptionResumed",
            Self::SubscriptionPaused => "subscriptionPaused",
            Self::SubscriptionTerminated => "subscriptionTerminated",
            Self::SubscriptionTransferred => "subscriptionTransferred",
            Self::SubscriptionSwitched => "subscriptionSwitched",
        }
    }
}

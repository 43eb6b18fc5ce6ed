//! Kinds of payment.

use serde::{Deserialize, Serialize};

/// Kind of payment of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Flags", into = "Flags")]
pub enum Billing {
    /// Subscription that renews until somebody switches that off.
    #[default]
    Renewing,
    /// Paid once for one period: it does not renew by itself, and nobody has switched renewal off.
    Prepaid,
    /// One-time purchase and no subscription: a rental, or something to keep. The offer says how
    /// long it lasts; without that, for ever.
    OneTime,
}

impl Billing {
    /// Whether the whole purchase is paid in advance: it has no renewal that could be off.
    #[must_use]
    pub const fn is_prepaid(self) -> bool {
        matches!(self, Self::Prepaid | Self::OneTime)
    }

    /// Whether it is a one-time purchase.
    #[must_use]
    pub const fn is_one_time(self) -> bool {
        matches!(self, Self::OneTime)
    }
}

/// Stored form: two attributes beside the others of a state.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Flags {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    prepaid: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    one_time: bool,
}

impl From<Flags> for Billing {
    fn from(flags: Flags) -> Self {
        match flags {
            Flags { one_time: true, .. } => Self::OneTime,
            Flags { prepaid: true, .. } => Self::Prepaid,
            Flags { .. } => Self::Renewing,
        }
    }
}

impl From<Billing> for Flags {
    fn from(billing: Billing) -> Self {
        Self {
            prepaid: billing.is_prepaid(),
            one_time: billing.is_one_time(),
        }
    }
}

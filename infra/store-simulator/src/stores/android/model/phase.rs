//! Terms of a period.

use serde::{Deserialize, Serialize};

/// Terms of the current period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Phase {
    /// The base plan's price.
    BasePrice,
    /// Free.
    FreeTrial,
    /// A reduced price at the beginning.
    IntroductoryPrice {
        /// Number of further periods with that price.
        periods_after: u32,
    },
    /// Time that was carried over from the replaced plan.
    ProrationPeriod,
}

impl Phase {
    pub(super) fn one_less(self) -> Self {
        match self {
            Self::IntroductoryPrice { periods_after } => Self::IntroductoryPrice {
                periods_after: periods_after.saturating_sub(1),
            },
            other => other,
        }
    }
}

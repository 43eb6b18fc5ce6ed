//! The terms of a period.

use serde::{Deserialize, Serialize};

/// By which terms the present period was bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Phase {
    /// The base plan's price.
    BasePrice,
    /// Free.
    FreeTrial,
    /// A lower price at the beginning.
    IntroductoryPrice {
        /// How many more periods have it.
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

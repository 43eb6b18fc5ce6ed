//! Promotions of a receipt.

use serde::{Deserialize, Serialize};

/// Promotion that a customer received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Promotion {
    /// Type, such as `Introductory Price - All Customers`.
    pub promotion_type: String,
    /// Progress.
    pub promotion_status: PromotionStatus,
}

/// Progress of a promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PromotionStatus {
    /// It begins with the next period.
    Queued,
    /// It is in effect.
    InProgress,
    /// It has ended.
    Completed,
}

impl Promotion {
    /// Creates the introductory price of new customers, in effect.
    #[must_use]
    pub fn introductory() -> Self {
        Self::running("Introductory Price - All Customers")
    }

    /// Creates the price for returning customers, in effect.
    #[must_use]
    pub fn for_lapsed_customers() -> Self {
        Self::running("Promotional Price - Lapsed Customers")
    }

    fn running(promotion_type: &str) -> Self {
        Self {
            promotion_type: promotion_type.to_owned(),
            promotion_status: PromotionStatus::InProgress,
        }
    }

    /// Advances the promotion by one period.
    pub(super) fn step(&mut self) {
        self.promotion_status = match self.promotion_status {
            PromotionStatus::Queued => PromotionStatus::InProgress,
            PromotionStatus::InProgress | PromotionStatus::Completed => PromotionStatus::Completed,
        };
    }
}

//! Promotions of a receipt.

use serde::{Deserialize, Serialize};

/// A promotion that a customer got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Promotion {
    /// Such as `Introductory Price - All Customers`.
    pub promotion_type: String,
    /// How far it has come.
    pub promotion_status: PromotionStatus,
}

/// How far a promotion has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PromotionStatus {
    /// It begins with the next period.
    Queued,
    /// It runs.
    InProgress,
    /// It is over.
    Completed,
}

impl Promotion {
    /// The introductory price of new customers, running.
    #[must_use]
    pub fn introductory() -> Self {
        Self::running("Introductory Price - All Customers")
    }

    /// The price for customers who come back, running.
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

    /// One period on.
    pub(super) fn step(&mut self) {
        self.promotion_status = match self.promotion_status {
            PromotionStatus::Queued => PromotionStatus::InProgress,
            PromotionStatus::InProgress | PromotionStatus::Completed => PromotionStatus::Completed,
        };
    }
}

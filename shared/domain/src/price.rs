//! Money, in whole millionths of a currency's unit.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    /// ISO 4217, three capital letters.
    pub currency: String,
    /// Millionths of the currency's unit: 8,990,000 is 8.99.
    pub amount_micros: i64,
}

impl Price {
    /// Returns the price after a discount of a percentage (0 to 100), truncated to whole
    /// millionths.
    #[must_use]
    pub fn less(&self, percent: u8) -> Self {
        let kept = i128::from(100_u8.saturating_sub(percent));
        // In 128 bits, so that no price overflows.
        let amount = i128::from(self.amount_micros) * kept / 100;
        Self {
            currency: self.currency.clone(),
            amount_micros: i64::try_from(amount).unwrap_or(self.amount_micros),
        }
    }
}

/// Price change that the store has announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceChange {
    /// Price that will be charged.
    pub new_price: Price,
    /// State of the change, in the store's words.
    pub state: String,
    /// Time at which the new price is first charged, if the store names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged_from: Option<Timestamp>,
}

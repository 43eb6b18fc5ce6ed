//! Money, as whole millionths of a currency's unit.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Price {
    /// ISO 4217, three capital letters.
    pub currency: String,
    /// Millionths of the currency's unit: 8,990,000 is 8.99.
    pub amount_micros: i64,
}

impl Price {
    /// What is left of the price after a discount of so many percent (0 to 100), cut to whole millionths.
    #[must_use]
    pub fn less(&self, percent: u8) -> Self {
        let kept = i128::from(100_u8.saturating_sub(percent));
        let amount = i128::from(self.amount_micros) * kept / 100;
        Self {
            currency: self.currency.clone(),
            amount_micros: i64::try_from(amount).unwrap_or(self.amount_micros),
        }
    }
}

/// A change of price that the store has announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceChange {
    /// What will be charged.
    pub new_price: Price,
    /// How far it has come, in the store's word.
    pub state: String,
    /// When the new price is first charged, where the store tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charged_from: Option<Timestamp>,
}

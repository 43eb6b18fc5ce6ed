//! Google's amounts of money.

use domain::Price;
use serde::Deserialize;

/// Amount: whole units as decimal text, and billionths of a unit.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::connectors::android) struct Money {
    currency_code: Option<String>,
    units: Option<Units>,
    #[serde(default)]
    nanos: i64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Units {
    Text(String),
    Number(i64),
}

impl Money {
    /// Converts to a price; `None` for an amount without a currency code of three capital letters.
    pub(in crate::connectors::android) fn price(&self) -> Option<Price> {
        let currency = self.currency_code.as_ref()?;
        // proto3 JSON leaves out a value of zero, and writes 64-bit integers as strings.
        let units = match &self.units {
            None => 0,
            Some(Units::Text(text)) => text.parse().ok()?,
            Some(Units::Number(number)) => *number,
        };
        let is_code = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
        let micros = units.checked_mul(1_000_000)?;
        is_code.then_some(Price {
            currency: currency.clone(),
            amount_micros: micros.checked_add(self.nanos / 1000)?,
        })
    }
}

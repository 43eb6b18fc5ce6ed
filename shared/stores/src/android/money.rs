//! Google's amounts of money.

use domain::Price;
use serde::Deserialize;

/// An amount: whole units as the text of a number, and billionths.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Money {
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
    /// `None` for what is no amount of a known currency.
    pub(super) fn price(&self) -> Option<Price> {
        let currency = self.currency_code.as_ref()?;
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

//! Amounts of money.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

const NANOS: i64 = 1_000_000_000;

/// Amount in a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Money {
    /// Currency code, such as `EUR`.
    pub currency_code: String,
    /// Amount in billionths of the currency's unit.
    pub nanos: i64,
}

impl Money {
    /// Parses decimal text such as `9.99`; `None` if it is not such a text.
    #[must_use]
    pub fn parse(amount: &str, currency_code: &str) -> Option<Self> {
        let (units, fraction) = amount.split_once('.').unwrap_or((amount, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if units.is_empty() || fraction.len() > 9 || !digits(units) || !digits(fraction) {
            return None;
        }
        let units: i64 = units.parse().ok()?;
        let fraction: i64 = format!("{fraction:0<9}").parse().ok()?;
        let nanos = units.checked_mul(NANOS)?.checked_add(fraction)?;
        Some(Self {
            currency_code: currency_code.to_owned(),
            nanos,
        })
    }

    /// Formats the amount as the API does: whole units as text, the rest in billionths; zeros are
    /// omitted.
    pub(super) fn json(&self) -> Value {
        let mut json = Map::new();
        json.insert("currencyCode".to_owned(), json!(self.currency_code));
        let (units, nanos) = (self.nanos / NANOS, self.nanos % NANOS);
        if units != 0 {
            json.insert("units".to_owned(), json!(units.to_string()));
        }
        if nanos != 0 {
            json.insert("nanos".to_owned(), json!(nanos));
        }
        Value::Object(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(amount: &str) -> Value {
        Money::parse(amount, "EUR").unwrap().json()
    }

    #[test]
    fn zeros_are_left_out() {
        let expected = json!({"currencyCode": "EUR", "units": "9", "nanos": 990_000_000});
        assert_eq!(shown("9.99"), expected);
        assert_eq!(shown("5"), json!({"currencyCode": "EUR", "units": "5"}));
        let cents = json!({"currencyCode": "EUR", "nanos": 50_000_000});
        assert_eq!(shown("0.05"), cents);
    }

    #[test]
    fn only_decimal_text_is_an_amount() {
        for wrong in ["", "-1", "1e3", "1.2.3", ".5", "0.1234567890", "9,99"] {
            assert_eq!(Money::parse(wrong, "EUR"), None, "{wrong}");
        }
    }
}

//! Amounts of money.

use std::{fmt, ops::Neg, str::FromStr};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Amount in hundredths of the currency's unit. Its text is decimal, such as `8.99`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Money(i64);

/// The text is not a decimal amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a decimal amount")]
pub struct MoneyError(String);

impl Money {
    /// Zero.
    pub const ZERO: Self = Self(0);

    pub(super) fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Returns the share of this amount that `part` is of `whole`.
    pub(super) fn share(self, part: Self, whole: Self) -> Self {
        if whole == Self::ZERO {
            return Self::ZERO;
        }
        let share = i128::from(self.0) * i128::from(part.0) / i128::from(whole.0);
        Self(i64::try_from(share).unwrap_or(i64::MAX))
    }

    /// Formats the amount as a JSON number.
    pub(super) fn json(self) -> Value {
        // A JSON number, as in the real API; nothing calculates with it.
        let number = self.to_string().parse::<f64>().ok();
        number.map_or(Value::Null, Value::from)
    }
}

impl Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let wrong = || MoneyError(text.to_owned());
        let positive = text.strip_prefix('-').unwrap_or(text);
        let (units, fraction) = positive.split_once('.').unwrap_or((positive, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if units.is_empty() || fraction.len() > 2 || !digits(units) || !digits(fraction) {
            return Err(wrong());
        }
        let hundredths: i64 = format!("{units}{fraction:0<2}")
            .parse()
            .map_err(|_| wrong())?;
        let amount = Self(hundredths);
        Ok(if positive.len() == text.len() {
            amount
        } else {
            -amount
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let hundredths = self.0.unsigned_abs();
        write!(
            formatter,
            "{sign}{}.{:02}",
            hundredths / 100,
            hundredths % 100
        )
    }
}

impl TryFrom<String> for Money {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Money> for String {
    fn from(amount: Money) -> Self {
        amount.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_reads_as_it_is_written() {
        for (text, shown) in [
            ("8.99", "8.99"),
            ("5", "5.00"),
            ("-0.07", "-0.07"),
            ("0.5", "0.50"),
        ] {
            let amount: Money = text.parse().unwrap();
            assert_eq!(amount.to_string(), shown);
        }
        let json = "9.71".parse::<Money>().unwrap().json();
        assert_eq!(json.to_string(), "9.71");
    }

    #[test]
    fn only_decimal_text_is_an_amount() {
        for wrong in ["", "-", "1e3", "1.2.3", ".5", "0.123", "9,99", "--1"] {
            assert!(wrong.parse::<Money>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn tax_is_paid_back_by_the_share_of_the_price() {
        let money = |text: &str| text.parse::<Money>().unwrap();
        let share = money("1.00").share(money("5.00"), money("10.00"));
        assert_eq!(share, money("0.50"));
        assert_eq!(money("1.00").share(money("1.00"), Money::ZERO), Money::ZERO);
    }
}

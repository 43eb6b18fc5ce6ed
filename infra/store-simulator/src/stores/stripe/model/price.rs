//! Prices.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ActionError, Interval};
use crate::plan;

/// Maximum number of periods after the anchor up to which a subscription is followed.
const MAX_PERIODS: u64 = 100_000;

/// Price of a product: of a subscription, or of a one-time purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Price {
    /// Price id, `price_…`.
    pub price_id: String,
    /// Product id, `prod_…`.
    pub product_id: String,
    /// Lookup key: the merchant's own name of the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lookup_key: Option<String>,
    /// Amount in the currency's minor unit.
    pub unit_amount: i64,
    /// Currency code in lower case, such as `eur`.
    pub currency: String,
    /// Unit of the period; without it the price is for a one-time purchase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
    /// Number of units in a period.
    #[serde(default = "one")]
    pub interval_count: u64,
    /// Length of a period in seconds, which overrides the interval; real prices have no such field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
}

fn one() -> u64 {
    1
}

impl Price {
    /// Creates a price that renews by calendar months.
    #[must_use]
    pub fn monthly(
        price_id: impl Into<String>,
        product_id: impl Into<String>,
        unit_amount: i64,
        currency: impl Into<String>,
    ) -> Self {
        Self {
            interval: Some(Interval::Month),
            ..Self::once(price_id, product_id, unit_amount, currency)
        }
    }

    /// Creates a price of a one-time purchase.
    #[must_use]
    pub fn once(
        price_id: impl Into<String>,
        product_id: impl Into<String>,
        unit_amount: i64,
        currency: impl Into<String>,
    ) -> Self {
        Self {
            price_id: price_id.into(),
            product_id: product_id.into(),
            lookup_key: None,
            unit_amount,
            currency: currency.into(),
            interval: None,
            interval_count: 1,
            period_seconds: None,
        }
    }

    /// Sets the lookup key.
    #[must_use]
    pub fn lookup_key(mut self, key: impl Into<String>) -> Self {
        self.lookup_key = Some(key.into());
        self
    }

    /// Sets periods of this many units.
    #[must_use]
    pub fn lasting(mut self, interval: Interval, count: u64) -> Self {
        (self.interval, self.interval_count) = (Some(interval), count);
        self
    }

    /// Sets periods of this many seconds, shown as days.
    #[must_use]
    pub fn lasting_seconds(mut self, seconds: u64) -> Self {
        self.interval = Some(Interval::Day);
        self.period_seconds = Some(seconds);
        self
    }

    /// Returns whether it renews.
    #[must_use]
    pub fn is_recurring(&self) -> bool {
        self.interval.is_some()
    }

    /// Returns the first end of a period after `start`, counted from `anchor`: a subscription of
    /// the 31st renews on the last day of a shorter month, and on the 31st again after it.
    pub(super) fn end_of_period(
        &self,
        anchor: Timestamp,
        start: Timestamp,
    ) -> Result<Timestamp, ActionError> {
        for count in 1..=MAX_PERIODS {
            let end = self.after(anchor, count)?;
            if end > start {
                return Ok(end);
            }
        }
        Err(ActionError::Period(self.price_id.clone()))
    }

    fn after(&self, anchor: Timestamp, periods: u64) -> Result<Timestamp, ActionError> {
        let wrong = || ActionError::Period(self.price_id.clone());
        let interval = self.interval.ok_or(ActionError::NotRecurring)?;
        let times = |count: u64| count.checked_mul(periods).ok_or_else(wrong);
        if let Some(seconds) = self.period_seconds {
            let length = Duration::from_secs(times(seconds)?);
            return anchor.checked_add(length).map_err(|_| wrong());
        }
        let count = times(self.interval_count)?;
        let iso = match interval {
            Interval::Day => format!("P{count}D"),
            Interval::Week => format!("P{count}W"),
            Interval::Month => format!("P{count}M"),
            Interval::Year => format!("P{count}Y"),
        };
        let end = plan::end_of_period(&self.price_id, None, Some(&iso), anchor);
        end.map_err(|_| wrong())
    }

    /// Returns an error that says what is wrong with the price, if anything.
    pub(crate) fn check(&self) -> Result<(), ActionError> {
        if self.is_recurring() {
            let start = Timestamp::UNIX_EPOCH;
            if self.after(start, 1)? <= start {
                return Err(ActionError::Period(self.price_id.clone()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_of_the_31st_comes_back_to_it() {
        let price = Price::monthly("price_m", "prod_m", 999, "eur");
        let anchor = "2027-01-31T12:00:00Z".parse().unwrap();
        let mut start = anchor;
        let ends = (0..3).map(|_| {
            start = price.end_of_period(anchor, start).unwrap();
            start.to_string()
        });
        let ends: Vec<_> = ends.collect();
        assert_eq!(
            ends,
            [
                "2027-02-28T12:00:00Z",
                "2027-03-31T12:00:00Z",
                "2027-04-30T12:00:00Z"
            ]
        );
    }

    #[test]
    fn a_period_is_positive() {
        let price = Price::monthly("price_m", "prod_m", 999, "eur");
        assert!(price.clone().lasting_seconds(1).check().is_ok());
        for wrong in [
            price.clone().lasting_seconds(0),
            price.lasting(Interval::Year, 0),
        ] {
            assert!(wrong.check().is_err());
        }
    }
}

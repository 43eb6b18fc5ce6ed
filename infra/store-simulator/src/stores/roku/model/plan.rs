//! Plans and channels.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ActionError, Money};
use crate::plan::end_of_period;

/// Purchase option of a channel. Unless it is bought once, exactly one of `period` and
/// `period_seconds` is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    /// Product code.
    pub product_code: String,
    /// Name; the product code, if empty.
    #[serde(default)]
    pub name: String,
    /// Channel that sells it. Defaults to the account's first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<String>,
    /// Price before tax.
    pub amount: Money,
    /// Tax on the price.
    #[serde(default)]
    pub tax: Money,
    /// Currency code in lower case, such as `usd`.
    #[serde(default = "dollars")]
    pub currency: String,
    /// Length of a period in ISO 8601, such as `P1M` for a calendar month in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Length of a period in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
    /// Length of a free trial in seconds. Without it there is no trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_seconds: Option<u64>,
    /// Price of the first paid periods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro_amount: Option<Money>,
    /// Number of periods with that price.
    #[serde(default)]
    pub intro_periods: usize,
    /// Whether it is bought once and never ends.
    #[serde(default)]
    pub one_time: bool,
}

fn dollars() -> String {
    "usd".to_owned()
}

impl Plan {
    /// Creates a plan in US dollars that runs by calendar months, without a trial and without tax.
    ///
    /// An amount that is not decimal text counts as zero.
    #[must_use]
    pub fn monthly(product_code: impl Into<String>, amount: &str) -> Self {
        Self {
            product_code: product_code.into(),
            name: String::new(),
            channel_id: None,
            amount: amount.parse().unwrap_or_default(),
            tax: Money::ZERO,
            currency: dollars(),
            period: Some("P1M".to_owned()),
            period_seconds: None,
            trial_seconds: None,
            intro_amount: None,
            intro_periods: 0,
            one_time: false,
        }
    }

    /// Creates a product that is bought once, such as a film.
    #[must_use]
    pub fn one_time(product_code: impl Into<String>, amount: &str) -> Self {
        Self {
            period: None,
            one_time: true,
            ..Self::monthly(product_code, amount)
        }
    }

    /// Sets periods of this ISO 8601 length, such as `P1Y`.
    #[must_use]
    pub fn lasting(mut self, period: impl Into<String>) -> Self {
        (self.period, self.period_seconds) = (Some(period.into()), None);
        self
    }

    /// Sets periods of this many seconds.
    #[must_use]
    pub fn lasting_seconds(mut self, seconds: u64) -> Self {
        (self.period, self.period_seconds) = (None, Some(seconds));
        self
    }

    /// Adds a free trial of this many seconds.
    #[must_use]
    pub fn with_trial_seconds(mut self, seconds: u64) -> Self {
        self.trial_seconds = Some(seconds);
        self
    }

    /// Adds this tax on its price.
    #[must_use]
    pub fn with_tax(mut self, tax: &str) -> Self {
        self.tax = tax.parse().unwrap_or_default();
        self
    }

    /// Sets another price for the first paid periods.
    #[must_use]
    pub fn with_intro(mut self, amount: &str, periods: usize) -> Self {
        (self.intro_amount, self.intro_periods) = (amount.parse().ok(), periods);
        self
    }

    /// Sets the channel.
    #[must_use]
    pub fn of_channel(mut self, channel_id: impl Into<String>) -> Self {
        self.channel_id = Some(channel_id.into());
        self
    }

    pub(super) fn shown_name(&self) -> &str {
        if self.name.is_empty() {
            &self.product_code
        } else {
            &self.name
        }
    }

    /// Returns the end of a period that begins at `start`.
    pub(super) fn end_of_period(&self, start: Timestamp) -> Result<Timestamp, ActionError> {
        let (seconds, period) = (self.period_seconds, self.period.as_deref());
        end_of_period(&self.product_code, seconds, period, start)
            .map_err(|error| ActionError::Period(error.to_string()))
    }

    /// Returns an error that says what is wrong with the plan, if anything.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.one_time {
            return Ok(());
        }
        let start = Timestamp::UNIX_EPOCH;
        let end = self
            .end_of_period(start)
            .map_err(|error| error.to_string())?;
        if end <= start {
            return Err(format!(
                "plan {}: the period must be positive",
                self.product_code
            ));
        }
        Ok(())
    }
}

/// Channel of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Channel {
    /// Channel id, digits.
    pub channel_id: String,
    /// Channel name.
    pub name: String,
}

impl Channel {
    /// Creates a channel.
    #[must_use]
    pub fn new(channel_id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            channel_id: channel_id.into(),
            name: name.into(),
        }
    }
}

/// Catalogue of an account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Channels; a purchase that names none is made in the first one.
    pub channels: Vec<Channel>,
    /// Purchase options.
    pub plans: Vec<Plan>,
}

impl Catalogue {
    pub(super) fn plan(&self, product_code: &str) -> Result<&Plan, ActionError> {
        let found = self.plans.iter().find(|p| p.product_code == product_code);
        found.ok_or_else(|| ActionError::UnknownPlan(product_code.to_owned()))
    }

    pub(super) fn channel_name<'a>(&'a self, channel_id: &'a str) -> &'a str {
        let found = self.channels.iter().find(|c| c.channel_id == channel_id);
        found.map_or(channel_id, |channel| channel.name.as_str())
    }
}

/// Returns the time `seconds` later, or the latest representable time.
pub(super) fn later(at: Timestamp, seconds: u64) -> Timestamp {
    let there = at.checked_add(Duration::from_secs(seconds));
    there.unwrap_or(Timestamp::MAX)
}

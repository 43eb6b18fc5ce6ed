//! Base plans of subscription products, and their offers.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ActionError, Money, Phase};
use crate::plan;

/// Base plan of a subscription product. Exactly one of `period_seconds` and `period` is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BasePlan {
    /// Subscription product.
    pub product_id: String,
    /// Id of the base plan, unique in its product.
    pub base_plan_id: String,
    /// Price as decimal text, such as `9.99`.
    pub amount: String,
    /// Currency code, such as `EUR`.
    pub currency: String,
    /// Length of a period in ISO 8601, such as `P1M` for a calendar month in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Length of a period in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
    /// Whether it is topped up rather than renewed.
    #[serde(default)]
    pub prepaid: bool,
    /// Number of payments that the customer commits to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installments: Option<u32>,
    /// Offers.
    #[serde(default)]
    pub offers: Vec<Offer>,
}

/// Better terms at the beginning: a free trial, an introductory price, or one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
    /// Offer id.
    pub offer_id: String,
    /// Length of the free trial in seconds. Without it there is no trial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_trial_seconds: Option<u64>,
    /// Number of periods with the introductory price.
    pub introductory_periods: u32,
    /// Tags that the developer sets.
    pub tags: Vec<String>,
}

impl BasePlan {
    /// Creates a plan that renews by calendar months, without offers.
    #[must_use]
    pub fn monthly(
        product_id: impl Into<String>,
        base_plan_id: impl Into<String>,
        amount: impl Into<String>,
        currency: impl Into<String>,
    ) -> Self {
        Self {
            product_id: product_id.into(),
            base_plan_id: base_plan_id.into(),
            amount: amount.into(),
            currency: currency.into(),
            period: Some("P1M".to_owned()),
            period_seconds: None,
            prepaid: false,
            installments: None,
            offers: Vec::new(),
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

    /// Makes the plan prepaid.
    #[must_use]
    pub fn prepaid(mut self) -> Self {
        self.prepaid = true;
        self
    }

    /// Adds a commitment to this many payments.
    #[must_use]
    pub fn in_installments(mut self, payments: u32) -> Self {
        self.installments = Some(payments);
        self
    }

    /// Adds an offer that begins with a free trial.
    #[must_use]
    pub fn with_free_trial(mut self, offer_id: impl Into<String>, seconds: u64) -> Self {
        self.offers.push(Offer {
            offer_id: offer_id.into(),
            free_trial_seconds: Some(seconds),
            ..Offer::default()
        });
        self
    }

    /// Adds an offer whose first periods have an introductory price.
    #[must_use]
    pub fn with_introductory_price(mut self, offer_id: impl Into<String>, periods: u32) -> Self {
        self.offers.push(Offer {
            offer_id: offer_id.into(),
            introductory_periods: periods,
            ..Offer::default()
        });
        self
    }

    pub(super) fn is(&self, product_id: &str, base_plan_id: &str) -> bool {
        self.product_id == product_id && self.base_plan_id == base_plan_id
    }

    pub(super) fn price(&self) -> Result<Money, ActionError> {
        let price = Money::parse(&self.amount, &self.currency);
        price.ok_or_else(|| ActionError::Amount(self.amount.clone()))
    }

    pub(super) fn end_of_period(&self, start: Timestamp) -> Result<Timestamp, ActionError> {
        let (seconds, iso) = (self.period_seconds, self.period.as_deref());
        let end = plan::end_of_period(&self.base_plan_id, seconds, iso, start);
        end.map_err(|error| ActionError::Period(error.to_string()))
    }

    /// Returns the end of the first period, or of the free trial, and the phase until then.
    pub(super) fn first_period(
        &self,
        offer: Option<&Offer>,
        start: Timestamp,
    ) -> Result<(Timestamp, Phase), ActionError> {
        if let Some(seconds) = offer.and_then(|offer| offer.free_trial_seconds) {
            let end = start.checked_add(Duration::from_secs(seconds));
            let end = end.map_err(|error| ActionError::Period(error.to_string()))?;
            return Ok((end, Phase::FreeTrial));
        }
        Ok((self.end_of_period(start)?, self.paid_phase(offer)))
    }

    /// Returns the phase of the first paid period.
    pub(super) fn paid_phase(&self, offer: Option<&Offer>) -> Phase {
        match offer.map_or(0, |offer| offer.introductory_periods) {
            0 => Phase::BasePrice,
            periods => Phase::IntroductoryPrice {
                periods_after: periods - 1,
            },
        }
    }

    /// Returns an error that says what is wrong with the plan, if anything.
    pub(crate) fn check(&self) -> Result<(), ActionError> {
        self.price()?;
        let start = Timestamp::UNIX_EPOCH;
        if self.end_of_period(start)? <= start {
            let why = format!("plan {}: the period must be positive", self.base_plan_id);
            return Err(ActionError::Period(why));
        }
        Ok(())
    }
}

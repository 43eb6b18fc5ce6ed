//! Products for sale, and the lengths of their periods.

use jiff::{Span, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::ActionError;

/// Kind of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProductType {
    /// Bought repeatedly.
    Consumable,
    /// Bought once.
    Entitled,
    /// Subscription that renews.
    Subscription,
}

/// Product, or one term of a subscription. For a subscription exactly one of `period_seconds` and
/// `period` is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Product {
    /// SKU; of a subscription the parent's.
    pub product_id: String,
    /// Kind.
    pub product_type: ProductType,
    /// SKU of this term of a subscription.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_sku: Option<String>,
    /// Length of a subscription's period in words, such as `1 Month`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// Length of a period in ISO 8601, such as `P1M` for a calendar month in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Length of a period in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
    /// Length of a free trial in seconds. Without it there is no trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_trial_seconds: Option<u64>,
}

impl Product {
    /// Creates a subscription that runs by calendar months, without a trial.
    #[must_use]
    pub fn monthly(product_id: impl Into<String>, term_sku: impl Into<String>) -> Self {
        Self {
            term_sku: Some(term_sku.into()),
            term: Some("1 Month".to_owned()),
            period: Some("P1M".to_owned()),
            ..Self::once(product_id.into(), ProductType::Subscription)
        }
    }

    /// Creates a product that is bought once.
    #[must_use]
    pub fn entitlement(sku: impl Into<String>) -> Self {
        Self::once(sku.into(), ProductType::Entitled)
    }

    /// Creates a product that is used up.
    #[must_use]
    pub fn consumable(sku: impl Into<String>) -> Self {
        Self::once(sku.into(), ProductType::Consumable)
    }

    fn once(product_id: String, product_type: ProductType) -> Self {
        Self {
            product_id,
            product_type,
            term_sku: None,
            term: None,
            period: None,
            period_seconds: None,
            free_trial_seconds: None,
        }
    }

    /// Sets the period: in ISO 8601, and in the store's words.
    #[must_use]
    pub fn lasting(mut self, period: impl Into<String>, term: impl Into<String>) -> Self {
        (self.period, self.period_seconds) = (Some(period.into()), None);
        self.term = Some(term.into());
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
    pub fn with_free_trial_seconds(mut self, seconds: u64) -> Self {
        self.free_trial_seconds = Some(seconds);
        self
    }

    /// Returns the SKU that a purchase names.
    pub(super) fn sku(&self) -> &str {
        self.term_sku.as_deref().unwrap_or(&self.product_id)
    }

    pub(super) fn is_subscription(&self) -> bool {
        self.product_type == ProductType::Subscription
    }

    /// Checks the product.
    ///
    /// # Errors
    /// When a subscription has no term or no period of a positive length.
    pub(crate) fn check(&self) -> Result<(), ActionError> {
        if !self.is_subscription() {
            return Ok(());
        }
        let start = Timestamp::UNIX_EPOCH;
        if self.term_sku.is_none() || self.end_after(start, 1)? <= start {
            return Err(ActionError::Period(self.sku().to_owned()));
        }
        Ok(())
    }

    /// Returns the end of `count` periods from `start` on. The day of the month stays that of the
    /// start, where the month has it.
    pub(super) fn end_after(
        &self,
        start: Timestamp,
        periods: u32,
    ) -> Result<Timestamp, ActionError> {
        let wrong = || ActionError::Period(self.sku().to_owned());
        let span = match (self.period_seconds, self.period.as_deref()) {
            (Some(seconds), None) => i64::try_from(seconds)
                .ok()
                .and_then(|seconds| Span::new().try_seconds(seconds).ok()),
            (None, Some(text)) => text.parse::<Span>().ok(),
            _ => None,
        };
        let spans = span.and_then(|span| span.checked_mul(i64::from(periods)).ok());
        let start = start.to_zoned(TimeZone::UTC);
        let end = spans.and_then(|spans| start.checked_add(spans).ok());
        end.map(|end| end.timestamp()).ok_or_else(wrong)
    }
}

//! What is for sale, and how long a period lasts.

use jiff::{Span, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::ActionError;

/// The three kinds of products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ProductType {
    /// Bought as often as one likes.
    Consumable,
    /// Bought once.
    Entitled,
    /// Renews.
    Subscription,
}

/// One product; of a subscription, one term of it. For a subscription exactly one of
/// `period_seconds` and `period` says how long it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Product {
    /// The SKU; of a subscription the parent's.
    pub product_id: String,
    /// Its kind.
    pub product_type: ProductType,
    /// Of a subscription: the SKU of this term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term_sku: Option<String>,
    /// Of a subscription: the words for its length, such as `1 Month`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<String>,
    /// Length of a period in ISO 8601, such as `P1M` for a calendar month in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Length of a period in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
    /// Length of a free trial in seconds; without it there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_trial_seconds: Option<u64>,
}

impl Product {
    /// A subscription that runs by calendar months, without a trial.
    #[must_use]
    pub fn monthly(product_id: impl Into<String>, term_sku: impl Into<String>) -> Self {
        Self {
            term_sku: Some(term_sku.into()),
            term: Some("1 Month".to_owned()),
            period: Some("P1M".to_owned()),
            ..Self::once(product_id.into(), ProductType::Subscription)
        }
    }

    /// A product that is bought once.
    #[must_use]
    pub fn entitlement(sku: impl Into<String>) -> Self {
        Self::once(sku.into(), ProductType::Entitled)
    }

    /// A product that is used up.
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

    /// The same subscription with other periods: in ISO 8601, and in the store's words.
    #[must_use]
    pub fn lasting(mut self, period: impl Into<String>, term: impl Into<String>) -> Self {
        (self.period, self.period_seconds) = (Some(period.into()), None);
        self.term = Some(term.into());
        self
    }

    /// The same subscription with periods of this many seconds.
    #[must_use]
    pub fn lasting_seconds(mut self, seconds: u64) -> Self {
        (self.period, self.period_seconds) = (None, Some(seconds));
        self
    }

    /// The same subscription with a free trial of this many seconds.
    #[must_use]
    pub fn with_free_trial_seconds(mut self, seconds: u64) -> Self {
        self.free_trial_seconds = Some(seconds);
        self
    }

    /// What names it in a purchase.
    pub(super) fn sku(&self) -> &str {
        self.term_sku.as_deref().unwrap_or(&self.product_id)
    }

    pub(super) fn is_subscription(&self) -> bool {
        self.product_type == ProductType::Subscription
    }

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

    /// The end of so many periods from `start` on. The day of the month stays that of the start,
    /// where the month has it.
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

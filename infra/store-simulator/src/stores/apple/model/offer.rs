//! Offers: better terms for a limited time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ActionError;
use crate::plan;

/// Audience of an offer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OfferType {
    /// New customers of the group.
    #[default]
    Introductory,
    /// Customers to whom the app offers it.
    Promotional,
    /// Customers with a code.
    Code,
    /// Former customers.
    WinBack,
}

impl OfferType {
    /// Returns the type's number in transactions.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Introductory => 1,
            Self::Promotional => 2,
            Self::Code => 3,
            Self::WinBack => 4,
        }
    }
}

/// Payment of an offer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Discount {
    /// Free for the offer's period.
    #[default]
    FreeTrial,
    /// Reduced price for some periods of the product.
    PayAsYouGo,
    /// Paid once for the offer's period.
    PayUpFront,
}

impl Discount {
    /// Returns the name in transactions.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FreeTrial => "FREE_TRIAL",
            Self::PayAsYouGo => "PAY_AS_YOU_GO",
            Self::PayUpFront => "PAY_UP_FRONT",
        }
    }
}

/// Offer of a product. Its length is `period` or `period_seconds`; a pay-as-you-go offer runs for
/// `periods` of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
    /// Offer id; transactions do not show that of an introductory offer.
    pub offer_id: String,
    /// Audience.
    pub offer_type: OfferType,
    /// Payment.
    pub discount: Discount,
    /// Length in ISO 8601, such as `P1W`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Length in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
    /// Number of periods of the product, for pay as you go.
    pub periods: u32,
    /// Price of the offer, decimal text.
    pub amount: String,
}

impl Default for Offer {
    fn default() -> Self {
        Self {
            offer_id: String::new(),
            offer_type: OfferType::default(),
            discount: Discount::default(),
            period: None,
            period_seconds: None,
            periods: 1,
            amount: "0".to_owned(),
        }
    }
}

impl Offer {
    /// Creates a free trial of an ISO 8601 length.
    #[must_use]
    pub fn free_trial(
        offer_id: impl Into<String>,
        offer_type: OfferType,
        period: impl Into<String>,
    ) -> Self {
        Self {
            offer_id: offer_id.into(),
            offer_type,
            period: Some(period.into()),
            ..Self::default()
        }
    }

    pub(super) fn end(&self, start: Timestamp) -> Result<Timestamp, ActionError> {
        let (seconds, iso) = (self.period_seconds, self.period.as_deref());
        let end = plan::end_of_period(&self.offer_id, seconds, iso, start);
        end.map_err(|error| ActionError::Period(error.to_string()))
    }

    pub(super) fn applied(&self, periods_left: u32) -> AppliedOffer {
        AppliedOffer {
            offer: self.clone(),
            periods_left,
        }
    }

    /// Returns the length as transactions show it.
    pub(super) fn iso_period(&self) -> Option<String> {
        let of_seconds = |seconds| format!("PT{seconds}S");
        let iso = self.period.clone();
        iso.or_else(|| self.period_seconds.map(of_seconds))
    }
}

/// Offer in a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppliedOffer {
    /// Offer.
    pub offer: Offer,
    /// Number of further periods with the offer.
    pub periods_left: u32,
}

//! Offers: better terms for a while.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ActionError;
use crate::plan;

/// Who gets an offer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OfferType {
    /// New customers of the group.
    #[default]
    Introductory,
    /// Whom the app offers it.
    Promotional,
    /// Who has a code.
    Code,
    /// Former customers.
    WinBack,
}

impl OfferType {
    /// Its number in transactions.
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

/// How an offer is paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Discount {
    /// Nothing for the offer's period.
    #[default]
    FreeTrial,
    /// Less for some periods of the product.
    PayAsYouGo,
    /// Once for the offer's period.
    PayUpFront,
}

impl Discount {
    /// As it stands in transactions.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FreeTrial => "FREE_TRIAL",
            Self::PayAsYouGo => "PAY_AS_YOU_GO",
            Self::PayUpFront => "PAY_UP_FRONT",
        }
    }
}

/// An offer of a product. `period` or `period_seconds` says how long it runs; one that is paid as
/// one goes runs for `periods` of the product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Offer {
    /// Its id; that of an introductory offer stands in no transaction.
    pub offer_id: String,
    /// Who gets it.
    pub offer_type: OfferType,
    /// How it is paid.
    pub discount: Discount,
    /// Length in ISO 8601, such as `P1W`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Length in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
    /// How many periods of the product, if paid as one goes.
    pub periods: u32,
    /// Decimal text; what is paid for it.
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
    /// A free trial of an ISO 8601 length.
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

    /// Its length as transactions name it.
    pub(super) fn iso_period(&self) -> Option<String> {
        let of_seconds = |seconds| format!("PT{seconds}S");
        let iso = self.period.clone();
        iso.or_else(|| self.period_seconds.map(of_seconds))
    }
}

/// An offer in a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppliedOffer {
    /// Which.
    pub offer: Offer,
    /// How many more periods have it.
    pub periods_left: u32,
}

//! Products for sale.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ActionError, AppliedOffer, Discount, Offer, OfferType};
use crate::plan;

const GROUP: &str = "21234567";

/// Kind of a product.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProductKind {
    /// A subscription that renews.
    #[default]
    AutoRenewable,
    /// A subscription that does not renew.
    NonRenewing,
    /// Bought once, permanently.
    NonConsumable,
    /// Bought repeatedly.
    Consumable,
}

impl ProductKind {
    /// Returns the name in transactions.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AutoRenewable => "Auto-Renewable Subscription",
            Self::NonRenewing => "Non-Renewing Subscription",
            Self::NonConsumable => "Non-Consumable",
            Self::Consumable => "Consumable",
        }
    }

    /// Returns the name in the query of a history.
    #[must_use]
    pub fn query_name(self) -> &'static str {
        match self {
            Self::AutoRenewable => "AUTO_RENEWABLE",
            Self::NonRenewing => "NON_RENEWABLE",
            Self::NonConsumable => "NON_CONSUMABLE",
            Self::Consumable => "CONSUMABLE",
        }
    }
}

/// Product for sale. For a renewing product exactly one of `period_seconds` and `period` is set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Product {
    /// Product id.
    pub product_id: String,
    /// Kind.
    pub kind: ProductKind,
    /// Subscription group. Products without one share the same group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_id: Option<String>,
    /// Price as decimal text, such as `9.99`.
    pub amount: String,
    /// Currency code, such as `EUR`.
    pub currency: String,
    /// Length of a period in ISO 8601, such as `P1M` for a calendar month in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Length of a period in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u64>,
    /// Whether the product can be shared with a family.
    pub family_sharable: bool,
    /// Offers.
    pub offers: Vec<Offer>,
}

impl Product {
    /// Creates a subscription that renews by calendar months.
    #[must_use]
    pub fn monthly(
        product_id: impl Into<String>,
        amount: impl Into<String>,
        currency: impl Into<String>,
    ) -> Self {
        Self {
            product_id: product_id.into(),
            amount: amount.into(),
            currency: currency.into(),
            period: Some("P1M".to_owned()),
            ..Self::default()
        }
    }

    /// Creates a product that does not renew.
    #[must_use]
    pub fn one_time(
        product_id: impl Into<String>,
        kind: ProductKind,
        amount: impl Into<String>,
        currency: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            period: None,
            ..Self::monthly(product_id, amount, currency)
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

    /// Puts the product into another group.
    #[must_use]
    pub fn in_group(mut self, group_id: impl Into<String>) -> Self {
        self.group_id = Some(group_id.into());
        self
    }

    /// Makes the product sharable with a family.
    #[must_use]
    pub fn family_sharable(mut self) -> Self {
        self.family_sharable = true;
        self
    }

    /// Adds the introductory offer `intro`, a free trial of an ISO 8601 length.
    #[must_use]
    pub fn with_free_trial(self, period: impl Into<String>) -> Self {
        self.with_offer(Offer::free_trial("intro", OfferType::Introductory, period))
    }

    /// Adds an offer.
    #[must_use]
    pub fn with_offer(mut self, offer: Offer) -> Self {
        self.offers.push(offer);
        self
    }

    /// Returns the group of a renewing subscription.
    pub(super) fn group(&self) -> Option<String> {
        let renews = self.kind == ProductKind::AutoRenewable;
        let group = || self.group_id.clone().unwrap_or_else(|| GROUP.to_owned());
        renews.then(group)
    }

    pub(super) fn price(&self) -> Result<i64, ActionError> {
        milliunits(&self.amount)
    }

    pub(super) fn offer(&self, offer_id: &str) -> Result<&Offer, ActionError> {
        let mut offers = self.offers.iter();
        let found = offers.find(|offer| offer.offer_id == offer_id);
        found.ok_or_else(|| ActionError::UnknownOffer(offer_id.to_owned()))
    }

    pub(super) fn end_of_period(&self, start: Timestamp) -> Result<Timestamp, ActionError> {
        let (seconds, iso) = (self.period_seconds, self.period.as_deref());
        let end = plan::end_of_period(&self.product_id, seconds, iso, start);
        end.map_err(|error| ActionError::Period(error.to_string()))
    }

    /// Returns the terms of a period that begins at `start`: its end, its price and its offer.
    pub(super) fn terms(
        &self,
        offer: Option<&AppliedOffer>,
        start: Timestamp,
    ) -> Result<Terms, ActionError> {
        let Some(applied) = offer else {
            return Ok(Terms {
                end: self.end_of_period(start)?,
                price: self.price()?,
                offer: None,
            });
        };
        let end = match applied.offer.discount {
            Discount::PayAsYouGo => self.end_of_period(start)?,
            Discount::FreeTrial | Discount::PayUpFront => applied.offer.end(start)?,
        };
        Ok(Terms {
            end,
            price: milliunits(&applied.offer.amount)?,
            offer: Some(applied.clone()),
        })
    }

    /// Returns an error that says what is wrong with the product, if anything.
    pub(crate) fn check(&self) -> Result<(), ActionError> {
        self.price()?;
        if self.kind != ProductKind::AutoRenewable {
            return Ok(());
        }
        let start = Timestamp::UNIX_EPOCH;
        let offers = self.offers.iter().map(|offer| Some(offer.applied(0)));
        for offer in offers.chain([None]) {
            if self.terms(offer.as_ref(), start)?.end <= start {
                let why = format!("product {}: a period must be positive", self.product_id);
                return Err(ActionError::Period(why));
            }
        }
        Ok(())
    }
}

/// Terms of a period.
pub(super) struct Terms {
    pub(super) end: Timestamp,
    pub(super) price: i64,
    pub(super) offer: Option<AppliedOffer>,
}

/// Converts decimal text to thousandths of the currency's unit.
pub(super) fn milliunits(amount: &str) -> Result<i64, ActionError> {
    let wrong = || ActionError::Amount(amount.to_owned());
    let (units, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if units.is_empty() || fraction.len() > 3 || !digits(units) || !digits(fraction) {
        return Err(wrong());
    }
    let text = format!("{units}{fraction:0<3}");
    text.parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_become_milliunits() {
        assert_eq!(milliunits("9.99"), Ok(9_990));
        assert_eq!(milliunits("5"), Ok(5_000));
        for wrong in ["", "-1", "1.2.3", ".5", "0.1234", "9,99"] {
            assert!(milliunits(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_product_that_renews_needs_a_period() {
        let monthly = Product::monthly("m", "9.99", "EUR");
        assert_eq!(monthly.check(), Ok(()));
        assert!(
            Product {
                period: None,
                ..monthly.clone()
            }
            .check()
            .is_err()
        );
        assert!(monthly.with_free_trial("PT0S").check().is_err());
        let film = Product::one_time("film", ProductKind::NonConsumable, "4.99", "EUR");
        assert_eq!(film.check(), Ok(()));
    }
}

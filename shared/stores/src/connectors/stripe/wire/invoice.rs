//! Invoices and their lines.

use serde::Deserialize;

use super::refs::null_is_none;
use super::{Instant, List, Listed, Named, Price, Ref, Thing, malformed};
use crate::LookUpError;

#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Invoice {
    pub(in crate::connectors::stripe) id: String,
    pub(in crate::connectors::stripe) livemode: Option<bool>,
    pub(in crate::connectors::stripe) status: Option<String>,
    pub(in crate::connectors::stripe) billing_reason: Option<String>,
    pub(in crate::connectors::stripe) created: Option<Instant>,
    pub(in crate::connectors::stripe) due_date: Option<Instant>,
    pub(in crate::connectors::stripe) amount_paid: Option<i64>,
    parent: Option<InvoiceParent>,
    /// Subscription, before 2025-03-31.
    subscription: Option<Ref<Thing>>,
    /// Charge that paid it, before 2025-03-31.
    pub(in crate::connectors::stripe) charge: Option<Ref<Thing>>,
    #[serde(default, deserialize_with = "null_is_none")]
    pub(in crate::connectors::stripe) lines: List<Line>,
}

#[derive(Deserialize)]
struct InvoiceParent {
    #[serde(rename = "type")]
    kind: Option<String>,
    subscription_details: Option<OfSubscription>,
}

#[derive(Deserialize)]
struct OfSubscription {
    subscription: Option<Ref<Thing>>,
}

#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Line {
    id: Option<String>,
    pub(in crate::connectors::stripe) period: Option<Period>,
    parent: Option<LineParent>,
    pricing: Option<Pricing>,
    /// `subscription` or `invoiceitem`; this and all below before 2025-03-31.
    #[serde(rename = "type")]
    kind: Option<String>,
    subscription_item: Option<String>,
    proration: Option<bool>,
    price: Option<Price>,
    plan: Option<Price>,
}

#[derive(Deserialize)]
pub(in crate::connectors::stripe) struct Period {
    pub(in crate::connectors::stripe) start: Instant,
    pub(in crate::connectors::stripe) end: Instant,
}

#[derive(Deserialize)]
struct LineParent {
    #[serde(rename = "type")]
    kind: Option<String>,
    subscription_item_details: Option<OfItem>,
}

#[derive(Deserialize)]
struct OfItem {
    subscription_item: Option<String>,
    proration: Option<bool>,
}

#[derive(Deserialize)]
struct Pricing {
    price_details: Option<PriceDetails>,
}

#[derive(Deserialize)]
struct PriceDetails {
    price: Option<Ref<Price>>,
    product: Option<Ref<Thing>>,
}

/// Purpose of a line of an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::connectors::stripe) enum Purpose<'a> {
    /// A whole period of a subscription's item, usually with its id.
    Period(Option<&'a str>),
    /// The difference caused by a change within a period.
    Proration,
    /// Something beside the subscription, by an invoice item.
    Extra,
    /// Not stated.
    Unsaid,
    /// A kind of parent or line that is not documented.
    Unknown(&'a str),
}

impl Invoice {
    /// Returns the subscription that it is for, if it is for one.
    pub(in crate::connectors::stripe) fn subscription(&self) -> Result<Option<&str>, LookUpError> {
        let Some(parent) = &self.parent else {
            return Ok(self.subscription.as_ref().map(Ref::id));
        };
        match parent.kind.as_deref() {
            None | Some("subscription_details") => {
                let details = parent.subscription_details.as_ref();
                let named = details.and_then(|details| details.subscription.as_ref());
                Ok(named.map(Ref::id))
            }
            Some("quote_details") => Ok(None),
            // It may be a new kind of subscription invoice; reading it as "none" would lose the
            // purchase.
            Some(_) => Err(malformed("an invoice has an unknown kind of parent")),
        }
    }
}

impl Line {
    pub(in crate::connectors::stripe) fn purpose(&self) -> Purpose<'_> {
        let period = |item, proration: Option<bool>| match proration {
            Some(true) => Purpose::Proration,
            _ => Purpose::Period(item),
        };
        let (kind, details) = match &self.parent {
            Some(parent) => (
                parent.kind.as_deref(),
                parent.subscription_item_details.as_ref(),
            ),
            None => (self.kind.as_deref(), None),
        };
        match (kind, details) {
            (None | Some("subscription_item_details"), Some(details)) => {
                period(details.subscription_item.as_deref(), details.proration)
            }
            (Some("subscription"), None) => {
                period(self.subscription_item.as_deref(), self.proration)
            }
            (Some("invoice_item_details" | "invoiceitem"), _) => Purpose::Extra,
            (Some(other), _) => Purpose::Unknown(other),
            (None, None) if self.proration == Some(true) => Purpose::Proration,
            (None, None) => Purpose::Unsaid,
        }
    }

    /// Whether it is for this price, or at least for its product.
    pub(in crate::connectors::stripe) fn is_priced_as(&self, price: &Price) -> bool {
        let details = self.pricing.as_ref();
        let details = details.and_then(|pricing| pricing.price_details.as_ref());
        let older = self.price.as_ref().or(self.plan.as_ref());
        let named = details.and_then(|details| details.price.as_ref());
        let named = named.map(Ref::id).or(older.map(|price| price.id.as_str()));
        let product = details.and_then(|details| details.product.as_ref());
        let product = product.map(Ref::id).or(older.and_then(Price::product));
        // Prices are replaced often, products are not.
        named == Some(price.id.as_str()) || (product.is_some() && product == price.product())
    }
}

impl Named for Invoice {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for Invoice {
    fn id(&self) -> Option<&str> {
        Some(&self.id)
    }
}

impl Listed for Line {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

//! What a broadcaster sells.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{OfferId, Price, Store};

/// A free or cheaper start, mirrored from the store so that reports agree with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// Length in days, 1 to 366.
    pub days: u16,
}

/// How long a one-time purchase lasts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rental {
    /// Length in hours from the purchase, 1 to 87,600 (ten years).
    pub hours: u32,
}

/// An offer as its broadcaster configures it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The broadcaster's id.
    pub offer_id: OfferId,
    /// The name that people read.
    pub title: String,
    /// `package_name` of Beacon notifications: a key of the receiver's, not a label.
    pub package_name: String,
    /// Offers that share a tag open the same doors.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// The trial that the store grants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<Trial>,
    /// How long a one-time purchase of it lasts; absent: for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rental: Option<Rental>,
    /// The full price of a billing cycle, mirrored from the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// The product id in each store.
    #[serde(default)]
    pub product_ids: BTreeMap<Store, String>,
}

impl Offer {
    /// The part that a subscription remembers.
    #[must_use]
    pub fn reference(&self) -> OfferRef {
        OfferRef {
            offer_id: self.offer_id.clone(),
            package_name: self.package_name.clone(),
            tags: self.tags.clone(),
            rental: self.rental.clone(),
            price: self.price.clone(),
        }
    }
}

/// What a subscription remembers of its offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfferRef {
    /// The broadcaster's id.
    pub offer_id: OfferId,
    /// `package_name` of Beacon notifications.
    pub package_name: String,
    /// Tags at the time of the last observation.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// How long a one-time purchase lasts, at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rental: Option<Rental>,
    /// The full price of a billing cycle, at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
}

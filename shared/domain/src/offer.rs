//! Offers of a broadcaster.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{OfferId, Price, Store};

/// Trial, mirrored from the store so that reports agree with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trial {
    /// Length in days, 1 to 366.
    pub days: u16,
}

/// Duration of a one-time purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rental {
    /// Length in hours from the purchase, 1 to 87,600 (ten years).
    pub hours: u32,
}

/// Offer as its broadcaster configures it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    /// The broadcaster's id of the offer.
    pub offer_id: OfferId,
    /// Title for people.
    pub title: String,
    /// `package_name` of Beacon notifications: a key of the receiver, not a label.
    pub package_name: String,
    /// Tags. Offers with a common tag give the same access.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// Trial that the store grants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial: Option<Trial>,
    /// Duration of a one-time purchase; absent: unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rental: Option<Rental>,
    /// Full price of a billing cycle, mirrored from the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// Product id in each store.
    #[serde(default)]
    pub product_ids: BTreeMap<Store, String>,
}

impl Offer {
    /// Returns the part that a subscription stores.
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

/// Part of an offer that a subscription stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OfferRef {
    /// The broadcaster's id of the offer.
    pub offer_id: OfferId,
    /// `package_name` of Beacon notifications.
    pub package_name: String,
    /// Tags at the time of the last observation.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// Duration of a one-time purchase, at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rental: Option<Rental>,
    /// Full price of a billing cycle, at the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
}

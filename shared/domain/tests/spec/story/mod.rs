//! Subscriptions to tell stories of: times, states, offers, and the story itself.

mod coupons;
mod kinds;
mod states;
mod telling;
mod words;

use std::collections::BTreeSet;

use domain::{
    BroadcasterId, CorrelationId, CustomerId, OfferId, OfferRef, Price, PurchaseKey, Rental,
    Timestamp,
};
use jiff::SignedDuration;

pub use coupons::{campaign, intro, named};
pub use kinds::Kinds;
pub use states::{Shape, active, trial};
pub use telling::Story;

/// When the first period begins: 2026-11-05T09:30:00Z.
pub fn start() -> Timestamp {
    "2026-11-05T09:30:00Z".parse().unwrap()
}

/// So many hours after the start.
pub fn hour(hours: i64) -> Timestamp {
    start() + SignedDuration::from_hours(hours)
}

/// So many days after the start.
pub fn day(days: i64) -> Timestamp {
    hour(24 * days)
}

pub fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

pub fn broadcaster() -> BroadcasterId {
    BroadcasterId::new("700100200").unwrap()
}

pub fn customer(name: &str) -> CustomerId {
    CustomerId::new(name).unwrap()
}

pub fn key() -> PurchaseKey {
    key_named("vzs-88120044")
}

pub fn key_named(name: &str) -> PurchaseKey {
    PurchaseKey::new(name).unwrap()
}

/// So many cents of a dollar.
pub fn cents(cents: i64) -> Price {
    Price {
        currency: "USD".to_owned(),
        amount_micros: cents * 10_000,
    }
}

pub fn correlation(number: u128) -> CorrelationId {
    CorrelationId(uuid::Uuid::from_u128(number))
}

/// What the broadcaster sells for a product; nothing for any other.
pub fn offer(product: &str) -> Option<OfferRef> {
    let (offer_id, package_name) = match product {
        "monthly" => ("S300200111_US", "Symphony Monthly"),
        "yearly" => ("S300200112_US", "Symphony Yearly"),
        "basic" => ("S300200113_US", "Symphony Basic"),
        "film" => ("F300200114_US", "Rented Film"),
        "keepsake" => ("F300200115_US", "Bought Film"),
        _ => return None,
    };
    Some(OfferRef {
        offer_id: OfferId::new(offer_id).unwrap(),
        package_name: package_name.to_owned(),
        tags: BTreeSet::from(["symphony".to_owned()]),
        rental: (product == "film").then_some(Rental { hours: 48 }),
        price: None,
    })
}

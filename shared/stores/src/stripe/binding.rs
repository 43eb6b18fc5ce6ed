//! Whose a purchase is, and what else a broadcaster wrote on it.

use std::collections::BTreeMap;

use domain::CustomerId;

use super::Config;
use super::wire::{Metadata, Ref, Session, Thing};
use crate::fields::shortened;

pub(super) const STRIPE_CUSTOMER_ID: &str = "stripeCustomerId";
pub(super) const PLATFORM: &str = "platform";

/// The customer whom one of these names, the first that names one.
pub(super) fn named(config: &Config, metadata: &[Option<&Metadata>]) -> Option<CustomerId> {
    let binding = config.binding.as_ref()?;
    let values = metadata
        .iter()
        .flatten()
        .filter_map(|metadata| metadata.get(&binding.metadata_key));
    values
        .into_iter()
        .find_map(|value| binding.pattern.customer(value))
}

/// Whether the checkout is worth reading because only it may name the customer.
pub(super) fn may_be_in_session(config: &Config) -> bool {
    config
        .binding
        .as_ref()
        .is_some_and(|binding| binding.client_reference)
}

/// The customer whom a checkout names by `client_reference_id`. In a payment link that is a part of
/// the address, which the buyer can change: only where the broadcaster says that it can be believed.
pub(super) fn referred_to(config: &Config, session: &Session) -> Option<CustomerId> {
    let binding = config.binding.as_ref()?;
    let reference = session.client_reference_id.as_deref()?;
    binding
        .pattern
        .customer(reference)
        .filter(|_| binding.client_reference)
}

/// What is shown of every purchase.
pub(super) fn shown(
    customer: Option<&Ref<Thing>>,
    metadata: &[Option<&Metadata>],
) -> BTreeMap<String, String> {
    let customer = customer.map(|customer| (STRIPE_CUSTOMER_ID, customer.id()));
    let platform = metadata
        .iter()
        .flatten()
        .find_map(|written| written.get(PLATFORM));
    let platform = platform.map(|platform| (PLATFORM, platform.as_str()));
    customer
        .into_iter()
        .chain(platform)
        .map(|(name, value)| (name.to_owned(), bounded(name, value)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

/// Ids are short; what a broadcaster wrote may be long.
fn bounded(name: &str, value: &str) -> String {
    if name == PLATFORM {
        shortened(value)
    } else {
        value.chars().take(super::ids::LONGEST).collect()
    }
}

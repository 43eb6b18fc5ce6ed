//! Customer that a purchase is bound to, and other metadata of the broadcaster.

use domain::CustomerId;

use crate::connectors::stripe::Config;
use crate::connectors::stripe::wire::{Metadata, Session};

pub(in crate::connectors::stripe) const PLATFORM: &str = "platform";

/// Returns the customer whom one of these metadata names; the first one counts.
pub(in crate::connectors::stripe) fn named(
    config: &Config,
    metadata: &[Option<&Metadata>],
) -> Option<CustomerId> {
    let binding = config.binding.as_ref()?;
    // The first match of the pattern counts, and not the first value: another system may use the
    // same key for ids of its own.
    let values = metadata
        .iter()
        .flatten()
        .filter_map(|metadata| metadata.get(&binding.metadata_key));
    values
        .into_iter()
        .find_map(|value| binding.pattern.customer(value))
}

/// Whether the checkout has to be read because only it may name the customer.
pub(in crate::connectors::stripe) fn may_be_in_session(config: &Config) -> bool {
    config
        .binding
        .as_ref()
        .is_some_and(|binding| binding.client_reference)
}

/// Returns the customer whom a checkout names by `client_reference_id`.
///
/// In a payment link it is a parameter of the URL, which the buyer can change. So it counts only
/// where the broadcaster has configured that.
pub(in crate::connectors::stripe) fn referred_to(
    config: &Config,
    session: &Session,
) -> Option<CustomerId> {
    let binding = config.binding.as_ref()?;
    let reference = session.client_reference_id.as_deref()?;
    binding
        .pattern
        .customer(reference)
        .filter(|_| binding.client_reference)
}

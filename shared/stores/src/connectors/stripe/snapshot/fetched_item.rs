//! Item of a subscription, as far as it was fetched.

use super::refunds::Part;
use crate::connectors::stripe::wire::{Invoice, Item, Schedule, Session, Subscription};

/// Item of a subscription with everything that was fetched about it.
pub(in crate::connectors::stripe) struct FetchedItem<'a> {
    pub(in crate::connectors::stripe) subscription: &'a Subscription,
    /// The item.
    pub(in crate::connectors::stripe) item: &'a Item,
    /// Last invoice by which the item was paid for a whole period.
    pub(in crate::connectors::stripe) payer: Option<&'a Invoice>,
    /// Payments of that invoice.
    pub(in crate::connectors::stripe) parts: &'a [Part],
    pub(in crate::connectors::stripe) schedule: Option<&'a Schedule>,
    /// Checkout in which it was bought, if only that may name the customer.
    pub(in crate::connectors::stripe) session: Option<&'a Session>,
}

//! Item of a subscription, as far as it was fetched.

use super::refunds::Part;
use super::wire::{Invoice, Item, Schedule, Session, Subscription};

/// Item of a subscription with everything that was fetched about it.
pub(super) struct FetchedItem<'a> {
    pub(super) subscription: &'a Subscription,
    /// The item.
    pub(super) item: &'a Item,
    /// Last invoice by which the item was paid for a whole period.
    pub(super) payer: Option<&'a Invoice>,
    /// Payments of that invoice.
    pub(super) parts: &'a [Part],
    pub(super) schedule: Option<&'a Schedule>,
    /// Checkout in which it was bought, if only that may name the customer.
    pub(super) session: Option<&'a Session>,
}

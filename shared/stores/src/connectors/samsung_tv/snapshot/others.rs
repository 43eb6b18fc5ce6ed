//! The customer's other subscriptions in a purchase list.

use std::collections::BTreeSet;

use domain::{FieldError, StoreSnapshot, Timestamp};

use crate::connectors::samsung_tv::snapshot::{self, Found, Unclear};
use crate::connectors::samsung_tv::wire::purchase_list::Entry;
use crate::connectors::samsung_tv::{Config, submission};

/// Reason for which another subscription is skipped.
#[derive(Debug, thiserror::Error)]
enum LeftOut {
    #[error(transparent)]
    Unclear(#[from] Unclear),
    #[error(transparent)]
    Invoice(#[from] FieldError),
}

/// Returns one snapshot for each other subscription that has an id and can be read, as if its first
/// invoice had been looked up, whether its status is known or not.
///
/// No submission has confirmed these invoices: the snapshots refresh known purchases and prove no
/// new ones.
pub(in crate::connectors::samsung_tv) fn of(
    config: &Config,
    list: &[Entry],
    found: &Found<'_>,
    (customer, country): (&str, &str),
    observed_at: Timestamp,
) -> Vec<StoreSnapshot> {
    // Invoices without an id can't be joined to a known subscription.
    let named = list.iter().filter_map(|e| e.subscription_id.as_deref());
    let others: BTreeSet<&str> = named
        .filter(|id| found.subscription_id != Some(id))
        .collect();
    let read = |id| -> Result<StoreSnapshot, LeftOut> {
        let group = list
            .iter()
            .filter(|e| e.subscription_id.as_deref() == Some(id));
        let other = snapshot::running(group.clone(), Some(id))?;
        // As if it had been submitted by its first invoice. A known one is found by the alias,
        // whatever its key is.
        let first = first(group).ok_or(Unclear::NotListed)?;
        let locator = submission::locator(first, customer, country)?;
        Ok(snapshot::of(config, &locator, &other, observed_at)?)
    };
    // A by-product of another look-up; the purchase's own one reports what is wrong.
    let told = |why: LeftOut| {
        tracing::debug!(store = "samsung-tv", %why, "another subscription is skipped");
    };
    others
        .into_iter()
        .filter_map(|id| read(id).map_err(told).ok())
        .collect()
}

/// Returns the invoice that was ordered first; the others renew it.
fn first<'a>(group: impl Iterator<Item = &'a Entry>) -> Option<&'a str> {
    let order = |entry: &&Entry| {
        let ordered_at = entry.invoice.as_ref().ok().and_then(|i| i.ordered_at);
        (ordered_at.is_none(), ordered_at, entry.invoice_id.clone())
    };
    group
        .min_by_key(order)
        .map(|entry| entry.invoice_id.as_str())
}

//! Subscription that another one has replaced by a change of plan.

use crate::connectors::roku::memory::hints::{Hints, REPLACED_ID, REPLACED_ORIGINAL_ID};
use crate::connectors::roku::wire::Transaction;

/// Subscription that this one has replaced.
#[derive(Clone, Copy)]
pub(in crate::connectors::roku) struct Replaced<'a> {
    /// Id by which the answer names it.
    pub(in crate::connectors::roku) id: &'a str,
    pub(in crate::connectors::roku) original_id: &'a str,
    pub(in crate::connectors::roku) line: Option<&'a Transaction>,
}

impl<'a> Replaced<'a> {
    pub(in crate::connectors::roku) fn of(
        line: &'a Transaction,
        replaced: Option<&'a Transaction>,
        hints: Hints<'a>,
        own_original_id: &str,
    ) -> Option<Self> {
        let id = line.replaced.as_deref()?;
        let answered = replaced.and_then(|replaced| replaced.original_id.as_deref());
        let known = known_original(hints, id);
        let original_id = answered.or(known).unwrap_or(id);
        (original_id != own_original_id).then_some(Self {
            id,
            original_id,
            line: replaced,
        })
    }
}

/// Returns the first transaction of a replaced subscription, if an earlier look-up has found it.
pub(in crate::connectors::roku) fn known_original<'a>(
    hints: Hints<'a>,
    id: &str,
) -> Option<&'a str> {
    let known = hints.text(REPLACED_ID) == Some(id);
    hints.text(REPLACED_ORIGINAL_ID).filter(|_| known)
}

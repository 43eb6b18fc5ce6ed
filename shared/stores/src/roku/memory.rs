//! Memory of a purchase that only the next look-up needs.

use domain::Timestamp;
use serde::Serialize;

use super::hints::{Hints, REFUNDS};

/// What is kept from one look-up to the next beside the details that webhooks show. It is read
/// again through [`Hints`].
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Memory {
    /// Latest known end of the period: a replaced plan is recognised by an end before it.
    paid_until: Option<Timestamp>,
    /// All known refunds, because they add up.
    refunds: Option<String>,
}

impl Memory {
    pub(super) fn of(hints: Hints<'_>, paid_until: Option<Timestamp>) -> Self {
        Self {
            paid_until,
            refunds: hints.text(REFUNDS).map(str::to_owned),
        }
    }
}

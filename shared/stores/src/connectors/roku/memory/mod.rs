//! Memory of a purchase that only the next look-up needs.

pub(in crate::connectors::roku) mod hints;
pub(in crate::connectors::roku) mod notification;
pub(in crate::connectors::roku) mod refunds;

use domain::Timestamp;
use serde::Serialize;

use hints::{Hints, REFUNDS};

/// Values kept from one look-up to the next beside the details that webhooks show. They are read
/// again through [`Hints`].
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::connectors::roku) struct Memory {
    /// Latest known end of the period: a replaced plan is recognised by an end before it.
    paid_until: Option<Timestamp>,
    /// All known refunds, because they add up.
    refunds: Option<String>,
}

impl Memory {
    pub(in crate::connectors::roku) fn of(hints: Hints<'_>, paid_until: Option<Timestamp>) -> Self {
        Self {
            paid_until,
            refunds: hints.text(REFUNDS).map(str::to_owned),
        }
    }
}

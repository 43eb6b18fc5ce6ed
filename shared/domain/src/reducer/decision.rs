//! Output of a decision.

use crate::validation::{ClaimDecision, ValidationFailure};
use crate::{Event, Subscription};

/// Changes to write, all of them in one write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Subscription of the purchase from now on; `None` leaves the stored one unchanged.
    pub next: Option<Subscription>,
    /// Ended subscription of a former owner, which is stored beside it.
    pub former: Option<Subscription>,
    /// Events in order. The first event of a transfer belongs to `former`.
    pub events: Vec<Event>,
    /// Result of the claim; `Some` exactly if a claim was the cause.
    pub claim: Option<ClaimDecision>,
    /// Unknown status of the store. The state was kept, or read from the rest of the answer.
    pub unknown_status: Option<String>,
    /// Whether no offer lists the product. A known subscription keeps the offer that it had.
    pub unmapped_product: bool,
}

impl Decision {
    /// Builds a decision that writes a subscription without an event.
    #[must_use]
    pub fn keep(next: Subscription) -> Self {
        let mut decision = Self::untouched(None);
        decision.next = Some(next);
        decision
    }

    /// Builds a decision that writes nothing; the claim fails, if one was the cause.
    #[must_use]
    pub fn failed(why: Option<ValidationFailure>) -> Self {
        Self::untouched(why.map(ClaimDecision::Failed))
    }

    /// Builds a decision that leaves the stored subscription unchanged.
    pub(super) fn untouched(claim: Option<ClaimDecision>) -> Self {
        Self {
            next: None,
            former: None,
            events: Vec::new(),
            claim,
            unknown_status: None,
            unmapped_product: false,
        }
    }
}

//! The output of a decision.

use crate::validation::{ClaimDecision, ValidationFailure};
use crate::{Event, Subscription};

/// The changes to write, all of them in one write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The purchase's subscription from now on; `None` leaves what is stored untouched.
    pub next: Option<Subscription>,
    /// The ended subscription of a former owner, to be kept beside it.
    pub former: Option<Subscription>,
    /// What happened, in order. A transfer's first event belongs to `former`.
    pub events: Vec<Event>,
    /// The answer to the claim; `Some` exactly when a claim was the cause.
    pub claim: Option<ClaimDecision>,
    /// A status of the store that we don't know: the state was kept, or read from the rest of the answer.
    pub unknown_status: Option<String>,
    /// The product has no offer; a known subscription keeps the offer that it had.
    pub unmapped_product: bool,
}

impl Decision {
    /// A subscription to be written without any event.
    #[must_use]
    pub fn keep(next: Subscription) -> Self {
        let mut decision = Self::untouched(None);
        decision.next = Some(next);
        decision
    }

    /// Nothing is known of the purchase; the claim, if one was the cause, fails.
    #[must_use]
    pub fn failed(why: Option<ValidationFailure>) -> Self {
        Self::untouched(why.map(ClaimDecision::Failed))
    }

    /// Leaves what is stored as it is.
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

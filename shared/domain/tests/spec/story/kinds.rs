use domain::validation::{ClaimDecision, ClaimEffect, ValidationFailure};
use domain::{CouponResult, Decision, EventKind};

/// What a decision says, in short.
pub trait Kinds {
    fn kinds(&self) -> Vec<EventKind>;
    fn result(&self) -> Option<ClaimEffect>;
    fn coupon(&self) -> Option<CouponResult>;
    fn failure(&self) -> Option<ValidationFailure>;
}

impl Kinds for Decision {
    fn kinds(&self) -> Vec<EventKind> {
        self.events.iter().map(|event| event.kind).collect()
    }

    fn result(&self) -> Option<ClaimEffect> {
        match &self.claim {
            Some(ClaimDecision::Succeeded { result, .. }) => Some(*result),
            _ => None,
        }
    }

    fn coupon(&self) -> Option<CouponResult> {
        match &self.claim {
            Some(ClaimDecision::Succeeded { coupon, .. }) => *coupon,
            _ => None,
        }
    }

    fn failure(&self) -> Option<ValidationFailure> {
        match &self.claim {
            Some(ClaimDecision::Failed(failure)) => Some(*failure),
            _ => None,
        }
    }
}

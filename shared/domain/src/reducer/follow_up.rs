//! Answers of a store that lag behind what the store has announced.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Cause, Decision, Observation, Scope, rental, voids};
use crate::{CustomerId, Reading, StoreSnapshot, StoreState, Subscription, Timestamp};

/// The waits before each follow-up of a notification whose look-up showed nothing new; as many
/// follow-ups are made. After the last one the store's answer is believed.
pub const FOLLOW_UPS: [SignedDuration; 4] = [
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(10),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
];

/// Look-ups that are to come because the store announced a change that its answer did not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FollowUp {
    /// When the last of the notifications was received.
    pub since: Timestamp,
    /// How many follow-ups were made.
    pub made: u32,
    /// When the next one is due.
    pub due_at: Timestamp,
    /// What the store's answer showed. Whatever differs from it is the announced change.
    pub stale: StoreState,
}

impl FollowUp {
    fn begun(stale: StoreState, scope: &Scope<'_>) -> Option<Self> {
        Self::waiting(stale, scope.received_at, 0, scope.now)
    }

    fn waiting(stale: StoreState, since: Timestamp, made: u32, now: Timestamp) -> Option<Self> {
        let wait = FOLLOW_UPS.get(usize::try_from(made).ok()?)?;
        Some(Self {
            since,
            made,
            due_at: now.checked_add(*wait).ok()?,
            stale,
        })
    }

    /// The follow-up after one more stale answer; `None` after the last one.
    fn after(&self, notified: bool, scope: &Scope<'_>) -> Option<Self> {
        let stale = || self.stale.clone();
        if notified && scope.received_at > self.since {
            Self::begun(stale(), scope)
        } else if scope.now < self.due_at {
            Some(self.clone())
        } else {
            Self::waiting(stale(), self.since, self.made + 1, scope.now)
        }
    }
}

/// What an answer is worth beside what the store has announced.
pub(super) struct Freshness {
    follow_up: Option<FollowUp>,
    /// What counts in place of the answer: a state, and the customer whom the store names for it.
    instead: Option<(StoreState, Option<CustomerId>)>,
    /// When the state that counts was signed, if a signed state says the same.
    signed_at: Option<Timestamp>,
}

impl Freshness {
    /// Judges an answer about a known purchase.
    ///
    /// It lags behind if a notification led here and the answer shows nothing but what was known
    /// before the store's event, or if it still shows what such an answer showed. The state that
    /// counts is then the known one, or, of an ended purchase that was paid again, the signed one.
    pub(super) fn of(
        current: Option<&Subscription>,
        seen: &Observation,
        cause: &Cause,
        scope: &Scope<'_>,
    ) -> Self {
        let mut judged = Self {
            follow_up: current.and_then(|current| current.follow_up.clone()),
            instead: None,
            signed_at: None,
        };
        let (Some(current), Reading::Known(answer)) = (current, &seen.snapshot.reading) else {
            return judged;
        };
        if seen.snapshot.observed_at < current.watermark {
            return judged;
        }
        let answer = content(answer, current, seen, scope);
        let notified_at = seen.notified_at.filter(|_| seen.voided.is_none());
        let notified_at = notified_at.filter(|_| matches!(cause, Cause::Notification));
        let signed = signed_state(seen.signed.as_ref());
        let known_as_of = current.state_as_of.unwrap_or(current.watermark);
        let signed = signed.filter(|(_, at)| *at > known_as_of);
        if let Some((state, at)) = signed
            && state.says_the_same_as(&answer)
        {
            judged.follow_up = None;
            judged.signed_at = Some(at);
            return judged;
        }
        let unseen = |at: Timestamp| current.state_as_of.is_none_or(|as_of| as_of < at);
        let answer_product = answer.product_id.clone();
        let answer_is_ended = answer.status.is_ended();
        let same = answer.is_the_same_as(&current.state);
        judged.follow_up = match &current.follow_up {
            Some(pending) if pending.stale.is_the_same_as(&answer) => {
                pending.after(notified_at.is_some(), scope)
            }
            _ if same && notified_at.is_some_and(unseen) => FollowUp::begun(answer, scope),
            _ => None,
        };
        if judged.follow_up.is_none() {
            return judged;
        }
        // Only a purchase that was paid again goes before the answer: a late notification of any other
        // change would undo what came after it. The offer that came with the answer is the one of its
        // product.
        let signed = signed.filter(|(state, _)| {
            answer_is_ended && !state.status.is_ended() && state.product_id == answer_product
        });
        if let Some((state, at)) = signed {
            let named = seen
                .signed
                .as_ref()
                .and_then(|signed| signed.account.clone());
            judged.instead = Some((state.clone(), named));
            judged.signed_at = Some(at);
        } else if !same {
            judged.instead = Some((current.state.clone(), current.named_customer.clone()));
        }
        judged
    }

    /// The observation with the state that counts.
    pub(super) fn observation(&self, seen: &Observation) -> Observation {
        let mut seen = seen.clone();
        if let Some((state, named)) = &self.instead {
            seen.snapshot.reading = Reading::Known(state.clone());
            seen.snapshot.account.clone_from(named);
        }
        seen
    }

    /// Completes a decision with what is to be followed up, and since when the state is known.
    pub(super) fn complete(
        self,
        current: Option<&Subscription>,
        observed_at: Timestamp,
        decision: &mut Decision,
    ) {
        let Some(next) = &mut decision.next else {
            return;
        };
        next.follow_up = self.follow_up;
        let known = current.filter(|current| current.state.is_the_same_as(&next.state));
        next.state_as_of = match (known, self.signed_at) {
            (Some(current), signed_at) => current.state_as_of.max(signed_at),
            (None, Some(signed_at)) => Some(signed_at),
            (None, None) => Some(observed_at),
        };
    }
}

fn signed_state(signed: Option<&StoreSnapshot>) -> Option<(&StoreState, Timestamp)> {
    match signed? {
        StoreSnapshot {
            reading: Reading::Known(state),
            observed_at,
            ..
        } => Some((state, *observed_at)),
        _ => None,
    }
}

/// The state to which an answer comes, with the rental window and the voided payments applied.
fn content(
    answer: &StoreState,
    current: &Subscription,
    seen: &Observation,
    scope: &Scope<'_>,
) -> StoreState {
    let mut applied = current.clone();
    applied.state = rental::ended_by_offer(answer.clone(), Some(current), seen, scope.now);
    voids::apply(&mut applied, None);
    applied.state
}

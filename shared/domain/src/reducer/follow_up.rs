//! Answers of a store that lag behind what the store has announced (ADR 27).

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Cause, Decision, Observation, Scope, rental, voids};
use crate::{CustomerId, Reading, StoreState, Subscription, Timestamp};

/// Wait before each follow-up of a notification whose look-up showed no change. After the last one
/// the store's answer is believed.
pub const FOLLOW_UPS: [SignedDuration; 4] = [
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(10),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
];

/// Pending look-ups, because the store announced a change that its answer did not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FollowUp {
    /// Time at which the last of the notifications was received.
    pub since: Timestamp,
    /// Number of follow-ups that were made.
    pub made: u32,
    /// Time at which the next one is due.
    pub due_at: Timestamp,
    /// State that the store's answer showed. An answer that differs from it shows the change.
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

    /// Returns the next follow-up after one more stale answer; `None` after the last one.
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

/// Assessment of an answer against what the store has announced.
#[derive(Default)]
pub(super) struct Freshness {
    follow_up: Option<FollowUp>,
    /// State that replaces the answer's, with the customer whom the store names for it.
    instead: Option<(StoreState, Option<CustomerId>)>,
    /// Time at which the resulting state was signed, if a signed state agrees with it.
    signed_at: Option<Timestamp>,
}

impl Freshness {
    /// Assesses an answer about a known purchase.
    ///
    /// It lags behind if a notification was the cause and the answer shows only what was known
    /// before the store's event, or if it still shows the same state as such an answer. Then the
    /// stored state counts, or the signed one of an ended purchase that was paid again.
    pub(super) fn of(
        current: Option<&Subscription>,
        seen: &Observation,
        cause: &Cause,
        scope: &Scope<'_>,
    ) -> Self {
        let follow_up = current.and_then(|current| current.follow_up.clone());
        let (Some(current), Reading::Known(answer)) = (current, &seen.snapshot.reading) else {
            return Self::waiting(follow_up);
        };
        if seen.snapshot.observed_at < current.watermark {
            return Self::waiting(follow_up);
        }
        let answer = content(answer, current, seen, scope);
        let signed = newer_signed_state(current, seen);
        if let Some((state, at)) = signed
            && state.says_the_same_as(&answer)
        {
            return Self {
                signed_at: Some(at),
                ..Self::default()
            };
        }
        let notified_at = seen
            .notified_at
            // A voided payment is applied whatever the answer shows, so there is no change to wait
            // for.
            .filter(|_| seen.voided.is_none() && matches!(cause, Cause::Notification));
        match follow_up_of(current, &answer, notified_at, scope) {
            None => Self::default(),
            Some(follow_up) => Self::lagging(follow_up, current, &answer, signed, seen),
        }
    }

    /// Keeps the pending follow-up, because the answer does not show whether the change arrived.
    fn waiting(follow_up: Option<FollowUp>) -> Self {
        Self {
            follow_up,
            ..Self::default()
        }
    }

    fn lagging(
        follow_up: FollowUp,
        current: &Subscription,
        answer: &StoreState,
        signed: Option<(&StoreState, Timestamp)>,
        seen: &Observation,
    ) -> Self {
        // Only the signed state of a purchase that was paid again takes precedence over the answer:
        // a late notification of any other change would undo what came after it. It must be of the
        // same product, because the offer was read for the answer's product.
        let paid_again = signed.filter(|(state, _)| {
            answer.status.is_ended()
                && !state.status.is_ended()
                && state.product_id == answer.product_id
        });
        let instead = if let Some((state, _)) = paid_again {
            let named = seen
                .signed
                .as_ref()
                .and_then(|signed| signed.account.clone());
            Some((state.clone(), named))
        } else {
            let known = || (current.state.clone(), current.named_customer.clone());
            (!answer.is_the_same_as(&current.state)).then(known)
        };
        Self {
            follow_up: Some(follow_up),
            instead,
            signed_at: paid_again.map(|(_, at)| at),
        }
    }

    /// Returns the observation with the state that replaces the answer's, if one does.
    pub(super) fn observation(&self, seen: &Observation) -> Observation {
        let mut seen = seen.clone();
        if let Some((state, named)) = &self.instead {
            seen.snapshot.reading = Reading::Known(state.clone());
            seen.snapshot.account.clone_from(named);
        }
        seen
    }

    /// Adds the pending follow-up, and since when the state is known, to a decision.
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

/// Returns the follow-up that an answer requires; `None` if it does not lag behind.
fn follow_up_of(
    current: &Subscription,
    answer: &StoreState,
    notified_at: Option<Timestamp>,
    scope: &Scope<'_>,
) -> Option<FollowUp> {
    let unseen = |at: Timestamp| current.state_as_of.is_none_or(|as_of| as_of < at);
    match &current.follow_up {
        Some(pending) if pending.stale.is_the_same_as(answer) => {
            pending.after(notified_at.is_some(), scope)
        }
        _ if answer.is_the_same_as(&current.state) && notified_at.is_some_and(unseen) => {
            FollowUp::begun(answer.clone(), scope)
        }
        _ => None,
    }
}

/// Returns the signed state of the notification and its date, if it is newer than the stored one.
fn newer_signed_state<'a>(
    current: &Subscription,
    seen: &'a Observation,
) -> Option<(&'a StoreState, Timestamp)> {
    let signed = seen.signed.as_ref()?;
    let Reading::Known(state) = &signed.reading else {
        return None;
    };
    let known_as_of = current.state_as_of.unwrap_or(current.watermark);
    (signed.observed_at > known_as_of).then_some((state, signed.observed_at))
}

/// Returns the state of an answer with the offer's rental duration and the voided payments applied.
fn content(
    answer: &StoreState,
    current: &Subscription,
    seen: &Observation,
    scope: &Scope<'_>,
) -> StoreState {
    // The stored state has both applied. Compared without them, such an answer would seem to show a
    // change each time.
    let mut applied = current.clone();
    applied.state = rental::ended_by_offer(answer.clone(), Some(current), seen, scope.now);
    voids::apply(&mut applied, None);
    applied.state
}

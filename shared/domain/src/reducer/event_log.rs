//! Events of one decision.

use jiff::SignedDuration;

use super::{Cause, Scope};
use crate::{CorrelationId, Event, EventId, EventKind, Previous, Source, Subscription, Timestamp};

/// Collector of events, which numbers and dates them and updates the subscription's counters.
pub(super) struct EventLog {
    pub(super) events: Vec<Event>,
    received_at: Timestamp,
    now: Timestamp,
    source: Source,
    correlation_id: Option<CorrelationId>,
}

/// Least distance between two events of one purchase: the coarser of the two date units (ADR 6).
const EVENT_STEP: SignedDuration = SignedDuration::from_secs(1);

impl EventLog {
    pub(super) fn new(cause: &Cause, scope: &Scope<'_>) -> Self {
        let correlation_id = cause.claim().map(|claim| claim.correlation_id);
        Self::of(cause.source(), correlation_id, scope)
    }

    pub(super) const fn of(
        source: Source,
        correlation_id: Option<CorrelationId>,
        scope: &Scope<'_>,
    ) -> Self {
        Self {
            events: Vec::new(),
            received_at: scope.received_at,
            now: scope.now,
            source,
            correlation_id,
        }
    }

    /// Records an event of a subscription; does nothing if that has no owner.
    pub(super) fn record(
        &mut self,
        subscription: &mut Subscription,
        kind: EventKind,
        previous: Option<Previous>,
    ) {
        let Some(customer_id) = subscription.ownership.customer_id.clone() else {
            return;
        };
        let earliest = subscription
            .last_event_at
            .and_then(|last| last.checked_add(EVENT_STEP).ok());
        // Ahead of the clock if necessary: receivers order the events of a purchase by this time.
        let occurred_at = earliest.map_or(self.now, |earliest| earliest.max(self.now));
        subscription.ownership.sequence += 1;
        subscription.last_event_at = Some(occurred_at);
        self.events.push(Event {
            event_id: EventId::derive(
                subscription.ownership.subscription_id,
                subscription.ownership.sequence,
            ),
            sequence: subscription.ownership.sequence,
            kind,
            occurred_at,
            received_at: self.received_at,
            source: self.source,
            correlation_id: self.correlation_id,
            customer_id,
            subscription: subscription.clone(),
            previous,
        });
    }
}

//! Delivery of an account's events.

use serde_json::Value;

use super::{
    ActionOutcome, SentEvent,
    account::{Account, State},
    endpoint::PENDING_WEBHOOKS,
    history::Recorded,
    model::Outcome,
};
use crate::{outbox::Notification, tenant::Tenant as _};

impl Account {
    /// Moves the clock to the time at which the action was complete, records its events and sends
    /// those to which the endpoint is subscribed, under the lock so that they leave in the order of
    /// the changes.
    pub(super) fn settle(&self, state: &mut State, outcome: Outcome) -> ActionOutcome {
        self.tenancy().clock.reach(outcome.at);
        let configuration = self.configuration();
        let purchase_id = &outcome.purchase.id;
        let events = outcome.published.into_iter().map(|published| {
            let event = Recorded {
                published,
                version: configuration.api_version.clone(),
                purchase_id: purchase_id.clone(),
            };
            let (event_id, kind) = (&event.published.event_id, &event.published.kind);
            let sent = SentEvent {
                event_id: event_id.clone(),
                kind: kind.clone(),
            };
            if configuration.wants(kind) {
                self.deliver(&event, PENDING_WEBHOOKS);
            }
            state.events.push(event);
            sent
        });
        let events = events.collect();
        ActionOutcome {
            purchase: outcome.purchase,
            events,
            now: self.now(),
        }
    }

    /// Sends an earlier event again; `None` if there is none.
    pub(super) fn resend(&self, event_id: &str) -> Option<SentEvent> {
        let state = self.lock();
        let mut events = state.events.iter();
        let event = events.find(|event| event.published.event_id == event_id)?;
        self.deliver(event, PENDING_WEBHOOKS.saturating_sub(1));
        Some(SentEvent {
            event_id: event_id.to_owned(),
            kind: event.published.kind.clone(),
        })
    }

    fn deliver(&self, event: &Recorded, pending_webhooks: u32) {
        self.outbox.send(Notification {
            notification_id: event.published.event_id.clone(),
            event_type: event.published.kind.clone(),
            subscription_id: Some(event.purchase_id.clone()),
            body: body_of(&event.shown(pending_webhooks)),
            headers: Vec::new(),
        });
    }
}

/// Returns the body of a delivery, with line breaks as the store writes it.
pub(super) fn body_of(event: &Value) -> Vec<u8> {
    serde_json::to_vec_pretty(event).unwrap_or_else(|_| event.to_string().into_bytes())
}

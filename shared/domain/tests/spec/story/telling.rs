use domain::beacon::{self, Notification};
use domain::{
    BroadcasterSettings, Cause, CustomerId, Decision, Environment, Event, EventId, Observation,
    Price, PurchaseKey, Scope, StoreState, Subscription, Timestamp, reduce, reduce_acknowledged,
    reduce_missing, reduce_resend, reduce_superseded,
};

use super::{broadcaster, customer, day, key, start};

/// One purchase, under one name after another, from its first word on. Every step keeps what the decision says.
#[derive(Clone)]
pub struct Story {
    pub settings: BroadcasterSettings,
    /// The customer whom the store names.
    pub account: Option<CustomerId>,
    /// What a period of each offer costs.
    pub price: Option<Price>,
    /// The store's name for the purchase that counts.
    pub key: PurchaseKey,
    /// The time of the next step.
    pub now: Timestamp,
    pub current: Option<Subscription>,
    /// The ended subscriptions of former owners.
    pub formers: Vec<Subscription>,
    pub events: Vec<Event>,
    pub(super) claims: u128,
}

impl Story {
    pub fn new() -> Self {
        Self::with(BroadcasterSettings::default())
    }

    pub fn with(settings: BroadcasterSettings) -> Self {
        Self {
            settings,
            account: None,
            price: None,
            key: key(),
            now: start(),
            current: None,
            formers: Vec::new(),
            events: Vec::new(),
            claims: 0,
        }
    }

    /// A story that begins with Ada's claim on day 0.
    pub fn of_ada(state: &StoreState) -> Self {
        let mut story = Self::new();
        story.claimed("ada", state);
        story
    }

    pub fn named_by_store(mut self, account: &str) -> Self {
        self.account = Some(customer(account));
        self
    }

    /// The next step is at this time.
    pub fn at(&mut self, now: Timestamp) -> &mut Self {
        self.now = now;
        self
    }

    pub fn on_day(&mut self, days: i64) -> &mut Self {
        self.at(day(days))
    }

    pub fn step(&mut self, seen: &Observation, cause: &Cause, received: Timestamp) -> Decision {
        self.decide(&seen.snapshot.purchase_key, received, |current, scope| {
            reduce(current, seen, cause, scope)
        })
    }

    /// The store denies knowing the purchase.
    pub fn denied(&mut self, observed_at: Timestamp, cause: &Cause) -> Decision {
        self.decide(&self.key.clone(), self.now, |current, scope| {
            reduce_missing(current, observed_at, cause, scope)
        })
    }

    /// The broadcaster wants to hear of it again.
    pub fn resent(&mut self) -> Decision {
        self.decide(&self.key.clone(), self.now, |current, scope| {
            reduce_resend(current.unwrap(), scope)
        })
    }

    /// The store has accepted the acknowledgement of the purchase.
    pub fn acknowledged(&mut self) -> Decision {
        self.decide(&self.key.clone(), self.now, |current, scope| {
            reduce_acknowledged(current.unwrap(), scope)
        })
    }

    /// The store says that a purchase of another subscription has replaced this one.
    pub fn superseded(&mut self, successor: &Observation) -> Decision {
        self.decide(&self.key.clone(), self.now, |current, scope| {
            reduce_superseded(current.unwrap(), &successor.snapshot, scope)
        })
    }

    fn decide(
        &mut self,
        key: &PurchaseKey,
        received_at: Timestamp,
        decide: impl Fn(Option<&Subscription>, &Scope<'_>) -> Decision,
    ) -> Decision {
        let broadcaster_id = broadcaster();
        let scope = Scope {
            broadcaster_id: &broadcaster_id,
            environment: Environment::Sandbox,
            settings: &self.settings,
            received_at,
            now: self.now,
        };
        let current = self.current.as_ref();
        let decision = decide(
            current.filter(|current| current.purchase_key == *key),
            &scope,
        );
        self.keep(&decision);
        decision
    }

    /// Stores the decision as the tables would, and checks what holds for every decision.
    fn keep(&mut self, decision: &Decision) {
        if let Some(next) = &decision.next {
            let current = self.current.as_ref();
            let before = current.filter(|current| current.purchase_key == next.purchase_key);
            let version = before.map_or(0, |before| before.version);
            assert_eq!(next.version, version, "the storage layer counts writes");
            assert!(before.is_none_or(|before| before.watermark <= next.watermark));
            self.key = next.purchase_key.clone();
            self.current = Some(next.clone());
        } else {
            assert!(decision.events.is_empty() && decision.former.is_none());
        }
        for event in &decision.events {
            let subscription = &event.subscription;
            assert!(
                subscription.ownership.customer_id.is_some(),
                "no event without an owner"
            );
            assert_eq!(event.sequence, subscription.ownership.sequence);
            let id = EventId::derive(subscription.ownership.subscription_id, event.sequence);
            assert_eq!(event.event_id, id);
        }
        self.events.extend(decision.events.iter().cloned());
        self.formers.extend(decision.former.clone());
    }

    pub fn subscription(&self) -> &Subscription {
        self.current.as_ref().unwrap()
    }

    pub fn owner(&self) -> Option<&str> {
        let owner = self.current.as_ref()?.ownership.customer_id.as_ref()?;
        Some(owner.as_str())
    }

    /// Everybody whom any subscription of this purchase gives access at this time.
    pub fn watchers(&self, at: Timestamp) -> Vec<&str> {
        let all = self.formers.iter().chain(&self.current);
        all.filter(|subscription| subscription.access_granted(at))
            .map(|subscription| {
                subscription
                    .ownership
                    .customer_id
                    .as_ref()
                    .unwrap()
                    .as_str()
            })
            .collect()
    }

    /// Every notification so far, in the order of the events.
    pub fn notifications(&self) -> Vec<Notification> {
        self.events
            .iter()
            .flat_map(|event| beacon::project(event, &self.settings))
            .collect()
    }
}

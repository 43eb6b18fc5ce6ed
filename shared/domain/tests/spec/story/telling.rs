use domain::beacon::{self, Notification};
use domain::validation::{ClaimResult, ValidationFailure, ValidationResult};
use domain::{
    BroadcasterSettings, Cause, Claim, CustomerId, Decision, Environment, Event, EventId,
    EventKind, Observation, Reading, Scope, Store, StoreSnapshot, StoreState, Subscription,
    Timestamp, reduce, reduce_missing, reduce_resend,
};

use super::{broadcaster, correlation, customer, day, key, offer, start};

/// One purchase, from its first word on. Every step keeps what the decision says.
#[derive(Clone)]
pub struct Story {
    pub settings: BroadcasterSettings,
    /// The customer whom the store names.
    pub account: Option<CustomerId>,
    /// The time of the next step.
    pub now: Timestamp,
    pub current: Option<Subscription>,
    /// The ended subscriptions of former owners.
    pub formers: Vec<Subscription>,
    pub events: Vec<Event>,
    claims: u128,
}

impl Story {
    pub fn new() -> Self {
        Self::with(BroadcasterSettings::default())
    }

    pub fn with(settings: BroadcasterSettings) -> Self {
        Self {
            settings,
            account: None,
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

    /// A customer submits the purchase now, and the store says this now.
    pub fn claimed(&mut self, who: &str, state: &StoreState) -> Decision {
        let seen = self.sees(state, self.now);
        self.claimed_earlier(who, self.now, &seen)
    }

    /// A submission that was received earlier is decided now.
    pub fn claimed_earlier(&mut self, who: &str, at: Timestamp, seen: &Observation) -> Decision {
        self.claims += 1;
        let claim = Claim {
            customer_id: customer(who),
            correlation_id: correlation(self.claims),
        };
        self.step(seen, &Cause::Claim(claim), at)
    }

    /// The store notifies us, and says this now.
    pub fn notified(&mut self, state: &StoreState) -> Decision {
        let seen = self.sees(state, self.now);
        self.step(&seen, &Cause::Notification, self.now)
    }

    /// A look that was made earlier is decided now.
    pub fn seen_earlier(&mut self, at: Timestamp, state: &StoreState) -> Decision {
        let seen = self.sees(state, at);
        self.step(&seen, &Cause::Reconciliation, self.now)
    }

    pub fn step(&mut self, seen: &Observation, cause: &Cause, received: Timestamp) -> Decision {
        self.decide(received, |current, scope| {
            reduce(current, seen, cause, scope)
        })
    }

    /// The store denies knowing the purchase.
    pub fn denied(&mut self, observed_at: Timestamp, cause: &Cause) -> Decision {
        self.decide(self.now, |current, scope| {
            reduce_missing(current, observed_at, cause, scope)
        })
    }

    /// The broadcaster wants to hear of it again.
    pub fn resent(&mut self) -> Decision {
        self.decide(self.now, |current, scope| {
            reduce_resend(current.unwrap(), scope)
        })
    }

    fn decide(
        &mut self,
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
        let decision = decide(self.current.as_ref(), &scope);
        self.keep(&decision);
        decision
    }

    /// Stores the decision as the tables would, and checks what holds for every decision.
    fn keep(&mut self, decision: &Decision) {
        if let Some(next) = &decision.next {
            let version = self.current.as_ref().map_or(0, |current| current.version);
            assert_eq!(next.version, version + 1, "one write, one version");
            assert!(
                self.current
                    .as_ref()
                    .is_none_or(|c| c.watermark <= next.watermark)
            );
        } else {
            assert!(decision.events.is_empty() && decision.former.is_none());
        }
        for event in &decision.events {
            let subscription = &event.subscription;
            assert!(
                subscription.customer_id.is_some(),
                "no event without an owner"
            );
            assert_eq!(event.sequence, subscription.sequence);
            let id = EventId::derive(subscription.subscription_id, event.sequence);
            assert_eq!(event.event_id, id);
        }
        self.events.extend(decision.events.iter().cloned());
        self.formers.extend(decision.former.clone());
        self.current = decision.next.clone().or(self.current.take());
    }

    /// A look at the store.
    pub fn sees(&self, state: &StoreState, observed_at: Timestamp) -> Observation {
        Observation {
            snapshot: self.snapshot(Reading::Known(state.clone()), observed_at),
            offer: offer(&state.product_id),
        }
    }

    /// A look at a store whose status we don't know.
    pub fn sees_unknown(&self, status: &str) -> Observation {
        Observation {
            snapshot: self.snapshot(Reading::UnknownStatus(status.to_owned()), self.now),
            offer: None,
        }
    }

    fn snapshot(&self, reading: Reading, observed_at: Timestamp) -> StoreSnapshot {
        StoreSnapshot {
            store: Store::Vizio,
            purchase_key: key(),
            account: self.account.clone(),
            reading,
            unknown_status: None,
            observed_at,
        }
    }

    pub fn subscription(&self) -> &Subscription {
        self.current.as_ref().unwrap()
    }

    pub fn owner(&self) -> Option<&str> {
        let owner = self.current.as_ref()?.customer_id.as_ref()?;
        Some(owner.as_str())
    }

    /// Everybody whom any subscription of this purchase gives access at this time.
    pub fn watchers(&self, at: Timestamp) -> Vec<&str> {
        let all = self.formers.iter().chain(&self.current);
        all.filter(|subscription| subscription.access_granted(at))
            .map(|subscription| subscription.customer_id.as_ref().unwrap().as_str())
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

/// What a decision says, in short.
pub trait Kinds {
    fn kinds(&self) -> Vec<EventKind>;
    fn result(&self) -> Option<ValidationResult>;
    fn failure(&self) -> Option<ValidationFailure>;
}

impl Kinds for Decision {
    fn kinds(&self) -> Vec<EventKind> {
        self.events.iter().map(|event| event.kind).collect()
    }

    fn result(&self) -> Option<ValidationResult> {
        match &self.claim {
            Some(ClaimResult::Succeeded { result, .. }) => Some(*result),
            _ => None,
        }
    }

    fn failure(&self) -> Option<ValidationFailure> {
        match &self.claim {
            Some(ClaimResult::Failed(failure)) => Some(*failure),
            _ => None,
        }
    }
}

//! One account of the store: its set-up, its customers' purchases, its clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{
    ActionOutcome, Calls, Configuration,
    endpoint::Endpoint,
    history::{Recorded, arrivals},
    limiter::Limiter,
    model::{Action, ActionError, Billing, NewCheckout, Options, Purchase},
};
use crate::{
    clock::Clock,
    faults::{FaultKind, Faults},
    lookup_faults::LookupFaults,
    outbox::Outbox,
};

pub(super) struct Account {
    id: String,
    pub(super) endpoint: Arc<Endpoint>,
    state: Mutex<State>,
    pub(super) outbox: Arc<Outbox>,
}

pub(super) struct State {
    pub(super) billing: Billing,
    pub(super) clock: Clock,
    /// Oldest first.
    pub(super) events: Vec<Recorded>,
    faults: LookupFaults,
    limiter: Limiter,
    calls: Calls,
}

impl Account {
    pub(super) fn new(id: &str, http: reqwest::Client) -> Arc<Self> {
        let endpoint = Arc::new(Endpoint::new(Configuration::default()));
        let (seed, _) = Uuid::new_v4().as_u64_pair();
        Arc::new(Self {
            id: id.to_owned(),
            outbox: Outbox::new(http, Arc::<Endpoint>::clone(&endpoint)),
            endpoint,
            state: Mutex::new(State {
                billing: Billing::seeded(id, seed),
                clock: Clock::start(None, false),
                events: Vec::new(),
                faults: LookupFaults::new(Vec::new(), 0),
                limiter: Limiter::default(),
                calls: Calls::default(),
            }),
        })
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn configuration(&self) -> Arc<Configuration> {
        self.endpoint.configuration()
    }

    /// Takes a checked configuration; purchases, events and counts stay.
    pub(super) fn configure(&self, mut configuration: Configuration) -> Timestamp {
        let mut state = self.lock();
        match configuration.clock_start.take() {
            Some(start) => state.clock = Clock::start(Some(start), configuration.clock_frozen),
            None => state.clock.set_frozen(configuration.clock_frozen),
        }
        state.billing.set_prices(configuration.prices.clone());
        state.billing.set_settings(configuration.settings());
        self.endpoint.set_configuration(configuration);
        state.clock.now()
    }

    pub(super) fn set_faults(&self, faults: Faults) {
        self.lock().faults = LookupFaults::new(faults.lookup, faults.seed);
        self.outbox.set_faults(faults.delivery, faults.seed);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.lock().clock.now()
    }

    pub(super) fn advance_clock(&self, seconds: u64) -> Timestamp {
        self.lock().clock.advance(seconds)
    }

    pub(super) fn calls(&self) -> Calls {
        Calls {
            deliveries: self.outbox.records(),
            ..self.lock().calls.clone()
        }
    }

    /// Counts a call of the API; gives what shall go wrong with it, if anything.
    pub(super) fn call_arrives(&self, kind: &'static str, object: &str) -> Option<FaultKind> {
        let mut state = self.lock();
        let counts = &mut state.calls.look_ups;
        counts.total += 1;
        *counts.by_kind.entry(kind.to_owned()).or_default() += 1;
        *counts.by_object.entry(object.to_owned()).or_default() += 1;
        state.faults.next(object)
    }

    pub(super) fn call_ends(&self, outcome: impl Into<String>) {
        let mut state = self.lock();
        let outcomes = &mut state.calls.look_ups.by_outcome;
        *outcomes.entry(outcome.into()).or_default() += 1;
    }

    /// Whether another call of this kind is within the limit, if one is set.
    pub(super) fn admits(&self, kind: &'static str) -> bool {
        let limit = self.configuration().rate_limit;
        limit.is_none_or(|limit| self.lock().limiter.admits(kind, limit))
    }

    /// Reads of the store's records.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Billing) -> T) -> T {
        read(&self.lock().billing)
    }

    pub(super) fn create(&self, wanted: &NewCheckout) -> Result<ActionOutcome, ActionError> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcome = state.billing.create(wanted, now)?;
        Ok(self.settle(&mut state, outcome))
    }

    pub(super) fn act(
        &self,
        id: &str,
        action: Action,
        options: &Options,
    ) -> Result<ActionOutcome, ActionError> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcome = state.billing.act(id, action, options, now)?;
        Ok(self.settle(&mut state, outcome))
    }

    pub(super) fn run_due(&self) -> Vec<ActionOutcome> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcomes = state.billing.run_due(now).into_iter();
        outcomes
            .map(|outcome| self.settle(&mut state, outcome))
            .collect()
    }

    pub(super) fn purchase(&self, id: &str) -> Option<Purchase> {
        self.read(|billing| billing.purchase(id).cloned())
    }

    /// Events of the last 30 days, newest first, with what is known of their arrival: `None` if
    /// they were not sent.
    pub(super) fn events(&self) -> Vec<(Value, Option<bool>)> {
        let records = self.outbox.records();
        let arrived = arrivals(&records);
        let state = self.lock();
        let now = state.clock.now();
        let kept = state.events.iter().rev().filter(|event| event.is_kept(now));
        let with_arrival = kept.map(|event| {
            let arrival = arrived.get(event.published.event_id.as_str()).copied();
            let pending = u32::from(arrival == Some(false));
            (event.shown(pending), arrival)
        });
        let mut events: Vec<_> = with_arrival.collect();
        let created = |event: &Value| event.get("created").and_then(Value::as_i64);
        events.sort_by_key(|(event, _)| std::cmp::Reverse(created(event)));
        events
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

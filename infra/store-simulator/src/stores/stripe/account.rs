//! State of one account of the store: configuration, customers' purchases, clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use super::{
    ActionOutcome, ApiKey, Calls, Configuration, CustomEvent, SentEvent, Stripe,
    endpoint::Endpoint,
    history::{Recorded, arrivals},
    limiter::Limiter,
    model::{Action, Billing, NewCheckout, Options, Purchase},
};
use crate::{
    faults::FaultKind,
    outbox::Outbox,
    refusal::Refusal,
    registry::Registry,
    tenant::{NotifiedTenant, Tenancy, Tenant},
};

pub(super) struct Account {
    tenancy: Tenancy<Configuration>,
    pub(super) endpoint: Arc<Endpoint>,
    state: Mutex<State>,
    pub(super) outbox: Arc<Outbox>,
}

pub(super) struct State {
    pub(super) billing: Billing,
    /// Events, oldest first.
    pub(super) events: Vec<Recorded>,
    limiter: Limiter,
    calls: Calls,
}

impl Tenant for Account {
    type Store = Stripe;

    const NOUN: &'static str = "account";

    fn open(id: &str, http: &reqwest::Client) -> Result<Self, Refusal> {
        let tenancy = Tenancy::new(id);
        let endpoint = Arc::new(Endpoint(Arc::clone(&tenancy.settings)));
        let (seed, _) = Uuid::new_v4().as_u64_pair();
        Ok(Self {
            tenancy,
            outbox: Outbox::new(http.clone(), endpoint.clone()),
            endpoint,
            state: Mutex::new(State {
                billing: Billing::seeded(id, seed),
                events: Vec::new(),
                limiter: Limiter::default(),
                calls: Calls::default(),
            }),
        })
    }

    fn tenancy(&self) -> &Tenancy<Configuration> {
        &self.tenancy
    }

    fn admit(accounts: &Registry<Self>, id: &str, wanted: &Configuration) -> Result<(), Refusal> {
        for key in &wanted.api_keys {
            let has_it = |other: &Self| other.id() != id && other.api_key(&key.key).is_some();
            if accounts.find_by(has_it).is_some() {
                let reason = format!("{} is a key of another account", key.shown());
                return Err(Refusal(StatusCode::CONFLICT, reason));
            }
        }
        Ok(())
    }

    fn adopt(&self, configuration: &Configuration) -> Result<(), Refusal> {
        let mut state = self.lock();
        state.billing.set_prices(configuration.prices.clone());
        state.billing.set_settings(configuration.settings());
        Ok(())
    }

    fn outboxes(&self) -> Vec<&Arc<Outbox>> {
        vec![&self.outbox]
    }

    fn calls(&self) -> Calls {
        Calls {
            deliveries: self.deliveries(),
            ..self.lock().calls.clone()
        }
    }

    fn buy(&self, wanted: &NewCheckout) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let outcome = state.billing.create(wanted, self.now())?;
        Ok(self.settle(&mut state, outcome))
    }

    fn act(&self, id: &str, action: Action, options: &Options) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let outcome = state.billing.act(id, action, options, self.now())?;
        Ok(self.settle(&mut state, outcome))
    }

    fn purchase(&self, id: &str) -> Option<Purchase> {
        self.read(|billing| billing.purchase(id).cloned())
    }

    fn purchases(&self) -> Vec<Purchase> {
        self.read(|billing| billing.purchases().cloned().collect())
    }
}

impl NotifiedTenant for Account {
    fn run_due(&self) -> Result<Vec<ActionOutcome>, Refusal> {
        let mut state = self.lock();
        let outcomes = state.billing.run_due(self.now()).into_iter();
        let settled = outcomes.map(|outcome| self.settle(&mut state, outcome));
        Ok(settled.collect())
    }

    fn notify(&self, custom: CustomEvent, _origin: &str) -> Result<SentEvent, Refusal> {
        Ok(self.send(custom))
    }
}

impl Account {
    pub(super) fn id(&self) -> &str {
        &self.tenancy.id
    }

    /// Returns the account's key with this text, and its permissions.
    pub(super) fn api_key(&self, given: &str) -> Option<ApiKey> {
        let configuration = self.configuration();
        let mut keys = configuration.api_keys.iter();
        keys.find(|key| *key.key == *given).cloned()
    }

    /// Counts a call of the API, and returns the fault that it is to have.
    pub(super) fn call_arrives(&self, kind: &'static str, object: &str) -> Option<FaultKind> {
        let mut state = self.lock();
        let counts = &mut state.calls.look_ups;
        counts.total += 1;
        *counts.by_kind.entry(kind.to_owned()).or_default() += 1;
        *counts.by_object.entry(object.to_owned()).or_default() += 1;
        self.tenancy.faults.next(object)
    }

    pub(super) fn call_ends(&self, outcome: impl Into<String>) {
        let mut state = self.lock();
        let outcomes = &mut state.calls.look_ups.by_outcome;
        *outcomes.entry(outcome.into()).or_default() += 1;
    }

    /// Returns whether another call of this kind is within the limit, if one is set.
    pub(super) fn admits(&self, kind: &'static str) -> bool {
        let limit = self.configuration().rate_limit;
        limit.is_none_or(|limit| self.lock().limiter.admits(kind, limit))
    }

    /// Reads the store's records.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Billing) -> T) -> T {
        read(&self.lock().billing)
    }

    /// Returns the events of the last 30 days, newest first, with whether they were delivered:
    /// `None` if they were not sent.
    pub(super) fn events(&self) -> Vec<(Value, Option<bool>)> {
        let records = self.outbox.records();
        let arrived = arrivals(&records);
        let state = self.lock();
        let now = self.now();
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

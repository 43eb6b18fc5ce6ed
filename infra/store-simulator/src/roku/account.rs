//! One account of the store: its registration, its customers' purchases, its clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{
    ActionOutcome, Calls, Configuration, Stream,
    arrivals::Arrivals,
    model::{Action, ActionError, NewPurchase, Options, Pay, Purchase},
    push::{Settings, Way},
    sending::Sent,
    signing_key::{KeyError, KeyRing},
};
use crate::{
    clock::Clock,
    faults::{FaultKind, Faults},
    lookup_faults::LookupFaults,
    outbox::Outbox,
};

pub(super) struct Account {
    pub(super) settings: Arc<Settings>,
    pub(super) keys: KeyRing,
    pub(super) test_keys: KeyRing,
    pub(super) outbox: Arc<Outbox>,
    pub(super) test_outbox: Arc<Outbox>,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) pay: Pay,
    pub(super) clock: Clock,
    pub(super) history: Vec<Sent>,
    faults: LookupFaults,
    arrivals: Arrivals,
    calls: Calls,
}

/// What becomes of a look-up before it is answered.
pub(super) enum Arrival {
    TooMany,
    Faulty(FaultKind),
    Fine,
}

impl Account {
    pub(super) fn new(name: &str, http: &reqwest::Client) -> Result<Arc<Self>, KeyError> {
        let settings = Settings::new();
        let outbox = |stream| {
            let settings = Arc::clone(&settings);
            Outbox::new(http.clone(), Arc::new(Way { settings, stream }))
        };
        let (seed, _) = Uuid::new_v4().as_u64_pair();
        let account = Self {
            outbox: outbox(Stream::Production),
            test_outbox: outbox(Stream::Test),
            settings,
            keys: KeyRing::new("ROKU-PARTNER-SERVICE"),
            test_keys: KeyRing::new("ROKU-PARTNER-SERVICE-TEST"),
            state: Mutex::new(State {
                pay: Pay::seeded(name, seed),
                clock: Clock::start(None, false),
                history: Vec::new(),
                faults: LookupFaults::new(Vec::new(), 0),
                arrivals: Arrivals::default(),
                calls: Calls::default(),
            }),
        };
        account.keys.current()?;
        Ok(Arc::new(account))
    }

    pub(super) fn configuration(&self) -> Arc<Configuration> {
        self.settings.configuration()
    }

    /// Takes a checked configuration; purchases and counts stay.
    pub(super) fn configure(
        &self,
        mut configuration: Configuration,
    ) -> Result<Timestamp, KeyError> {
        if configuration.test_notification_url.is_some() {
            self.test_keys.current()?;
        }
        let mut state = self.lock();
        match configuration.clock_start.take() {
            Some(start) => state.clock = Clock::start(Some(start), configuration.clock_frozen),
            None => state.clock.set_frozen(configuration.clock_frozen),
        }
        state.pay.set_catalogue(configuration.catalogue());
        self.settings.set(configuration);
        Ok(state.clock.now())
    }

    pub(super) fn set_faults(&self, faults: Faults) {
        self.lock().faults = LookupFaults::new(faults.lookup, faults.seed);
        self.test_outbox
            .set_faults(faults.delivery.clone(), faults.seed);
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
            stopped: self.configuration().stop_notifications,
            deliveries: self.outbox.records(),
            test_deliveries: self.test_outbox.records(),
            ..self.lock().calls.clone()
        }
    }

    pub(super) fn count(&self, call: impl FnOnce(&mut Calls)) {
        call(&mut self.lock().calls);
    }

    /// Notes that a look-up has come, and says what shall go wrong with it.
    pub(super) fn look_up_arrives(&self, call: &str, api_key: &str, id: &str) -> Arrival {
        let limit = self.configuration().requests_per_second;
        let mut state = self.lock();
        let (within_a_second, too_many) = state.arrivals.note(api_key, limit);
        let original = state.pay.purchase(id);
        let original = original.map(|purchase| purchase.original_transaction_id.clone());
        let look_ups = &mut state.calls.look_ups;
        look_ups.total += 1;
        look_ups.greatest_per_second = look_ups.greatest_per_second.max(within_a_second);
        *look_ups.by_transaction.entry(id.into()).or_default() += 1;
        *look_ups.by_call.entry(call.to_owned()).or_default() += 1;
        if let Some(original) = &original {
            *look_ups.by_purchase.entry(original.clone()).or_default() += 1;
        }
        if too_many {
            return Arrival::TooMany;
        }
        let fault = state.faults.next(original.as_deref().unwrap_or(id));
        fault.map_or(Arrival::Fine, Arrival::Faulty)
    }

    pub(super) fn look_up_ends(&self, outcome: impl Into<String>) {
        let mut state = self.lock();
        let outcomes = &mut state.calls.look_ups.by_outcome;
        *outcomes.entry(outcome.into()).or_default() += 1;
    }

    pub(super) fn look_up(&self, id: &str) -> Option<Value> {
        let form = &self.configuration().answers;
        let state = self.lock();
        state.pay.look_up(id, form, state.clock.now())
    }

    pub(super) fn refund(&self, id: &str) -> Option<Value> {
        self.lock().pay.refund(id, &self.configuration().answers)
    }

    /// The purchase that a transaction belongs to.
    pub(super) fn purchase(&self, id: &str) -> Option<Purchase> {
        self.lock().pay.purchase(id).cloned()
    }

    pub(super) fn purchases(&self) -> Vec<Purchase> {
        self.lock().pay.purchases().cloned().collect()
    }

    pub(super) fn buy(&self, wanted: &NewPurchase) -> Result<ActionOutcome, ActionError> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcome = state.pay.buy(wanted, now)?;
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
        let outcome = state.pay.act(id, action, options, now)?;
        Ok(self.settle(&mut state, outcome))
    }

    pub(super) fn run_due(&self) -> Vec<ActionOutcome> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcomes = state.pay.run_due(now).into_iter();
        outcomes
            .map(|outcome| self.settle(&mut state, outcome))
            .collect()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

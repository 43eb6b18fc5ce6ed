//! One app of the store: its registration, its customers' purchases, its clock.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{
    ActionOutcome, Calls, Configuration,
    model::{
        AcknowledgeError, Action, ActionError, LookUp, NamedOwner, NewPurchase, OneTimeSales,
        Options, Play, Purchase, VoidedPurchase,
    },
    push::Settings,
    signing_key::{KeyError, SigningKey},
};
use crate::{
    clock::Clock,
    faults::{FaultKind, Faults},
    lookup_faults::LookupFaults,
    outbox::Outbox,
};

pub(super) struct Package {
    name: String,
    pub(super) settings: Arc<Settings>,
    state: Mutex<State>,
    pub(super) outbox: Arc<Outbox>,
}

pub(super) struct State {
    pub(super) play: Play,
    pub(super) one_time: OneTimeSales,
    pub(super) clock: Clock,
    /// The published keys of the push tokens; the last one signs.
    keys: Vec<Arc<SigningKey>>,
    access_tokens: HashMap<String, Instant>,
    faults: LookupFaults,
    pub(super) calls: Calls,
}

impl Package {
    pub(super) fn new(name: &str, http: reqwest::Client) -> Result<Arc<Self>, KeyError> {
        let key = SigningKey::generate()?;
        let settings = Settings::new(Configuration::default(), Arc::clone(&key));
        let settings = Arc::new(settings);
        let (seed, other_seed) = Uuid::new_v4().as_u64_pair();
        Ok(Arc::new(Self {
            name: name.to_owned(),
            outbox: Outbox::new(http, Arc::<Settings>::clone(&settings)),
            settings,
            state: Mutex::new(State {
                play: Play::seeded(name, seed),
                one_time: OneTimeSales::seeded(other_seed),
                clock: Clock::start(None, false),
                keys: vec![key],
                access_tokens: HashMap::new(),
                faults: LookupFaults::new(Vec::new(), 0),
                calls: Calls::default(),
            }),
        }))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn configuration(&self) -> Arc<Configuration> {
        self.settings.configuration()
    }

    /// Takes a checked configuration; purchases and counts stay.
    pub(super) fn configure(&self, mut configuration: Configuration) -> Timestamp {
        let mut state = self.lock();
        match configuration.clock_start.take() {
            Some(start) => state.clock = Clock::start(Some(start), configuration.clock_frozen),
            None => state.clock.set_frozen(configuration.clock_frozen),
        }
        state.play.set_plans(configuration.plans.clone());
        self.settings.set_configuration(configuration);
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

    pub(super) fn count(&self, call: impl FnOnce(&mut Calls)) {
        call(&mut self.lock().calls);
    }

    /// Notes that a look-up has come, and says what shall go wrong with it.
    pub(super) fn get_arrives(&self, token: &str) -> Option<FaultKind> {
        let mut state = self.lock();
        let gets = &mut state.calls.gets;
        gets.total += 1;
        *gets.by_token.entry(token.into()).or_default() += 1;
        state.faults.next(token)
    }

    pub(super) fn get_ends(&self, outcome: impl Into<String>) {
        let mut state = self.lock();
        let outcomes = &mut state.calls.gets.by_outcome;
        *outcomes.entry(outcome.into()).or_default() += 1;
    }

    /// The token of what was bought once is none of a subscription, as one that has ended long ago.
    pub(super) fn look_up(&self, token: &str) -> LookUp {
        let state = self.lock();
        if state.one_time.purchase(token).is_some() {
            return LookUp::Gone;
        }
        state.play.look_up(token, state.clock.now())
    }

    /// Whether it has sold something under this token.
    pub(super) fn has_sold(&self, token: &str) -> bool {
        let state = self.lock();
        state.play.purchase(token).is_some() || state.one_time.purchase(token).is_some()
    }

    pub(super) fn acknowledge(
        &self,
        token: &str,
        product_id: &str,
        owner: &NamedOwner,
    ) -> Result<(), AcknowledgeError> {
        let mut state = self.lock();
        let now = state.clock.now();
        state.play.acknowledge(token, product_id, owner, now)?;
        let counts = &mut state.calls.acknowledges;
        *counts.entry(token.into()).or_default() += 1;
        Ok(())
    }

    pub(super) fn purchase(&self, token: &str) -> Option<Purchase> {
        self.lock().play.purchase(token).cloned()
    }

    pub(super) fn purchases(&self) -> Vec<Purchase> {
        self.lock().play.purchases().cloned().collect()
    }

    pub(super) fn voided(&self) -> Vec<VoidedPurchase> {
        let state = self.lock();
        let mut voided = [state.play.voided(), state.one_time.voided()].concat();
        voided.sort_by_key(|one| one.voided_at);
        voided
    }

    /// Another access token of the app's service account.
    pub(super) fn grant(&self) -> String {
        let token = format!("ya29.c.{}", Uuid::new_v4().simple());
        let lives = Duration::from_secs(self.configuration().access_token_seconds);
        let mut state = self.lock();
        state.calls.grants += 1;
        if let Some(end) = Instant::now().checked_add(lives) {
            state.access_tokens.insert(token.clone(), end);
        }
        token
    }

    pub(super) fn has_granted(&self, access_token: &str) -> bool {
        let state = self.lock();
        let end = state.access_tokens.get(access_token);
        end.is_some_and(|end| *end > Instant::now())
    }

    pub(super) fn expire_access_tokens(&self) {
        self.lock().access_tokens.clear();
    }

    /// Signs with `key` from now on.
    pub(super) fn rotate(&self, key: Arc<SigningKey>, keep_old: bool) {
        let mut state = self.lock();
        if !keep_old {
            state.keys.clear();
        }
        state.keys.push(Arc::clone(&key));
        self.settings.set_key(key);
    }

    /// The published keys of the push tokens.
    pub(super) fn jwks(&self) -> Vec<Value> {
        self.lock().keys.iter().map(|key| key.jwk()).collect()
    }

    pub(super) fn buy(&self, wanted: &NewPurchase) -> Result<ActionOutcome, ActionError> {
        let mut state = self.lock();
        let now = state.clock.now();
        let token = wanted.purchase_token.as_deref();
        if token.is_some_and(|token| state.one_time.purchase(token).is_some()) {
            return Err(ActionError::Exists);
        }
        let outcome = state.play.buy(wanted, now)?;
        Ok(self.settle(&mut state, outcome))
    }

    pub(super) fn act(
        &self,
        token: &str,
        action: Action,
        options: &Options,
    ) -> Result<ActionOutcome, ActionError> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcome = state.play.act(token, action, options, now)?;
        Ok(self.settle(&mut state, outcome))
    }

    pub(super) fn run_due(&self) -> Vec<ActionOutcome> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcomes = state.play.run_due(now);
        let outcomes = outcomes.into_iter();
        outcomes
            .map(|outcome| self.settle(&mut state, outcome))
            .collect()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

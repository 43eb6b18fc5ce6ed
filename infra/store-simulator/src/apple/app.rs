//! One app of the store: its registration, its customers' purchases, its clock.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    ActionOutcome, ApiCall, ApiKey, ApiRefusal, Calls, Configuration,
    api_key::{SigningKey, Token},
    apple_error::AppleError,
    calls::Refusals,
    certificates::SigningError,
    model::{Action, ActionError, AppStore, Environment, NewPurchase, Options, Purchase},
    notification_history::Told,
    outlet::{Outlet, Settings},
};
use crate::{
    clock::Clock,
    delivery::{DeliveryCounts, DeliveryRecord},
    faults::{FaultKind, Faults},
    lookup_faults::LookupFaults,
    outbox::Outbox,
};

pub(super) struct App {
    bundle_id: String,
    settings: Arc<Settings>,
    state: Mutex<State>,
    production: Arc<Outbox>,
    sandbox: Arc<Outbox>,
}

pub(super) struct State {
    pub(super) store: AppStore,
    pub(super) clock: Clock,
    /// The developer's keys; the last one is handed out.
    keys: Vec<SigningKey>,
    faults: LookupFaults,
    refusals: Refusals,
    calls: Calls,
    /// Every notification that the store itself sent.
    pub(super) told: Vec<Told>,
}

impl App {
    pub(super) fn new(bundle_id: &str, http: &reqwest::Client) -> Result<Arc<Self>, SigningError> {
        let settings = Arc::new(Settings::new(Configuration::default()));
        let outbox = |environment| {
            let settings = Arc::clone(&settings);
            let outlet = Outlet {
                settings,
                environment,
            };
            Outbox::new(http.clone(), Arc::new(outlet))
        };
        let (seed, _) = Uuid::new_v4().as_u64_pair();
        Ok(Arc::new(Self {
            bundle_id: bundle_id.to_owned(),
            production: outbox(Environment::Production),
            sandbox: outbox(Environment::Sandbox),
            settings,
            state: Mutex::new(State {
                store: AppStore::seeded(bundle_id, seed),
                clock: Clock::start(None, false),
                keys: vec![SigningKey::generate()?],
                faults: LookupFaults::new(Vec::new(), 0),
                refusals: Refusals::default(),
                calls: Calls::default(),
                told: Vec::new(),
            }),
        }))
    }

    pub(super) fn bundle_id(&self) -> &str {
        &self.bundle_id
    }

    pub(super) fn configuration(&self) -> Arc<Configuration> {
        self.settings.get()
    }

    /// Takes a checked configuration; purchases and counts stay.
    pub(super) fn configure(&self, mut configuration: Configuration) -> Timestamp {
        let mut state = self.lock();
        match configuration.clock_start.take() {
            Some(start) => {
                state.clock = Clock::start(Some(start), configuration.clock_frozen);
                state.store.forget_signed_date();
            }
            None => state.clock.set_frozen(configuration.clock_frozen),
        }
        state.store.set_products(configuration.products.clone());
        self.settings.set(configuration);
        state.clock.now()
    }

    pub(super) fn set_faults(&self, faults: &Faults) {
        self.lock().faults = LookupFaults::new(faults.lookup.clone(), faults.seed);
        for outbox in [&self.production, &self.sandbox] {
            outbox.set_faults(faults.delivery.clone(), faults.seed);
        }
    }

    pub(super) fn refuse(&self, refusals: Vec<ApiRefusal>) {
        self.lock().refusals = Refusals::new(refusals);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.lock().clock.now()
    }

    pub(super) fn advance_clock(&self, seconds: u64) -> Timestamp {
        self.lock().clock.advance(seconds)
    }

    pub(super) fn outbox(&self, environment: Environment) -> &Arc<Outbox> {
        match environment {
            Environment::Production => &self.production,
            Environment::Sandbox => &self.sandbox,
        }
    }

    /// Every delivery, those of production first.
    pub(super) fn deliveries(&self) -> Vec<DeliveryRecord> {
        let mut records = self.production.records();
        records.extend(self.sandbox.records());
        records
    }

    pub(super) async fn flush(&self, limit: Duration) -> DeliveryCounts {
        let (_, _) = tokio::join!(self.production.flush(limit), self.sandbox.flush(limit));
        DeliveryCounts::of(&self.deliveries())
    }

    pub(super) fn calls(&self) -> Calls {
        Calls {
            deliveries: self.deliveries(),
            ..self.lock().calls.clone()
        }
    }

    /// Notes that a call has come, and says what shall go wrong with it.
    pub(super) fn call_arrives(
        &self,
        call: ApiCall,
        environment: Environment,
        asked: &str,
    ) -> Option<FaultKind> {
        let mut state = self.lock();
        let known = state.store.purchase(asked);
        let about = known.map(|purchase| purchase.original_transaction_id.clone());
        let about = about.unwrap_or_else(|| asked.to_owned());
        state.calls.arrives(call, environment, &about);
        state.faults.next(&about)
    }

    pub(super) fn call_ends(&self, outcome: impl Into<String>) {
        self.lock().calls.ends(outcome);
    }

    /// What is refused on purpose.
    pub(super) fn refusal(&self, call: ApiCall, environment: Environment) -> Option<AppleError> {
        self.lock().refusals.next(call, environment)
    }

    pub(super) fn accepts(&self, token: &Token) -> bool {
        let issuer_id = self.configuration().issuer_id.clone();
        token.is_good(&issuer_id, self.lock().keys.iter())
    }

    /// The developer's newest key.
    pub(super) fn api_key(&self) -> Result<ApiKey, SigningError> {
        let issuer_id = self.configuration().issuer_id.clone();
        let state = self.lock();
        let key = state.keys.last().ok_or(SigningError)?;
        Ok(ApiKey {
            issuer_id,
            key_id: key.id().to_owned(),
            private_key: key.private_pem(),
        })
    }

    pub(super) fn rotate(&self, keep_old: bool) -> Result<ApiKey, SigningError> {
        let key = SigningKey::generate()?;
        let mut state = self.lock();
        if !keep_old {
            state.keys.clear();
        }
        state.keys.push(key);
        drop(state);
        self.api_key()
    }

    pub(super) fn purchase(&self, transaction_id: &str) -> Option<Purchase> {
        self.lock().store.purchase(transaction_id).cloned()
    }

    pub(super) fn purchases(&self) -> Vec<Purchase> {
        self.lock().store.purchases().cloned().collect()
    }

    pub(super) fn buy(&self, wanted: &NewPurchase) -> Result<ActionOutcome, Refused> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcome = state.store.buy(wanted, now)?;
        Ok(self.settle(&mut state, outcome)?)
    }

    pub(super) fn act(
        &self,
        transaction_id: &str,
        action: Action,
        options: &Options,
    ) -> Result<ActionOutcome, Refused> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcome = state.store.act(transaction_id, action, options, now)?;
        Ok(self.settle(&mut state, outcome)?)
    }

    pub(super) fn run_due(&self) -> Result<Vec<ActionOutcome>, SigningError> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcomes = state.store.run_due(now).into_iter();
        outcomes
            .map(|outcome| self.settle(&mut state, outcome))
            .collect()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why an action did not happen, or was not told.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error(transparent)]
    Action(#[from] ActionError),
    #[error(transparent)]
    Signing(#[from] SigningError),
}

//! State of one app of the store: registration, customers' purchases, clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use uuid::Uuid;

use super::{
    ActionOutcome, ApiCall, ApiKey, ApiRefusal, Apple, Calls, Configuration, CustomNotification,
    SentNotification,
    api_key::{self, SigningKey},
    apple_error::AppleError,
    calls::Refusals,
    model::{Action, AppStore, Environment, NewPurchase, Options, Purchase},
    outlet::Outlet,
    sent::SendRecord,
};
use crate::{
    faults::FaultKind,
    keys::{KeyError, jwt},
    outbox::Outbox,
    refusal::Refusal,
    tenant::{NotifiedTenant, Tenancy, Tenant},
};

pub(super) struct App {
    tenancy: Tenancy<Configuration>,
    state: Mutex<State>,
    production: Arc<Outbox>,
    sandbox: Arc<Outbox>,
}

pub(super) struct State {
    pub(super) store: AppStore,
    /// Keys of the developer; the control API returns the last one.
    keys: Vec<SigningKey>,
    refusals: Refusals,
    calls: Calls,
    /// Every notification that the store itself sent.
    pub(super) sent: Vec<SendRecord>,
}

impl Tenant for App {
    type Store = Apple;

    const NOUN: &'static str = "app";

    fn open(bundle_id: &str, http: &reqwest::Client) -> Result<Self, Refusal> {
        let tenancy = Tenancy::new(bundle_id);
        let outbox = |environment| {
            let settings = Arc::clone(&tenancy.settings);
            let outlet = Outlet {
                settings,
                environment,
            };
            Outbox::new(http.clone(), Arc::new(outlet))
        };
        let (seed, _) = Uuid::new_v4().as_u64_pair();
        Ok(Self {
            production: outbox(Environment::Production),
            sandbox: outbox(Environment::Sandbox),
            tenancy,
            state: Mutex::new(State {
                store: AppStore::seeded(bundle_id, seed),
                keys: vec![SigningKey::generate()?],
                refusals: Refusals::default(),
                calls: Calls::default(),
                sent: Vec::new(),
            }),
        })
    }

    fn tenancy(&self) -> &Tenancy<Configuration> {
        &self.tenancy
    }

    fn adopt(&self, configuration: &Configuration) -> Result<(), Refusal> {
        let mut state = self.lock();
        if configuration.clock_start.is_some() {
            state.store.forget_signed_date();
        }
        state.store.set_products(configuration.products.clone());
        Ok(())
    }

    fn outboxes(&self) -> Vec<&Arc<Outbox>> {
        vec![&self.production, &self.sandbox]
    }

    fn calls(&self) -> Calls {
        Calls {
            deliveries: self.deliveries(),
            ..self.lock().calls.clone()
        }
    }

    fn buy(&self, wanted: &NewPurchase) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let outcome = state.store.buy(wanted, self.now())?;
        Ok(self.settle(&mut state, outcome)?)
    }

    fn act(
        &self,
        transaction_id: &str,
        action: Action,
        options: &Options,
    ) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let outcome = state
            .store
            .act(transaction_id, action, options, self.now())?;
        Ok(self.settle(&mut state, outcome)?)
    }

    fn purchase(&self, transaction_id: &str) -> Option<Purchase> {
        self.lock().store.purchase(transaction_id).cloned()
    }

    fn purchases(&self) -> Vec<Purchase> {
        self.lock().store.purchases().cloned().collect()
    }
}

impl NotifiedTenant for App {
    fn run_due(&self) -> Result<Vec<ActionOutcome>, Refusal> {
        let mut state = self.lock();
        let outcomes = state.store.run_due(self.now()).into_iter();
        let settled = outcomes.map(|outcome| Ok(self.settle(&mut state, outcome)?));
        settled.collect()
    }

    fn notify(
        &self,
        custom: CustomNotification,
        _origin: &str,
    ) -> Result<SentNotification, Refusal> {
        self.send(&custom)
    }
}

impl App {
    pub(super) fn bundle_id(&self) -> &str {
        &self.tenancy.id
    }

    pub(super) fn refuse(&self, refusals: Vec<ApiRefusal>) {
        self.lock().refusals = Refusals::new(refusals);
    }

    pub(super) fn outbox(&self, environment: Environment) -> &Arc<Outbox> {
        match environment {
            Environment::Production => &self.production,
            Environment::Sandbox => &self.sandbox,
        }
    }

    /// Counts a call, and returns the fault that it is to have.
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
        self.tenancy.faults.next(&about)
    }

    pub(super) fn call_ends(&self, outcome: impl Into<String>) {
        self.lock().calls.ends(outcome);
    }

    /// Returns the configured refusal of a call, if any.
    pub(super) fn refusal(&self, call: ApiCall, environment: Environment) -> Option<AppleError> {
        self.lock().refusals.next(call, environment)
    }

    pub(super) fn accepts(&self, token: &jwt::Received) -> bool {
        let issuer_id = self.configuration().issuer_id.clone();
        api_key::is_good(token, &issuer_id, self.lock().keys.iter())
    }

    /// Returns the developer's newest key.
    pub(super) fn api_key(&self) -> Result<ApiKey, KeyError> {
        let issuer_id = self.configuration().issuer_id.clone();
        let state = self.lock();
        let key = state.keys.last().ok_or(KeyError)?;
        Ok(ApiKey {
            issuer_id,
            key_id: key.id().to_owned(),
            private_key: key.private_pem(),
        })
    }

    pub(super) fn rotate(&self, keep_old: bool) -> Result<ApiKey, KeyError> {
        let key = SigningKey::generate()?;
        let mut state = self.lock();
        if !keep_old {
            state.keys.clear();
        }
        state.keys.push(key);
        drop(state);
        self.api_key()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

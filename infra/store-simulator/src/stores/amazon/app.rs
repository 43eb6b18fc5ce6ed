//! State of one app of the store: registration, customers' receipts, topic, clock.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::Value;
use uuid::Uuid;

use super::{
    ActionOutcome, Amazon, Calls, Configuration, CustomMessage, SentMessage,
    address::Address,
    certificate::{Certificates, TOPICS_KEY},
    issued_token::IssuedToken,
    model::{Action, Appstore, NewPurchase, Options, Receipt},
};
use crate::{
    faults::FaultKind,
    keys::KeyError,
    outbox::Outbox,
    refusal::Refusal,
    tenant::{NotifiedTenant, Tenancy, Tenant},
};

pub(super) struct App {
    tenancy: Tenancy<Configuration>,
    /// Last part of the ARN of the app's subscription.
    pub(super) subscription_id: String,
    pub(super) address: Arc<Address>,
    state: Mutex<State>,
    pub(super) outbox: Arc<Outbox>,
}

pub(super) struct State {
    pub(super) appstore: Appstore,
    pub(super) certificates: Certificates,
    pub(super) tokens: HashMap<String, IssuedToken>,
    pub(super) last_token: Option<String>,
    pub(super) calls: Calls,
}

/// Environment of the verification service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Production,
    Sandbox,
}

/// Result of a look-up.
pub(super) enum Found {
    Valid(Value),
    Invalid,
    OtherUser,
    Unknown,
}

impl Tenant for App {
    type Store = Amazon;

    const NOUN: &'static str = "package";

    fn open(name: &str, http: &reqwest::Client) -> Result<Self, Refusal> {
        let tenancy = Tenancy::<Configuration>::new(name);
        let topic = tenancy.settings.get().topic().ok_or(KeyError)?;
        let certificates = Certificates::of(&topic.certificate_name(), TOPICS_KEY.current()?)?;
        let address = Arc::new(Address::new(Arc::clone(&tenancy.settings)));
        let (seed, _) = Uuid::new_v4().as_u64_pair();
        Ok(Self {
            tenancy,
            subscription_id: Uuid::new_v4().to_string(),
            outbox: Outbox::new(http.clone(), address.clone()),
            address,
            state: Mutex::new(State {
                appstore: Appstore::seeded(seed),
                certificates,
                tokens: HashMap::new(),
                last_token: None,
                calls: Calls::default(),
            }),
        })
    }

    fn tenancy(&self) -> &Tenancy<Configuration> {
        &self.tenancy
    }

    fn adopt(&self, configuration: &Configuration) -> Result<(), Refusal> {
        let mut state = self.lock();
        let topic = configuration.topic().ok_or(KeyError)?;
        state.certificates.rename(&topic.certificate_name())?;
        state.appstore.set_products(configuration.products.clone());
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

    fn buy(&self, wanted: &NewPurchase) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let outcome = state.appstore.buy(wanted, self.now())?;
        Ok(self.settle(&mut state, outcome)?)
    }

    fn act(
        &self,
        receipt_id: &str,
        action: Action,
        options: &Options,
    ) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let outcome = state
            .appstore
            .act(receipt_id, action, options, self.now())?;
        Ok(self.settle(&mut state, outcome)?)
    }

    fn purchase(&self, receipt_id: &str) -> Option<Receipt> {
        self.lock().appstore.receipt(receipt_id).cloned()
    }

    fn purchases(&self) -> Vec<Receipt> {
        self.lock().appstore.receipts().cloned().collect()
    }
}

impl NotifiedTenant for App {
    fn run_due(&self) -> Result<Vec<ActionOutcome>, Refusal> {
        let mut state = self.lock();
        let outcomes = state.appstore.run_due(self.now()).into_iter();
        let settled = outcomes.map(|outcome| Ok(self.settle(&mut state, outcome)?));
        settled.collect()
    }

    fn notify(&self, custom: CustomMessage, _origin: &str) -> Result<SentMessage, Refusal> {
        Ok(self.send(&mut self.lock(), custom)?)
    }
}

impl App {
    pub(super) fn name(&self) -> &str {
        &self.tenancy.id
    }

    /// Counts a look-up, and returns the fault that it is to have.
    pub(super) fn look_up_arrives(&self, service: Service, receipt_id: &str) -> Option<FaultKind> {
        let mut state = self.lock();
        let counts = &mut state.calls.look_ups;
        counts.total += 1;
        match service {
            Service::Production => counts.production += 1,
            Service::Sandbox => counts.sandbox += 1,
        }
        *counts.by_receipt.entry(receipt_id.into()).or_default() += 1;
        self.tenancy.faults.next(receipt_id)
    }

    pub(super) fn look_up_ends(&self, outcome: impl Into<String>) {
        let mut state = self.lock();
        let outcomes = &mut state.calls.look_ups.by_outcome;
        *outcomes.entry(outcome.into()).or_default() += 1;
    }

    pub(super) fn look_up(&self, service: Service, receipt_id: &str, user_id: &str) -> Found {
        let state = self.lock();
        let wanted = service == Service::Sandbox;
        let known = state.appstore.receipt(receipt_id);
        let Some(known) = known.filter(|known| known.sandbox == wanted) else {
            return Found::Unknown;
        };
        if known.user_id.as_str() != user_id {
            return Found::OtherUser;
        }
        let now = self.now();
        let body = state.appstore.rvs(receipt_id, now);
        body.map_or(Found::Invalid, Found::Valid)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! One app of the store: its registration, its customers' receipts, its topic, its clock.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{
    ActionOutcome, Calls, Configuration,
    certificate::Certificates,
    model::{Action, Appstore, NewPurchase, Options, Receipt},
    settings::Settings,
    signing_key::{KeyError, TOPICS_KEY},
    subscription::IssuedToken,
};
use crate::{
    clock::Clock,
    faults::{FaultKind, Faults},
    lookup_faults::LookupFaults,
    outbox::Outbox,
    refusal::Refusal,
};

pub(super) struct App {
    name: String,
    /// The last part of its subscription's ARN.
    pub(super) subscription_id: String,
    pub(super) settings: Arc<Settings>,
    state: Mutex<State>,
    pub(super) outbox: Arc<Outbox>,
}

pub(super) struct State {
    pub(super) appstore: Appstore,
    pub(super) clock: Clock,
    pub(super) certificates: Certificates,
    pub(super) tokens: HashMap<String, IssuedToken>,
    pub(super) last_token: Option<String>,
    pub(super) calls: Calls,
    faults: LookupFaults,
}

/// Which of the two verification services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Service {
    Production,
    Sandbox,
}

/// What the verification service finds.
pub(super) enum Found {
    Valid(Value),
    Invalid,
    OtherUser,
    Unknown,
}

impl App {
    pub(super) fn new(name: &str, http: reqwest::Client) -> Result<Arc<Self>, KeyError> {
        let settings = Arc::new(Settings::default());
        let topic = settings.configuration().topic().ok_or(KeyError)?;
        let certificates = Certificates::of(&topic.certificate_name(), TOPICS_KEY.get()?)?;
        let (seed, _) = Uuid::new_v4().as_u64_pair();
        Ok(Arc::new(Self {
            name: name.to_owned(),
            subscription_id: Uuid::new_v4().to_string(),
            outbox: Outbox::new(http, Arc::<Settings>::clone(&settings)),
            settings,
            state: Mutex::new(State {
                appstore: Appstore::seeded(seed),
                clock: Clock::start(None, false),
                certificates,
                tokens: HashMap::new(),
                last_token: None,
                calls: Calls::default(),
                faults: LookupFaults::new(Vec::new(), 0),
            }),
        }))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn configuration(&self) -> Arc<Configuration> {
        self.settings.configuration()
    }

    /// Takes a checked configuration; receipts and counts stay.
    pub(super) fn configure(
        &self,
        mut configuration: Configuration,
    ) -> Result<Timestamp, KeyError> {
        let mut state = self.lock();
        let topic = configuration.topic().ok_or(KeyError)?;
        state.certificates.rename(&topic.certificate_name())?;
        match configuration.clock_start.take() {
            Some(start) => state.clock = Clock::start(Some(start), configuration.clock_frozen),
            None => state.clock.set_frozen(configuration.clock_frozen),
        }
        state.appstore.set_products(configuration.products.clone());
        state.appstore.set_rules(configuration.rules());
        self.settings.set_configuration(configuration);
        Ok(state.clock.now())
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

    /// Notes that a look-up has come, and says what shall go wrong with it.
    pub(super) fn look_up_arrives(&self, service: Service, receipt_id: &str) -> Option<FaultKind> {
        let mut state = self.lock();
        let counts = &mut state.calls.look_ups;
        counts.total += 1;
        match service {
            Service::Production => counts.production += 1,
            Service::Sandbox => counts.sandbox += 1,
        }
        *counts.by_receipt.entry(receipt_id.into()).or_default() += 1;
        state.faults.next(receipt_id)
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
        let now = state.clock.now();
        let body = state.appstore.rvs(receipt_id, now);
        body.map_or(Found::Invalid, Found::Valid)
    }

    pub(super) fn receipt(&self, receipt_id: &str) -> Option<Receipt> {
        self.lock().appstore.receipt(receipt_id).cloned()
    }

    pub(super) fn receipts(&self) -> Vec<Receipt> {
        self.lock().appstore.receipts().cloned().collect()
    }

    pub(super) fn buy(&self, wanted: &NewPurchase) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcome = state.appstore.buy(wanted, now)?;
        Ok(self.settle(&mut state, outcome)?)
    }

    pub(super) fn act(
        &self,
        receipt_id: &str,
        action: Action,
        options: &Options,
    ) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcome = state.appstore.act(receipt_id, action, options, now)?;
        Ok(self.settle(&mut state, outcome)?)
    }

    pub(super) fn run_due(&self) -> Result<Vec<ActionOutcome>, Refusal> {
        let mut state = self.lock();
        let now = state.clock.now();
        let outcomes = state.appstore.run_due(now).into_iter();
        let settled = outcomes.map(|outcome| Ok(self.settle(&mut state, outcome)?));
        settled.collect()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

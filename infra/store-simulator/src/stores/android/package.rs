//! State of one app of the store: registration, customers' purchases, clock.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde_json::Value;
use uuid::Uuid;

use super::{
    ActionOutcome, Android, Calls, Configuration, CustomPush, SentPush,
    model::{
        AcknowledgeError, Action, ActionError, LookUp, NamedOwner, NewPurchase, OneTimeSales,
        Options, Play, Purchase, VoidedPurchase,
    },
    push::Push,
};
use crate::{
    faults::FaultKind,
    outbox::Outbox,
    refusal::Refusal,
    tenant::{NotifiedTenant, Tenancy, Tenant},
};

/// Validity of an access token, in real time.
pub(super) const ACCESS_TOKEN_LIVES: Duration = Duration::from_secs(3_599);

pub(super) struct Package {
    tenancy: Tenancy<Configuration>,
    pub(super) push: Arc<Push>,
    state: Mutex<State>,
    pub(super) outbox: Arc<Outbox>,
}

pub(super) struct State {
    pub(super) play: Play,
    pub(super) one_time: OneTimeSales,
    access_tokens: HashMap<String, Instant>,
    pub(super) calls: Calls,
}

impl Tenant for Package {
    type Store = Android;

    const NOUN: &'static str = "package";

    fn open(name: &str, http: &reqwest::Client) -> Result<Self, Refusal> {
        let tenancy = Tenancy::new(name);
        let push = Arc::new(Push::new(Arc::clone(&tenancy.settings)));
        push.keys.current()?;
        let (seed, other_seed) = Uuid::new_v4().as_u64_pair();
        Ok(Self {
            tenancy,
            outbox: Outbox::new(http.clone(), push.clone()),
            push,
            state: Mutex::new(State {
                play: Play::seeded(name, seed),
                one_time: OneTimeSales::seeded(other_seed),
                access_tokens: HashMap::new(),
                calls: Calls::default(),
            }),
        })
    }

    fn tenancy(&self) -> &Tenancy<Configuration> {
        &self.tenancy
    }

    fn adopt(&self, configuration: &Configuration) -> Result<(), Refusal> {
        self.lock().play.set_plans(configuration.plans.clone());
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
        let token = wanted.purchase_token.as_deref();
        if token.is_some_and(|token| state.one_time.purchase(token).is_some()) {
            return Err(ActionError::Exists.into());
        }
        let outcome = state.play.buy(wanted, self.now())?;
        Ok(self.settle(outcome))
    }

    fn act(
        &self,
        token: &str,
        action: Action,
        options: &Options,
    ) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let outcome = state.play.act(token, action, options, self.now())?;
        Ok(self.settle(outcome))
    }

    fn purchase(&self, token: &str) -> Option<Purchase> {
        self.lock().play.purchase(token).cloned()
    }

    fn purchases(&self) -> Vec<Purchase> {
        self.lock().play.purchases().cloned().collect()
    }
}

impl NotifiedTenant for Package {
    fn run_due(&self) -> Result<Vec<ActionOutcome>, Refusal> {
        let mut state = self.lock();
        let outcomes = state.play.run_due(self.now()).into_iter();
        Ok(outcomes.map(|outcome| self.settle(outcome)).collect())
    }

    fn notify(&self, custom: CustomPush, _origin: &str) -> Result<SentPush, Refusal> {
        Ok(self.send(custom)?)
    }
}

impl Package {
    pub(super) fn name(&self) -> &str {
        &self.tenancy.id
    }

    pub(super) fn count(&self, call: impl FnOnce(&mut Calls)) {
        call(&mut self.lock().calls);
    }

    /// Counts a look-up, and returns the fault that it is to have.
    pub(super) fn get_arrives(&self, token: &str) -> Option<FaultKind> {
        let mut state = self.lock();
        let gets = &mut state.calls.gets;
        gets.total += 1;
        *gets.by_token.entry(token.into()).or_default() += 1;
        self.tenancy.faults.next(token)
    }

    pub(super) fn get_ends(&self, outcome: impl Into<String>) {
        let mut state = self.lock();
        let outcomes = &mut state.calls.gets.by_outcome;
        *outcomes.entry(outcome.into()).or_default() += 1;
    }

    /// Looks up a subscription. The token of a one-time purchase counts as one that ended long ago.
    pub(super) fn look_up(&self, token: &str) -> LookUp {
        let state = self.lock();
        if state.one_time.purchase(token).is_some() {
            return LookUp::Gone;
        }
        state.play.look_up(token, self.now())
    }

    /// Returns whether it has sold something under this token.
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
        let now = self.now();
        state.play.acknowledge(token, product_id, owner, now)?;
        let counts = &mut state.calls.acknowledges;
        *counts.entry(token.into()).or_default() += 1;
        Ok(())
    }

    pub(super) fn voided(&self) -> Vec<VoidedPurchase> {
        let state = self.lock();
        let mut voided = [state.play.voided(), state.one_time.voided()].concat();
        voided.sort_by_key(|one| one.voided_at);
        voided
    }

    /// Grants another access token to the app's service account.
    pub(super) fn grant(&self) -> String {
        let token = format!("ya29.c.{}", Uuid::new_v4().simple());
        let mut state = self.lock();
        state.calls.grants += 1;
        if let Some(end) = Instant::now().checked_add(ACCESS_TOKEN_LIVES) {
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

    /// Returns the published keys of the push tokens.
    pub(super) fn jwks(&self) -> Vec<Value> {
        let mut keys = self.push.keys.jwks();
        for key in keys.iter_mut().filter_map(Value::as_object_mut) {
            key.insert("use".to_owned(), "sig".into());
        }
        keys
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

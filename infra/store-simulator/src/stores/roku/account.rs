//! State of one account of the store: registration, customers' purchases, clock.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use uuid::Uuid;

use super::{
    ActionOutcome, Calls, Configuration, CustomPush, Roku, SentPush, Stream,
    arrivals::Arrivals,
    control::FORGED_JWKS_PATH,
    jws::{new_key_id, new_test_key_id},
    model::{Action, NewPurchase, Options, Pay, Purchase},
    push::DeliveryRules,
    sent::Sent,
};
use crate::{
    faults::FaultKind,
    keys::KeyRing,
    outbox::Outbox,
    refusal::Refusal,
    registry::Registry,
    tenant::{NotifiedTenant, Tenancy, Tenant},
};

pub(super) struct Account {
    tenancy: Tenancy<Configuration>,
    pub(super) keys: KeyRing,
    pub(super) test_keys: KeyRing,
    pub(super) outbox: Arc<Outbox>,
    pub(super) test_outbox: Arc<Outbox>,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) pay: Pay,
    pub(super) history: Vec<Sent>,
    arrivals: Arrivals,
    calls: Calls,
}

impl Tenant for Account {
    type Store = Roku;

    const NOUN: &'static str = "account";

    fn open(name: &str, http: &reqwest::Client) -> Result<Self, Refusal> {
        let tenancy = Tenancy::new(name);
        let outbox = |stream| {
            let settings = Arc::clone(&tenancy.settings);
            Outbox::new(http.clone(), Arc::new(DeliveryRules { settings, stream }))
        };
        let (seed, _) = Uuid::new_v4().as_u64_pair();
        let account = Self {
            outbox: outbox(Stream::Production),
            test_outbox: outbox(Stream::Test),
            tenancy,
            keys: KeyRing::new(new_key_id),
            test_keys: KeyRing::new(new_test_key_id),
            state: Mutex::new(State {
                pay: Pay::seeded(name, seed),
                history: Vec::new(),
                arrivals: Arrivals::default(),
                calls: Calls::default(),
            }),
        };
        account.keys.current()?;
        Ok(account)
    }

    fn tenancy(&self) -> &Tenancy<Configuration> {
        &self.tenancy
    }

    fn admit(accounts: &Registry<Self>, name: &str, wanted: &Configuration) -> Result<(), Refusal> {
        let has_one_of_them = |other: &Self| {
            let theirs = other.configuration();
            wanted.api_keys.iter().any(|key| theirs.knows_key(key))
        };
        let holder = accounts.find_by(|other| other.tenancy.id != name && has_one_of_them(other));
        match holder {
            Some(_) => Err(Refusal::bad_request(
                "apiKeys: another account has one of them",
            )),
            None => Ok(()),
        }
    }

    fn adopt(&self, configuration: &Configuration) -> Result<(), Refusal> {
        if configuration.test_notification_url.is_some() {
            self.test_keys.current()?;
        }
        self.lock().pay.set_catalogue(configuration.catalogue());
        Ok(())
    }

    fn outboxes(&self) -> Vec<&Arc<Outbox>> {
        vec![&self.outbox, &self.test_outbox]
    }

    fn calls(&self) -> Calls {
        Calls {
            deliveries: self.outbox.records(),
            test_deliveries: self.test_outbox.records(),
            ..self.lock().calls.clone()
        }
    }

    fn buy(&self, wanted: &NewPurchase) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let outcome = state.pay.buy(wanted, self.now())?;
        Ok(self.settle(&mut state, outcome))
    }

    fn act(&self, id: &str, action: Action, options: &Options) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let outcome = state.pay.act(id, action, options, self.now())?;
        Ok(self.settle(&mut state, outcome))
    }

    /// Returns the purchase that a transaction belongs to.
    fn purchase(&self, id: &str) -> Option<Purchase> {
        self.lock().pay.purchase(id).cloned()
    }

    fn purchases(&self) -> Vec<Purchase> {
        self.lock().pay.purchases().cloned().collect()
    }
}

impl NotifiedTenant for Account {
    fn run_due(&self) -> Result<Vec<ActionOutcome>, Refusal> {
        let mut state = self.lock();
        let outcomes = state.pay.run_due(self.now()).into_iter();
        let settled = outcomes.map(|outcome| self.settle(&mut state, outcome));
        Ok(settled.collect())
    }

    fn notify(&self, custom: CustomPush, origin: &str) -> Result<SentPush, Refusal> {
        let forged_jwks_url = format!("{origin}{}", FORGED_JWKS_PATH);
        Ok(self.send_custom(custom, &forged_jwks_url)?)
    }
}

impl Account {
    pub(super) fn count(&self, call: impl FnOnce(&mut Calls)) {
        call(&mut self.lock().calls);
    }

    /// Counts a look-up, and returns the fault that it is to have.
    pub(super) fn look_up_arrives(&self, call: &str, id: &str) -> Option<FaultKind> {
        let mut state = self.lock();
        let within_a_second = state.arrivals.note();
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
        self.tenancy.faults.next(original.as_deref().unwrap_or(id))
    }

    pub(super) fn look_up_ends(&self, outcome: impl Into<String>) {
        let mut state = self.lock();
        let outcomes = &mut state.calls.look_ups.by_outcome;
        *outcomes.entry(outcome.into()).or_default() += 1;
    }

    pub(super) fn look_up(&self, id: &str) -> Option<Value> {
        let form = &self.configuration().answers;
        let state = self.lock();
        state.pay.look_up(id, form, self.now())
    }

    pub(super) fn refund(&self, id: &str) -> Option<Value> {
        self.lock().pay.refund(id, &self.configuration().answers)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

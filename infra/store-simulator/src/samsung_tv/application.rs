//! One application of the store: its registration, its customers' purchases, its clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::{
    Action, ActionOutcome, ApiCalls, Configuration, NewPurchase, Options, Purchase, Status,
    purchase::{ActionError, Context, Invoice},
};
use crate::{
    clock::Clock,
    faults::{FaultKind, Faults},
    lookup_faults::LookupFaults,
};

#[derive(Default)]
pub(super) struct Application(Mutex<State>);

struct State {
    configuration: Configuration,
    clock: Clock,
    purchases: Vec<Purchase>,
    invoices_issued: u64,
    faults: LookupFaults,
    calls: ApiCalls,
}

impl Default for State {
    fn default() -> Self {
        Self {
            configuration: Configuration::default(),
            clock: Clock::start(None, false),
            purchases: Vec::new(),
            invoices_issued: 0,
            faults: LookupFaults::new(Vec::new(), 0),
            calls: ApiCalls::default(),
        }
    }
}

impl Application {
    pub(super) fn configuration(&self) -> Configuration {
        self.lock().configuration.clone()
    }

    /// Takes a checked configuration; purchases and counts stay.
    pub(super) fn configure(&self, mut configuration: Configuration) -> Timestamp {
        let mut state = self.lock();
        match configuration.clock_start.take() {
            Some(start) => state.clock = Clock::start(Some(start), configuration.clock_frozen),
            None => state.clock.set_frozen(configuration.clock_frozen),
        }
        state.configuration = configuration;
        state.clock.now()
    }

    pub(super) fn set_faults(&self, faults: Faults) {
        self.lock().faults = LookupFaults::new(faults.lookup, faults.seed);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.lock().clock.now()
    }

    pub(super) fn advance_clock(&self, seconds: u64) -> Timestamp {
        self.lock().clock.advance(seconds)
    }

    pub(super) fn calls(&self) -> ApiCalls {
        self.lock().calls.clone()
    }

    /// Notes that a call has come, and says what shall go wrong with it.
    pub(super) fn call_arrives(&self, call: &str, custom_id: &str) -> Option<FaultKind> {
        let mut state = self.lock();
        state.calls.total += 1;
        *state.calls.by_call.entry(call.to_owned()).or_default() += 1;
        state.faults.next(custom_id)
    }

    pub(super) fn call_ends(&self, outcome: impl Into<String>) {
        let mut state = self.lock();
        *state.calls.by_outcome.entry(outcome.into()).or_default() += 1;
    }

    pub(super) fn purchase(&self, invoice_id: &str) -> Result<Purchase, ActionError> {
        let state = self.lock();
        let index = state.index(invoice_id)?;
        let found = state.purchases.get(index).cloned();
        found.ok_or(ActionError::UnknownPurchase)
    }

    /// What a customer bought in a country.
    pub(super) fn purchases_of(&self, custom_id: &str, country_code: &str) -> Vec<Purchase> {
        let state = self.lock();
        let theirs = state
            .purchases
            .iter()
            .filter(|p| p.custom_id == custom_id && p.country_code == country_code);
        theirs.cloned().collect()
    }

    pub(super) fn create(&self, wanted: &NewPurchase) -> Result<ActionOutcome, ActionError> {
        let mut state = self.lock();
        let exists = |id: &String| state.index(id).is_ok();
        if wanted.invoice_id.as_ref().is_some_and(exists) {
            return Err(ActionError::Exists);
        }
        let start = state.clock.now();
        let configuration = state.configuration.clone();
        let mut context = state.context(&configuration);
        let id = wanted.invoice_id.clone();
        let invoice = context.invoice(id, &wanted.item_id, start, None)?;
        let purchase = Purchase {
            subscription_id: format!("SUB-{:05}", state.purchases.len() + 70_001),
            custom_id: wanted.custom_id.clone(),
            country_code: wanted.country_code.clone(),
            status: Status::Active.as_str().to_owned(),
            reserved_item_id: None,
            start,
            invoices: vec![invoice],
        };
        state.purchases.push(purchase.clone());
        let now = state.clock.now();
        Ok(ActionOutcome { purchase, now })
    }

    /// Lets something happen to the purchase with this invoice, or with this subscription id.
    pub(super) fn act(
        &self,
        invoice_id: &str,
        action: Action,
        options: &Options,
    ) -> Result<ActionOutcome, ActionError> {
        let mut state = self.lock();
        let index = state.index(invoice_id)?;
        let known = state.purchases.get(index).cloned();
        let mut purchase = known.ok_or(ActionError::UnknownPurchase)?;
        let configuration = state.configuration.clone();
        let mut context = state.context(&configuration);
        purchase.apply(action, options, &mut context)?;
        if let Some(stored) = state.purchases.get_mut(index) {
            stored.clone_from(&purchase);
        }
        let now = state.clock.now();
        Ok(ActionOutcome { purchase, now })
    }

    /// Lets something happen to a customer's invoice; `None` if there is no such one.
    pub(super) fn change<T>(
        &self,
        invoice_id: &str,
        custom_id: &str,
        country_code: &str,
        change: impl FnOnce(&mut Purchase, Timestamp) -> T,
    ) -> Option<T> {
        let mut state = self.lock();
        let now = state.clock.now();
        let has = |invoice: &Invoice| invoice.invoice_id == invoice_id;
        let theirs = state.purchases.iter_mut().find(|purchase| {
            purchase.custom_id == custom_id
                && purchase.country_code == country_code
                && purchase.invoices.iter().any(has)
        });
        theirs.map(|purchase| change(purchase, now))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn index(&self, invoice_id: &str) -> Result<usize, ActionError> {
        let has = |invoice: &Invoice| invoice.invoice_id == invoice_id;
        self.purchases
            .iter()
            .position(|p| p.subscription_id == invoice_id || p.invoices.iter().any(has))
            .ok_or(ActionError::UnknownPurchase)
    }

    fn context<'a>(&'a mut self, configuration: &'a Configuration) -> Context<'a> {
        Context {
            configuration,
            clock: &mut self.clock,
            invoices_issued: &mut self.invoices_issued,
        }
    }
}

//! State of one application of the store: registration, customers' purchases, clock.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::{
    Action, ActionOutcome, ApiCalls, Configuration, NewPurchase, Options, Purchase, SamsungTv,
    Status,
    action::ActionError,
    purchase::{Context, Invoice},
};
use crate::{
    faults::FaultKind,
    refusal::Refusal,
    tenant::{Tenancy, Tenant},
};

pub(super) struct Application {
    tenancy: Tenancy<Configuration>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    purchases: Vec<Purchase>,
    invoices_issued: u64,
    calls: ApiCalls,
}

impl Tenant for Application {
    type Store = SamsungTv;

    const NOUN: &'static str = "application";

    fn open(id: &str, _http: &reqwest::Client) -> Result<Self, Refusal> {
        Ok(Self {
            tenancy: Tenancy::new(id),
            state: Mutex::default(),
        })
    }

    fn tenancy(&self) -> &Tenancy<Configuration> {
        &self.tenancy
    }

    fn calls(&self) -> ApiCalls {
        self.lock().calls.clone()
    }

    fn buy(&self, wanted: &NewPurchase) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let exists = |id: &String| state.index(id).is_ok();
        if wanted.invoice_id.as_ref().is_some_and(exists) {
            return Err(ActionError::Exists.into());
        }
        let start = self.now();
        let configuration = self.configuration();
        let mut context = self.context(&mut state, &configuration);
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
        let now = self.now();
        Ok(ActionOutcome { purchase, now })
    }

    /// Applies an action to the purchase with this invoice or this subscription id.
    fn act(
        &self,
        invoice_id: &str,
        action: Action,
        options: &Options,
    ) -> Result<ActionOutcome, Refusal> {
        let mut state = self.lock();
        let index = state.index(invoice_id)?;
        let known = state.purchases.get(index).cloned();
        let mut purchase = known.ok_or(ActionError::UnknownPurchase)?;
        let configuration = self.configuration();
        let mut context = self.context(&mut state, &configuration);
        purchase.apply(action, options, &mut context)?;
        if let Some(stored) = state.purchases.get_mut(index) {
            stored.clone_from(&purchase);
        }
        let now = self.now();
        Ok(ActionOutcome { purchase, now })
    }

    fn purchase(&self, id: &str) -> Option<Purchase> {
        let state = self.lock();
        state.purchases.get(state.index(id).ok()?).cloned()
    }

    fn purchases(&self) -> Vec<Purchase> {
        self.lock().purchases.clone()
    }
}

impl Application {
    /// Counts a call, and returns the fault that it is to have.
    pub(super) fn call_arrives(&self, call: &str, custom_id: &str) -> Option<FaultKind> {
        let mut state = self.lock();
        state.calls.total += 1;
        *state.calls.by_call.entry(call.to_owned()).or_default() += 1;
        self.tenancy.faults.next(custom_id)
    }

    pub(super) fn call_ends(&self, outcome: impl Into<String>) {
        let mut state = self.lock();
        *state.calls.by_outcome.entry(outcome.into()).or_default() += 1;
    }

    /// Returns the purchases of a customer in a country.
    pub(super) fn purchases_of(&self, custom_id: &str, country_code: &str) -> Vec<Purchase> {
        let state = self.lock();
        let theirs = state
            .purchases
            .iter()
            .filter(|p| p.custom_id == custom_id && p.country_code == country_code);
        theirs.cloned().collect()
    }

    /// Changes a customer's invoice; `None` if there is no such invoice.
    pub(super) fn change<T>(
        &self,
        invoice_id: &str,
        custom_id: &str,
        country_code: &str,
        change: impl FnOnce(&mut Purchase, Timestamp) -> T,
    ) -> Option<T> {
        let mut state = self.lock();
        let now = self.now();
        let has = |invoice: &Invoice| invoice.invoice_id == invoice_id;
        let theirs = state.purchases.iter_mut().find(|purchase| {
            purchase.custom_id == custom_id
                && purchase.country_code == country_code
                && purchase.invoices.iter().any(has)
        });
        theirs.map(|purchase| change(purchase, now))
    }

    fn context<'a>(
        &'a self,
        state: &'a mut State,
        configuration: &'a Configuration,
    ) -> Context<'a> {
        Context {
            configuration,
            clock: &self.tenancy.clock,
            invoices_issued: &mut state.invoices_issued,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
}

//! One-time purchases of an app: records, calls and pushes.

use super::{
    OneTimeSold,
    model::{
        AcknowledgeError, ActionError, NewOneTimePurchase, OneTimeAction, OneTimeOptions,
        OneTimeOutcome, OneTimePurchase,
    },
    package::Package,
};
use crate::tenant::Tenant as _;

impl Package {
    pub(super) fn buy_once(&self, wanted: &NewOneTimePurchase) -> Result<OneTimeSold, ActionError> {
        let mut state = self.lock();
        let token = wanted.purchase_token.as_deref();
        if token.is_some_and(|token| state.play.purchase(token).is_some()) {
            return Err(ActionError::Exists);
        }
        let now = self.now();
        let outcome = state.one_time.buy(wanted, now)?;
        Ok(self.settle_once(outcome))
    }

    pub(super) fn act_once(
        &self,
        token: &str,
        action: OneTimeAction,
        options: &OneTimeOptions,
    ) -> Result<OneTimeSold, ActionError> {
        let mut state = self.lock();
        let now = self.now();
        let outcome = state.one_time.act(token, action, options, now)?;
        Ok(self.settle_once(outcome))
    }

    pub(super) fn run_due_once(&self) -> Vec<OneTimeSold> {
        let mut state = self.lock();
        let now = self.now();
        let outcomes = state.one_time.run_due(now);
        let outcomes = outcomes.into_iter();
        outcomes.map(|outcome| self.settle_once(outcome)).collect()
    }

    pub(super) fn one_time_purchase(&self, token: &str) -> Option<OneTimePurchase> {
        self.lock().one_time.purchase(token).cloned()
    }

    pub(super) fn one_time_purchases(&self) -> Vec<OneTimePurchase> {
        self.lock().one_time.purchases().cloned().collect()
    }

    pub(super) fn look_up_once(&self, token: &str) -> Option<serde_json::Value> {
        self.lock().one_time.purchase_v2(token)
    }

    pub(super) fn acknowledge_once(
        &self,
        token: &str,
        product_id: &str,
    ) -> Result<(), AcknowledgeError> {
        let mut state = self.lock();
        state.one_time.acknowledge(token, product_id)?;
        let counts = &mut state.calls.acknowledges;
        *counts.entry(token.into()).or_default() += 1;
        Ok(())
    }

    fn settle_once(&self, outcome: OneTimeOutcome) -> OneTimeSold {
        let order_id = outcome.purchase.order_id.clone();
        OneTimeSold {
            pushes: self.publish(&outcome.published, &order_id),
            purchase: outcome.purchase,
            now: self.now(),
        }
    }
}

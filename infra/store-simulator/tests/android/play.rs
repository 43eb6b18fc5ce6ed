//! The model without HTTP, with a clock that follows the actions.

use jiff::Timestamp;
use serde_json::Value;
use store_simulator::android::model::{
    Action, ActionError, BasePlan, NamedOwner, NewPurchase, Options, Outcome, Play, Purchase,
    PurchaseToken,
};

use crate::{PACKAGE, START};

pub const DAY: u64 = 86_400;

pub struct Stage {
    pub play: Play,
    pub now: Timestamp,
}

impl Stage {
    pub fn set() -> Self {
        let mut play = Play::new(PACKAGE);
        play.set_plans(vec![
            BasePlan::monthly("premium", "monthly", "9.99", "EUR")
                .with_free_trial("trial", 7 * DAY)
                .with_introductory_price("intro", 2),
            BasePlan::monthly("premium", "yearly", "99.90", "EUR").lasting("P1Y"),
            BasePlan::monthly("basic", "monthly", "4.99", "EUR"),
            BasePlan::monthly("sports", "monthly", "3.00", "EUR"),
            BasePlan::monthly("pass", "week", "2.00", "EUR")
                .lasting("P7D")
                .prepaid(),
            BasePlan::monthly("pass", "day", "0.50", "EUR")
                .lasting("P1D")
                .prepaid(),
            BasePlan::monthly("committed", "monthly", "7.00", "EUR").in_installments(3),
        ]);
        let now = START.parse().unwrap();
        Self { play, now }
    }

    /// Creates a stage with a purchase of the monthly plan that the developer has acknowledged.
    pub fn bought() -> (Self, PurchaseToken) {
        let mut stage = Self::set();
        let token = stage.buy("premium", "monthly");
        (stage, token)
    }

    /// Makes an acknowledged purchase.
    pub fn buy(&mut self, product_id: &str, base_plan_id: &str) -> PurchaseToken {
        let wanted = NewPurchase::of(product_id, base_plan_id).for_account("a3f1c0de9b");
        let token = self.buys(&wanted).purchase.purchase_token;
        self.acknowledge(&token);
        token
    }

    pub fn buys(&mut self, wanted: &NewPurchase) -> Outcome {
        self.play.buy(wanted, self.now).unwrap()
    }

    pub fn acknowledge(&mut self, token: &str) {
        let purchase = self.purchase(token);
        let product_id = purchase.items[0].product_id.clone();
        let owner = NamedOwner::default();
        let answer = self.play.acknowledge(token, &product_id, &owner, self.now);
        answer.unwrap();
    }

    pub fn does(&mut self, token: &str, action: Action) -> Outcome {
        self.does_with(token, action, &Options::default())
    }

    pub fn does_with(&mut self, token: &str, action: Action, options: &Options) -> Outcome {
        let outcome = self.tries(token, action, options).unwrap();
        self.now = self.now.max(outcome.at);
        outcome
    }

    pub fn tries(
        &mut self,
        token: &str,
        action: Action,
        options: &Options,
    ) -> Result<Outcome, ActionError> {
        self.play.act(token, action, options, self.now)
    }

    pub fn refuses(&mut self, token: &str, action: Action) -> ActionError {
        self.tries(token, action, &Options::default()).unwrap_err()
    }

    pub fn passes(&mut self, seconds: u64) {
        let by = std::time::Duration::from_secs(seconds);
        self.now = self.now.checked_add(by).unwrap();
    }

    pub fn purchase(&self, token: &str) -> Purchase {
        self.play.purchase(token).unwrap().clone()
    }

    pub fn get(&self, token: &str) -> Value {
        self.play.purchase_v2(token, self.now).unwrap()
    }

    /// Returns the state that a look-up shows, without the common prefix.
    pub fn state(&self, token: &str) -> String {
        let shown = self.get(token)["subscriptionState"]
            .as_str()
            .unwrap()
            .to_owned();
        shown.trim_start_matches("SUBSCRIPTION_STATE_").to_owned()
    }

    /// Returns the end that a look-up shows, of the first item.
    pub fn expiry(&self, token: &str) -> String {
        let shown = &self.get(token)["lineItems"][0]["expiryTime"];
        shown.as_str().unwrap().to_owned()
    }

    pub fn grants(&self, token: &str) -> bool {
        self.play.grants(token, self.now)
    }
}

/// Returns the names of the notifications, in order.
pub fn names(outcome: &Outcome) -> Vec<String> {
    outcome.published.iter().map(|one| one.name()).collect()
}

/// Returns the names of the notifications, with whether each is about `token`.
pub fn about(outcome: &Outcome, token: &str) -> Vec<(String, bool)> {
    let published = outcome.published.iter();
    published
        .map(|one| (one.name(), one.purchase_token().unwrap().as_str() == token))
        .collect()
}

//! The model without HTTP, with a clock that follows the actions.

use jiff::Timestamp;
use serde_json::Value;
use store_simulator::roku::model::{
    Action, ActionError, AnswerForm, Catalogue, Channel, NewPurchase, Options, Outcome, Pay, Plan,
    Purchase, TransactionId,
};

use crate::{ACCOUNT, START};

pub const DAY: u64 = 86_400;

pub struct Stage {
    pub pay: Pay,
    pub now: Timestamp,
}

impl Stage {
    pub fn set() -> Self {
        let mut pay = Pay::new(ACCOUNT);
        pay.set_catalogue(Catalogue {
            channels: channels(),
            plans: plans(),
        });
        let now = START.parse().unwrap();
        Self { pay, now }
    }

    /// Creates a stage with a purchase of this plan.
    pub fn bought(product_code: &str) -> (Self, TransactionId) {
        let mut stage = Self::set();
        let id = stage.buy(product_code);
        (stage, id)
    }

    pub fn buy(&mut self, product_code: &str) -> TransactionId {
        self.buys(&NewPurchase::of(product_code))
            .purchase
            .transaction_id
    }

    pub fn buys(&mut self, wanted: &NewPurchase) -> Outcome {
        self.pay.buy(wanted, self.now).unwrap()
    }

    pub fn does(&mut self, id: &str, action: Action) -> Outcome {
        self.does_with(id, action, &Options::default())
    }

    pub fn does_with(&mut self, id: &str, action: Action, options: &Options) -> Outcome {
        let outcome = self.pay.act(id, action, options, self.now).unwrap();
        self.now = self.now.max(outcome.at);
        outcome
    }

    pub fn refuses(&mut self, id: &str, action: Action) -> ActionError {
        let options = Options::default();
        self.pay.act(id, action, &options, self.now).unwrap_err()
    }

    pub fn passes(&mut self, seconds: u64) {
        self.now += std::time::Duration::from_secs(seconds);
    }

    pub fn purchase(&self, id: &str) -> Purchase {
        self.pay.purchase(id).unwrap().clone()
    }

    /// Returns the response of `validate-transaction`.
    pub fn answer(&self, id: &str) -> Value {
        let form = AnswerForm::default();
        self.pay.look_up(id, &form, self.now).unwrap()
    }

    /// Returns `isEntitled`, `cancelled` and `purchaseStatus`.
    pub fn standing(&self, id: &str) -> (bool, bool, String) {
        let answer = self.answer(id);
        let flag = |name: &str| answer[name].as_bool().unwrap();
        let status = answer["purchaseStatus"].as_str().unwrap().to_owned();
        (flag("isEntitled"), flag("cancelled"), status)
    }

    /// Returns the `expirationDate`.
    pub fn expiration(&self, id: &str) -> String {
        time(&self.answer(id)["expirationDate"])
    }
}

/// Converts a date of the web service to the form in notifications.
pub fn time(date: &Value) -> String {
    let millis = date.as_str().unwrap();
    let millis = millis.strip_prefix("/Date(").unwrap();
    let millis = millis.strip_suffix("+0000)/").unwrap();
    let at = Timestamp::from_millisecond(millis.parse().unwrap());
    at.unwrap().to_string()
}

/// Returns the types of the notifications.
pub fn types(outcome: &Outcome) -> Vec<&str> {
    let told = outcome.published.iter();
    told.map(|told| told.kind.as_str()).collect()
}

/// Returns the last message.
pub fn message(outcome: &Outcome) -> &Value {
    &outcome.published.last().unwrap().message
}

pub fn channels() -> Vec<Channel> {
    vec![
        Channel::new("712345", "Example TV"),
        Channel::new("712346", "Example Kids"),
    ]
}

pub fn plans() -> Vec<Plan> {
    vec![
        Plan::monthly("monthly", "8.99").with_tax("0.72"),
        Plan::monthly("yearly", "89.00").lasting("P1Y"),
        Plan::monthly("basic", "4.99"),
        Plan::monthly("trial", "8.99").with_trial_seconds(7 * DAY),
        Plan::monthly("intro", "8.99").with_intro("0.99", 2),
        Plan::monthly("kids", "2.99").of_channel("712346"),
        Plan::one_time("film", "3.99"),
    ]
}

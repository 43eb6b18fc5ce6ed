//! Stripe in the suite, by its simulator.

mod everything;
mod forgeries;

use std::sync::Mutex;
use std::time::Duration;

use domain::{ConfigRules, Environment, Store, StoreSnapshot, Timestamp};
use serde_json::{Value, json};
use store_simulator::stripe::model::{
    Action as Simulated, AfterRetries, NewCheckout, Options, Price, Proration,
};
use store_simulator::stripe::{ApiKey, Configuration, StripeControl};
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::StoreConfig;

use crate::altered_answers;
use crate::faults;
use crate::inbox::Inbox;
use crate::store_under_test::{Action, Arrival, Damage, Fault, Plan, StoreUnderTest};

const KEY: &str = "rk_live_example";
const WITHDRAWN_KEY: &str = "rk_live_withdrawn";
const SECRET: &str = "whsec_example";
const BASIC: &str = "price_basic";
const PREMIUM: &str = "price_premium";
const FILM: &str = "price_film";
const SPORTS: &str = "price_add_on";
const WEEK: u64 = 7 * 24 * 3600;

pub struct Stripe {
    control: StripeControl,
    inbox: Inbox,
    /// The purchase that the test is about: a subscription, or a single payment.
    id: Mutex<String>,
    /// Whether others send what arrives.
    forged: Mutex<bool>,
    _simulator: RunningSimulator,
}

impl Stripe {
    fn configured(&self, environment: Environment, changes: &Value) -> StoreConfig {
        let mut json = json!({
            "apiKey": KEY,
            "signingSecrets": [SECRET],
            "apiBaseUrl": self.control.base_url(),
            "timeoutSeconds": 2,
        });
        let fields = json.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        let rules = ConfigRules { local_stack: true };
        StoreConfig::parse(Store::Stripe, &json, environment, &rules).unwrap()
    }

    fn id(&self) -> String {
        self.id.lock().unwrap().clone()
    }

    async fn sell(&self, wanted: NewCheckout) {
        let sold = self.control.buy(&wanted.for_user("cust-1")).await;
        *self.id.lock().unwrap() = sold.unwrap().purchase.id;
    }

    async fn simulate(&self, action: Simulated, options: &Options) {
        let outcome = self.control.act(&self.id(), action, options).await;
        outcome.unwrap();
    }

    async fn delivered(&self) -> Vec<Arrival> {
        let counts = self.control.flush(Duration::from_secs(20)).await.unwrap();
        assert_eq!((counts.pending, counts.failed), (0, 0));
        self.inbox.take(Timestamp::now())
    }
}

impl StoreUnderTest for Stripe {
    const STORE: Store = Store::Stripe;

    async fn start() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).stripe("acct_example");
        let inbox = Inbox::open().await;
        let (basic, premium) = (Self::product(Plan::Basic), Self::product(Plan::Premium));
        let registration = Configuration {
            api_keys: vec![ApiKey::secret(KEY)],
            signing_secrets: vec![SECRET.into()],
            prices: vec![
                Price::monthly(BASIC, basic, 899, "eur"),
                Price::monthly(PREMIUM, premium, 1299, "eur"),
                Price::monthly(SPORTS, "prod_sports", 499, "eur"),
                Price::once(FILM, "prod_film", 399, "eur"),
            ],
            after_retries: AfterRetries::MarkUnpaid,
            notification_url: Some(inbox.address.clone()),
            clock_start: Some("2026-11-05T09:30:00Z".parse().unwrap()),
            clock_frozen: true,
            ..Configuration::default()
        };
        control.configure(&registration).await.unwrap();
        Self {
            control,
            inbox,
            id: Mutex::new("sub_nothing_was_sold".to_owned()),
            forged: Mutex::default(),
            _simulator: simulator,
        }
    }

    fn config(&self) -> StoreConfig {
        self.configured(Environment::Production, &json!({}))
    }

    fn config_with_bad_credentials(&self) -> StoreConfig {
        self.configured(Environment::Production, &json!({"apiKey": WITHDRAWN_KEY}))
    }

    /// The same account in the other mode.
    fn config_of_another_application(&self) -> StoreConfig {
        self.configured(Environment::Sandbox, &json!({"apiKey": "rk_test_example"}))
    }

    async fn config_with_unknown_status(&self) -> StoreConfig {
        let options = Options {
            status: Some("frozen".to_owned()),
            ..Options::default()
        };
        self.simulate(Simulated::SetStatus, &options).await;
        self.config()
    }

    async fn config_with_fields_left_out(&self) -> StoreConfig {
        let address = altered_answers::without(self.control.base_url(), everything::OPTIONAL).await;
        self.configured(Environment::Production, &json!({ "apiBaseUrl": address }))
    }

    async fn config_with_lists_reversed(&self) -> StoreConfig {
        let address = altered_answers::reversed(self.control.base_url(), "/items/data").await;
        self.configured(Environment::Production, &json!({ "apiBaseUrl": address }))
    }

    fn config_with_binding(&self) -> Option<StoreConfig> {
        let pattern = json!({"accountIdPattern": "cust-{customerId}"});
        Some(self.configured(Environment::Production, &pattern))
    }

    fn submission(&self) -> Value {
        let id = self.id();
        if id.starts_with("sub_") {
            json!({ "subscriptionId": id })
        } else {
            json!({ "paymentIntentId": id })
        }
    }

    async fn submission_by_a_later_name(&self) -> Option<Value> {
        None
    }

    fn submission_of_nothing(&self) -> Value {
        json!({"subscriptionId": "sub_never_sold"})
    }

    /// A trial is a part of the same subscription.
    fn product(plan: Plan) -> &'static str {
        match plan {
            Plan::Basic | Plan::Trial => "prod_basic",
            Plan::Premium => "prod_premium",
        }
    }

    fn one_time_product() -> Option<&'static str> {
        Some("prod_film")
    }

    async fn everything_it_can_say(&self) -> Vec<StoreSnapshot> {
        everything::said().await
    }

    async fn everything_it_can_tell(&self) -> Vec<Arrival> {
        for event in everything::events(&self.id()) {
            self.control.notify(&event).await.unwrap();
        }
        self.delivered().await
    }

    async fn now(&self) -> Timestamp {
        self.control.now().await.unwrap()
    }

    async fn wait(&self, seconds: u64) {
        self.control.advance_clock(seconds).await.unwrap();
    }

    async fn act(&self, action: Action) {
        let bought = NewCheckout::subscription(BASIC);
        let plainly = Options::default();
        let (simulated, options) = match action {
            Action::Buy => return self.sell(bought).await,
            Action::StartTrial => return self.sell(bought.with_trial(WEEK)).await,
            Action::BuyPending => return self.sell(bought.incomplete()).await,
            Action::BuyOnce => return self.sell(NewCheckout::rental(FILM)).await,
            Action::CompletePending => (Simulated::CompletePayment, plainly),
            Action::Renew => (Simulated::Renew, plainly),
            Action::FailWithGrace => (Simulated::Fail, plainly),
            // Only once nobody tries any more; until then it is grace.
            Action::FailWithoutGrace => {
                let silently = plainly.clone().silently();
                self.simulate(Simulated::Fail, &silently).await;
                (Simulated::Exhaust, plainly)
            }
            Action::Recover => (Simulated::Recover, plainly),
            Action::Cancel => (Simulated::Cancel, plainly),
            Action::Reactivate => (Simulated::Reactivate, plainly),
            Action::Expire => {
                let purchase = self.control.subscription(&self.id()).await.unwrap();
                if purchase.is_some_and(|known| known.cancel_at.is_none()) {
                    let silently = plainly.clone().silently();
                    self.simulate(Simulated::Cancel, &silently).await;
                }
                (Simulated::Expire, plainly)
            }
            Action::Pause => (Simulated::Pause, plainly),
            Action::Resume => (Simulated::Resume, plainly),
            Action::Upgrade => {
                let at_once = Options {
                    proration: Proration::AlwaysInvoice,
                    ..Options::to_price(PREMIUM)
                };
                (Simulated::ChangePlan, at_once)
            }
            Action::Downgrade => (Simulated::ScheduleChange, Options::to_price(BASIC)),
            Action::Refund => (Simulated::Refund, plainly),
            Action::RefundFirst => {
                let purchase = self.control.purchase(&self.id()).await.unwrap();
                let first = Options {
                    charge_id: Some(purchase.charges[0].charge_id.clone()),
                    ..plainly
                };
                (Simulated::Refund, first)
            }
            Action::BuyBeside => (Simulated::AddItem, Options::to_price(SPORTS)),
            Action::PayAsAnother => {
                let named = ("app_user_id".to_owned(), Some("cust-2".into()));
                let to_another = Options {
                    metadata: [named].into(),
                    ..plainly.clone().silently()
                };
                self.simulate(Simulated::UpdateMetadata, &to_another).await;
                (Simulated::Renew, plainly)
            }
            Action::BuyTest | Action::BuyPrepaid | Action::TopUp | Action::Void => {
                panic!("declared absent")
            }
        };
        self.simulate(simulated, &options).await;
    }

    async fn look_ups_go_wrong(&self, fault: Fault) {
        let faults = faults::of_look_ups(fault);
        self.control.set_faults(&faults).await.unwrap();
    }

    async fn notifications_go_wrong(&self, damage: Damage) {
        match damage {
            Damage::Lost => self.control.set_faults(&faults::losing()).await.unwrap(),
            Damage::Forged => *self.forged.lock().unwrap() = true,
        }
    }

    async fn heal(&self) {
        *self.forged.lock().unwrap() = false;
        self.control.clear_faults().await.unwrap();
    }

    async fn arrivals(&self) -> Vec<Arrival> {
        let genuine = self.delivered().await;
        if !*self.forged.lock().unwrap() {
            return genuine;
        }
        for arrival in &genuine {
            for event in forgeries::of(&arrival.body) {
                self.control.notify(&event).await.unwrap();
            }
        }
        self.delivered().await
    }
}

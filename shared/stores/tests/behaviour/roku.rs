//! Roku Pay in the suite, by its simulator.

mod everything;
mod forgeries;

use std::sync::Mutex;
use std::time::Duration;

use domain::{ConfigRules, Environment, Store, StoreSnapshot, Timestamp};
use serde_json::{Value, json};
use store_simulator::roku::model::{
    Action as Simulated, Channel, NewPurchase, Options, Plan as Tariff, TransactionId,
};
use store_simulator::roku::{Configuration, RokuControl};
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::StoreConfig;

use crate::altered_answers;
use crate::faults;
use crate::inbox::Inbox;
use crate::store_under_test::{Action, Arrival, Damage, Fault, Plan, StoreUnderTest};

const CHANNEL: &str = "712345";
const API_KEY: &str = "1f2e3d4c-0000-4aaa-9bbb-5c6d7e8f9a0b";
const WITHDRAWN_KEY: &str = "0f2e3d4c-0000-4aaa-9bbb-5c6d7e8f9a0b";
const FILM: &str = "extv_film";
const SPORTS: &str = "extv_sports_monthly";
const HOUSEHOLD: &str = "household";
const THREE_DAYS: u64 = 3 * 24 * 3600;

pub struct Roku {
    control: RokuControl,
    inbox: Inbox,
    /// The first transaction of what the test is about: after a change of plan, of the last one.
    id: Mutex<TransactionId>,
    /// Whether others send what arrives.
    forged: Mutex<bool>,
    _simulator: RunningSimulator,
}

impl Roku {
    fn configured(&self, changes: &Value) -> StoreConfig {
        let mut json = json!({
            "apiKeys": [API_KEY],
            "channelIds": [CHANNEL],
            "apiBaseUrl": self.control.service_url(),
            "keysUrl": self.control.jwks_url(),
            "timeoutSeconds": 2,
        });
        let fields = json.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        let rules = ConfigRules { local_stack: true };
        StoreConfig::parse(Store::Roku, &json, Environment::Production, &rules).unwrap()
    }

    fn id(&self) -> TransactionId {
        self.id.lock().unwrap().clone()
    }

    async fn sell(&self, wanted: NewPurchase) {
        let wanted = wanted.by_customer(HOUSEHOLD);
        let sold = self.control.buy(&wanted).await.unwrap();
        *self.id.lock().unwrap() = sold.purchase.original_transaction_id;
    }

    async fn simulate(&self, action: Simulated, options: &Options) {
        let outcome = self.control.act(&self.id(), action, options).await;
        *self.id.lock().unwrap() = outcome.unwrap().purchase.original_transaction_id;
    }

    async fn delivered(&self) -> Vec<Arrival> {
        let counts = self.control.flush(Duration::from_secs(20)).await.unwrap();
        assert_eq!((counts.pending, counts.failed), (0, 0));
        self.inbox.take(Timestamp::now())
    }
}

impl StoreUnderTest for Roku {
    const STORE: Store = Store::Roku;

    async fn start() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).roku("roku-example");
        let inbox = Inbox::open().await;
        let week = 7 * 24 * 3600;
        let registration = Configuration {
            api_keys: vec![API_KEY.to_owned()],
            channels: vec![Channel::new(CHANNEL, "Example TV")],
            plans: vec![
                Tariff::monthly(Self::product(Plan::Basic), "8.99"),
                Tariff::monthly(Self::product(Plan::Premium), "12.99"),
                Tariff::monthly(Self::product(Plan::Trial), "8.99").with_trial_seconds(week),
                Tariff::monthly(SPORTS, "4.99"),
                Tariff::one_time(FILM, "3.99"),
            ],
            notification_url: Some(inbox.address.clone()),
            clock_start: Some("2026-11-05T09:30:00Z".parse().unwrap()),
            clock_frozen: true,
            ..Configuration::default()
        };
        control.configure(&registration).await.unwrap();
        Self {
            control,
            inbox,
            id: Mutex::new("nothing-was-sold".into()),
            forged: Mutex::default(),
            _simulator: simulator,
        }
    }

    fn config(&self) -> StoreConfig {
        self.configured(&json!({}))
    }

    fn config_with_bad_credentials(&self) -> StoreConfig {
        self.configured(&json!({"apiKeys": [WITHDRAWN_KEY]}))
    }

    fn config_of_another_application(&self) -> StoreConfig {
        self.configured(&json!({"channelIds": ["799999"]}))
    }

    async fn config_with_unknown_status(&self) -> StoreConfig {
        let frozen = json!({"purchaseStatus": "Frozen"});
        let options = Options {
            fields: frozen.as_object().unwrap().clone(),
            ..Options::default()
        };
        self.simulate(Simulated::SetAnswer, &options).await;
        self.config()
    }

    async fn config_with_fields_left_out(&self) -> StoreConfig {
        let address =
            altered_answers::without(&self.control.service_url(), everything::OPTIONAL).await;
        self.configured(&json!({ "apiBaseUrl": address }))
    }

    fn config_with_binding(&self) -> Option<StoreConfig> {
        None
    }

    fn submission(&self) -> Value {
        json!({ "transactionId": self.id() })
    }

    async fn submission_by_a_later_name(&self) -> Option<Value> {
        None
    }

    fn submission_of_nothing(&self) -> Value {
        json!({"transactionId": "11111111111111111111111111111111"})
    }

    fn product(plan: Plan) -> &'static str {
        match plan {
            Plan::Basic => "extv_basic_monthly",
            Plan::Premium => "extv_premium_monthly",
            Plan::Trial => "extv_basic_trial",
        }
    }

    fn one_time_product() -> Option<&'static str> {
        Some(FILM)
    }

    async fn everything_it_can_say(&self) -> Vec<StoreSnapshot> {
        everything::said(&self.config())
    }

    async fn everything_it_can_tell(&self) -> Vec<Arrival> {
        for push in everything::pushes(&self.id()) {
            self.control.notify(&push).await.unwrap();
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
        let product = Self::product;
        let plainly = Options::default();
        let (simulated, options) = match action {
            Action::Buy => return self.sell(NewPurchase::of(product(Plan::Basic))).await,
            Action::StartTrial => return self.sell(NewPurchase::of(product(Plan::Trial))).await,
            Action::BuyOnce => return self.sell(NewPurchase::of(FILM)).await,
            Action::BuyBeside => {
                let sports = NewPurchase::of(SPORTS).by_customer(HOUSEHOLD);
                self.control.buy(&sports).await.unwrap();
                return;
            }
            Action::Renew => (Simulated::Renew, plainly),
            Action::FailWithGrace => (Simulated::EnterGrace, Options::lasting(THREE_DAYS)),
            Action::FailWithoutGrace => (Simulated::Hold, plainly),
            Action::Recover => (Simulated::Recover, plainly),
            Action::Cancel => (Simulated::Cancel, plainly),
            Action::Reactivate => (Simulated::Resubscribe, plainly),
            // Of an end nothing is told, but of the day on which it comes.
            Action::Expire => {
                self.simulate(Simulated::LastDay, &plainly).await;
                (Simulated::Expire, plainly)
            }
            Action::Upgrade => (
                Simulated::Upgrade,
                Options::to_product(product(Plan::Premium)),
            ),
            Action::Downgrade => (
                Simulated::Downgrade,
                Options::to_product(product(Plan::Basic)),
            ),
            Action::Refund => {
                let unauthorized = Options {
                    unauthorized: true,
                    ..plainly
                };
                (Simulated::Refund, unauthorized)
            }
            Action::RefundFirst => {
                let first = Options {
                    of: Some(self.id()),
                    ..plainly
                };
                (Simulated::Refund, first)
            }
            Action::Pause
            | Action::Resume
            | Action::BuyPending
            | Action::CompletePending
            | Action::BuyTest
            | Action::BuyPrepaid
            | Action::TopUp
            | Action::PayAsAnother
            | Action::Void => panic!("declared absent"),
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
            for push in forgeries::of(&arrival.body) {
                self.control.notify(&push).await.unwrap();
            }
        }
        self.delivered().await
    }
}

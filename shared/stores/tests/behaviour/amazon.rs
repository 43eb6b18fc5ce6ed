//! The Amazon Appstore in the suite, by its simulator.

mod everything;
mod forgeries;

use std::sync::Mutex;
use std::time::Duration;

use domain::{ConfigRules, Environment, Store, StoreSnapshot, Timestamp};
use serde_json::{Value, json};
use store_simulator::amazon::model::{Action as Simulated, NewPurchase, Options, Product, Receipt};
use store_simulator::amazon::{AmazonControl, Configuration, CustomMessage};
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::StoreConfig;

use crate::altered_answers;
use crate::faults;
use crate::inbox::Inbox;
use crate::store_under_test::{Action, Arrival, Damage, Fault, Plan, StoreUnderTest};

const PACKAGE: &str = "tv.example.fire";
const FILM: &str = "extv.film";
const SPORTS: &str = "extv.sports.monthly";
const THREE_DAYS: u64 = 3 * 24 * 3600;

pub struct Amazon {
    control: AmazonControl,
    inbox: Inbox,
    /// What the test is about: after a change of plan, the last one.
    receipt: Mutex<Option<Receipt>>,
    /// Whether others send what arrives.
    forged: Mutex<bool>,
    _simulator: RunningSimulator,
}

impl Amazon {
    fn configured(&self, changes: &Value) -> StoreConfig {
        let registered = Configuration::default();
        let mut json = json!({
            "sharedSecret": registered.shared_secret,
            "packageNames": [PACKAGE],
            "topicArns": [registered.topic_arn],
            "apiBaseUrl": self.control.rvs_base_url(),
            "snsHost": self.control.sns_base_url(),
            "betaPurchases": true,
            "timeoutSeconds": 2,
        });
        let fields = json.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        let rules = ConfigRules { local_stack: true };
        StoreConfig::parse(Store::Amazon, &json, Environment::Production, &rules).unwrap()
    }

    fn receipt(&self) -> Receipt {
        let receipt = self.receipt.lock().unwrap().clone();
        receipt.expect("nothing was sold")
    }

    async fn sell(&self, wanted: NewPurchase) {
        let sold = self.control.buy(&wanted).await.unwrap();
        *self.receipt.lock().unwrap() = Some(sold.receipt);
    }

    async fn simulate(&self, action: Simulated, options: &Options) {
        let id = self.receipt().receipt_id;
        let outcome = self.control.act(&id, action, options).await.unwrap();
        *self.receipt.lock().unwrap() = Some(outcome.receipt);
    }

    async fn delivered(&self) -> Vec<Arrival> {
        let counts = self.control.flush(Duration::from_secs(20)).await.unwrap();
        assert_eq!((counts.pending, counts.failed), (0, 0));
        self.inbox.take(Timestamp::now())
    }
}

/// The parent of a plan.
fn parent(plan: Plan) -> &'static str {
    match plan {
        Plan::Basic => "extv.basic",
        Plan::Premium => "extv.premium",
        Plan::Trial => "extv.tried",
    }
}

impl StoreUnderTest for Amazon {
    const STORE: Store = Store::Amazon;

    async fn start() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).amazon(PACKAGE);
        let inbox = Inbox::open().await;
        let monthly = |plan| Product::monthly(parent(plan), Self::product(plan));
        let registration = Configuration {
            products: vec![
                monthly(Plan::Basic),
                monthly(Plan::Premium),
                monthly(Plan::Trial).with_free_trial_seconds(7 * 24 * 3600),
                Product::monthly("extv.sports", SPORTS),
                Product::entitlement(FILM),
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
            receipt: Mutex::default(),
            forged: Mutex::default(),
            _simulator: simulator,
        }
    }

    fn config(&self) -> StoreConfig {
        self.configured(&json!({}))
    }

    fn config_with_bad_credentials(&self) -> StoreConfig {
        self.configured(&json!({"sharedSecret": "2:of-another-account"}))
    }

    fn config_of_another_application(&self) -> StoreConfig {
        self.configured(&json!({"packageNames": ["com.example.other"]}))
    }

    async fn config_with_unknown_status(&self) -> StoreConfig {
        let fields = json!({"productType": "LEASED"});
        let options = Options {
            fields: fields.as_object().unwrap().clone(),
            ..Options::default()
        };
        self.simulate(Simulated::Show, &options).await;
        self.config()
    }

    async fn config_with_fields_left_out(&self) -> StoreConfig {
        let address =
            altered_answers::without(&self.control.rvs_base_url(), everything::OPTIONAL).await;
        self.configured(&json!({ "apiBaseUrl": address }))
    }

    fn config_with_binding(&self) -> Option<StoreConfig> {
        None
    }

    fn submission(&self) -> Value {
        match &*self.receipt.lock().unwrap() {
            None => self.submission_of_nothing(),
            Some(receipt) => json!({"receiptId": receipt.receipt_id, "userId": receipt.user_id}),
        }
    }

    async fn submission_by_a_later_name(&self) -> Option<Value> {
        None
    }

    fn submission_of_nothing(&self) -> Value {
        json!({"receiptId": "never=:sold", "userId": "nobody="})
    }

    fn product(plan: Plan) -> &'static str {
        match plan {
            Plan::Basic => "extv.basic.monthly",
            Plan::Premium => "extv.premium.monthly",
            Plan::Trial => "extv.tried.monthly",
        }
    }

    fn one_time_product() -> Option<&'static str> {
        Some(FILM)
    }

    async fn everything_it_can_say(&self) -> Vec<StoreSnapshot> {
        everything::said(&self.config())
    }

    async fn everything_it_can_tell(&self) -> Vec<Arrival> {
        for message in everything::messages(&self.receipt()) {
            self.control.notify(&message).await.unwrap();
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
        let (basic, premium) = (Self::product(Plan::Basic), Self::product(Plan::Premium));
        let bought = NewPurchase::of(basic);
        let plainly = Options::default();
        let simulated = match action {
            Action::Buy => return self.sell(bought).await,
            Action::BuyTest => return self.sell(bought.in_live_test()).await,
            Action::BuyOnce => return self.sell(NewPurchase::of(FILM)).await,
            Action::StartTrial => {
                let tried = NewPurchase::of(Self::product(Plan::Trial));
                return self.sell(tried).await;
            }
            Action::RefundFirst => {
                // Amazon shows no payments: of an older one that is returned there is nothing to see.
                let hint = CustomMessage::of_type("SUBSCRIPTION_RENEWED", &self.receipt());
                self.control.notify(&hint).await.unwrap();
                return;
            }
            Action::BuyBeside => {
                let sports = NewPurchase::of(SPORTS).for_user(self.receipt().user_id);
                self.control.buy(&sports).await.unwrap();
                return;
            }
            Action::Renew => (Simulated::Renew, plainly),
            Action::FailWithGrace => (Simulated::EnterGrace, Options::lasting(THREE_DAYS)),
            Action::Recover => (Simulated::Recover, plainly),
            Action::Cancel => (Simulated::TurnAutoRenewOff, plainly),
            Action::Reactivate => (Simulated::TurnAutoRenewOn, plainly),
            Action::Expire => (Simulated::Expire, plainly),
            Action::Refund => (Simulated::CancelOrder, plainly),
            Action::Upgrade => (Simulated::ChangeNow, Options::to_term(premium)),
            Action::Downgrade => (Simulated::ChangeLater, Options::to_term(basic)),
            Action::FailWithoutGrace
            | Action::Pause
            | Action::Resume
            | Action::BuyPending
            | Action::CompletePending
            | Action::BuyPrepaid
            | Action::TopUp
            | Action::PayAsAnother
            | Action::Void => panic!("declared absent"),
        };
        self.simulate(simulated.0, &simulated.1).await;
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
        for message in forgeries::of(&self.receipt()) {
            self.control.notify(&message).await.unwrap();
        }
        self.delivered().await
    }
}

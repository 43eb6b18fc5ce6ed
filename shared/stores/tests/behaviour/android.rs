//! Google Play in the suite, by its simulator.

mod everything;
mod forgeries;

use std::sync::Mutex;
use std::time::Duration;

use domain::{ConfigRules, Environment, Store, StoreSnapshot, Timestamp};
use serde_json::{Value, json};
use store_simulator::android::model::{
    Action as Simulated, BasePlan, NewOneTimePurchase, NewPurchase, OneTimeAction, Options,
    PurchaseToken,
};
use store_simulator::android::{AndroidControl, Configuration};
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::StoreConfig;

use crate::altered_answers;
use crate::faults;
use crate::inbox::Inbox;
use crate::store_under_test::{Action, Arrival, Damage, Fault, Plan, StoreUnderTest};

const PACKAGE: &str = "com.example.streaming";
const MONTHLY: &str = "monthly";
const PREPAID: &str = "prepaid";
const FREE_WEEK: &str = "free-week";
const FILM: &str = "film";
const SPORTS: &str = "add_on";
const THREE_DAYS: u64 = 3 * 24 * 3600;

pub struct Android {
    control: AndroidControl,
    inbox: Inbox,
    key_file: Value,
    /// Of the purchase that the test is about: of a chain, the last one's.
    token: Mutex<PurchaseToken>,
    /// Whether that was bought once.
    once: Mutex<bool>,
    /// Whether others send what arrives.
    forged: Mutex<bool>,
    _simulator: RunningSimulator,
}

impl Android {
    fn configured(&self, changes: &Value) -> StoreConfig {
        let pushed = Configuration::default();
        let mut json = json!({
            "serviceAccount": self.key_file,
            "packageNames": [PACKAGE],
            "pushAudience": pushed.push_audience,
            "pushServiceAccount": pushed.push_email,
            "apiBaseUrl": self.control.base_url(),
            "keysUrl": self.control.certs_url(),
            "timeoutSeconds": 2,
        });
        let fields = json.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        let rules = ConfigRules { local_stack: true };
        StoreConfig::parse(Store::Android, &json, Environment::Sandbox, &rules).unwrap()
    }

    fn token(&self) -> PurchaseToken {
        self.token.lock().unwrap().clone()
    }

    async fn sell(&self, wanted: NewPurchase) {
        let sold = self.control.buy(&wanted.for_account("cust-1")).await;
        *self.token.lock().unwrap() = sold.unwrap().purchase.purchase_token;
    }

    async fn sell_once(&self) {
        let wanted = NewOneTimePurchase::of(FILM).for_account("cust-1");
        let sold = self.control.buy_once(&wanted).await;
        *self.token.lock().unwrap() = sold.unwrap().purchase.purchase_token;
        *self.once.lock().unwrap() = true;
    }

    fn is_once(&self) -> bool {
        *self.once.lock().unwrap()
    }

    async fn simulate(&self, action: Simulated, options: &Options) {
        let outcome = self.control.act(&self.token(), action, options).await;
        *self.token.lock().unwrap() = outcome.unwrap().purchase.purchase_token;
    }

    async fn delivered(&self) -> Vec<Arrival> {
        let counts = self.control.flush(Duration::from_secs(20)).await.unwrap();
        assert_eq!((counts.pending, counts.failed), (0, 0));
        self.inbox.take(Timestamp::now())
    }
}

impl StoreUnderTest for Android {
    const STORE: Store = Store::Android;

    async fn start() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).android(PACKAGE);
        let inbox = Inbox::open().await;
        let (basic, premium) = (Self::product(Plan::Basic), Self::product(Plan::Premium));
        let week = 7 * 24 * 3600;
        let registration = Configuration {
            plans: vec![
                BasePlan::monthly(basic, MONTHLY, "8.99", "EUR").with_free_trial(FREE_WEEK, week),
                BasePlan::monthly(basic, PREPAID, "8.99", "EUR").prepaid(),
                BasePlan::monthly(premium, MONTHLY, "12.99", "EUR"),
                BasePlan::monthly(SPORTS, MONTHLY, "4.99", "EUR"),
            ],
            notification_url: Some(inbox.address.clone()),
            clock_start: Some("2026-11-05T09:30:00Z".parse().unwrap()),
            clock_frozen: true,
            ..Configuration::default()
        };
        control.configure(&registration).await.unwrap();
        let key_file = control.service_account().await.unwrap();
        Self {
            control,
            inbox,
            key_file,
            token: Mutex::new("nothing-was-sold".into()),
            once: Mutex::default(),
            forged: Mutex::default(),
            _simulator: simulator,
        }
    }

    fn config(&self) -> StoreConfig {
        self.configured(&json!({}))
    }

    fn config_with_bad_credentials(&self) -> StoreConfig {
        let mut key_file = self.key_file.clone();
        key_file["client_email"] = json!("deleted@example-prod.iam.gserviceaccount.com");
        self.configured(&json!({ "serviceAccount": key_file }))
    }

    fn config_of_another_application(&self) -> StoreConfig {
        self.configured(&json!({"packageNames": ["com.example.other"]}))
    }

    async fn config_with_unknown_status(&self) -> StoreConfig {
        let options = Options {
            state: Some("SUBSCRIPTION_STATE_FROZEN".to_owned()),
            ..Options::default()
        };
        self.simulate(Simulated::SetState, &options).await;
        self.config()
    }

    async fn config_with_fields_left_out(&self) -> StoreConfig {
        let address = altered_answers::without(self.control.base_url(), everything::OPTIONAL).await;
        self.configured(&json!({ "apiBaseUrl": address }))
    }

    async fn config_with_lists_reversed(&self) -> StoreConfig {
        let address = altered_answers::reversed(self.control.base_url(), "/lineItems").await;
        self.configured(&json!({ "apiBaseUrl": address }))
    }

    fn config_with_binding(&self) -> Option<StoreConfig> {
        Some(self.configured(&json!({"accountIdPattern": "cust-{customerId}"})))
    }

    fn submission(&self) -> Value {
        json!({"purchaseToken": self.token(), "packageName": PACKAGE})
    }

    async fn submission_by_a_later_name(&self) -> Option<Value> {
        None
    }

    fn submission_of_nothing(&self) -> Value {
        json!({"purchaseToken": "never-sold", "packageName": PACKAGE})
    }

    /// A trial is an offer of the same product.
    fn product(plan: Plan) -> &'static str {
        match plan {
            Plan::Basic | Plan::Trial => "basic",
            Plan::Premium => "premium",
        }
    }

    fn one_time_product() -> Option<&'static str> {
        Some(FILM)
    }

    async fn everything_it_can_say(&self) -> Vec<StoreSnapshot> {
        everything::said(&self.config_with_binding().unwrap())
    }

    async fn everything_it_can_tell(&self) -> Vec<Arrival> {
        for push in everything::pushes(&self.token()) {
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
        let (basic, premium) = (Self::product(Plan::Basic), Self::product(Plan::Premium));
        let bought = NewPurchase::of(basic, MONTHLY);
        let plainly = Options::default();
        let simulated = match action {
            Action::Buy => return self.sell(bought).await,
            Action::StartTrial => return self.sell(bought.with_offer(FREE_WEEK)).await,
            Action::BuyPending => return self.sell(bought.pending()).await,
            Action::BuyTest => return self.sell(bought.as_test()).await,
            Action::BuyPrepaid => return self.sell(NewPurchase::of(basic, PREPAID)).await,
            Action::CompletePending => (Simulated::CompletePending, plainly),
            Action::BuyOnce => return self.sell_once().await,
            Action::TopUp => (Simulated::TopUp, plainly),
            Action::Renew => (Simulated::Renew, plainly),
            Action::FailWithGrace => (Simulated::EnterGrace, Options::lasting(THREE_DAYS)),
            Action::FailWithoutGrace => (Simulated::Hold, plainly),
            Action::Recover => (Simulated::Recover, plainly),
            Action::Cancel => (Simulated::Cancel, plainly),
            Action::Reactivate => (Simulated::Restart, plainly),
            Action::Expire => (Simulated::Expire, plainly),
            Action::Pause => (Simulated::Pause, plainly),
            Action::Resume => (Simulated::Resume, plainly),
            Action::Upgrade => (Simulated::Replace, Options::to_plan(premium, MONTHLY)),
            Action::Downgrade => (Simulated::ReplaceLater, Options::to_plan(basic, MONTHLY)),
            Action::Refund if self.is_once() => {
                let back = OneTimeAction::Refund;
                self.control
                    .plainly_once(&self.token(), back)
                    .await
                    .unwrap();
                return;
            }
            Action::Refund => (Simulated::Revoke, plainly),
            Action::RefundFirst => {
                let purchase = self.control.purchase(&self.token()).await.unwrap();
                let first = Options {
                    order_id: Some(purchase.orders[0].order_id.clone()),
                    revoke: false,
                    ..plainly
                };
                (Simulated::Void, first)
            }
            Action::BuyBeside => (Simulated::AddItem, Options::to_plan(SPORTS, MONTHLY)),
            Action::PayAsAnother => {
                let silently = plainly.clone().silently();
                self.simulate(Simulated::Cancel, &silently).await;
                let by_another = Options {
                    account_id: Some("cust-2".to_owned()),
                    ..plainly
                };
                (Simulated::Resubscribe, by_another)
            }
            Action::Void => {
                let stale = Options {
                    stale: true,
                    ..plainly
                };
                (Simulated::Void, stale)
            }
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
        for arrival in &genuine {
            for push in forgeries::of(&arrival.body) {
                self.control.notify(&push).await.unwrap();
            }
        }
        self.delivered().await
    }
}

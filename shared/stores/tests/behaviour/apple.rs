//! The App Store in the suite, by its simulator.

mod everything;
mod forgeries;

use std::sync::Mutex;
use std::time::Duration;

use domain::{ConfigRules, Environment, Store, StoreSnapshot, Timestamp};
use serde_json::{Value, json};
use store_simulator::apple::model::{
    Action as Simulated, Environment as World, NewPurchase, Options, Product, ProductKind,
};
use store_simulator::apple::{
    ApiKey, ApiRefusal, AppleControl, Configuration, RootCertificate, Signing,
};
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::StoreConfig;

use crate::altered_answers;
use crate::faults;
use crate::inbox::Inbox;
use crate::store_under_test::{Action, Arrival, Damage, Fault, Plan, StoreUnderTest};

const BUNDLE: &str = "com.example.streaming";
const FILM: &str = "film";
const SPORTS: &str = "sports";
const HOUSEHOLD: &str = "household";
const THREE_DAYS: u64 = 3 * 24 * 3600;

/// The tokens of customers 1 and 2, and how they are made.
const ACCOUNT: &str = "7e3fb204-2a1d-4b0f-9d3c-000000000001";
const ANOTHER: &str = "7e3fb204-2a1d-4b0f-9d3c-000000000002";
const PATTERN: &str = "7e3fb204-2a1d-4b0f-9d3c-00000000000{customerId}";

pub struct Apple {
    control: AppleControl,
    inbox: Inbox,
    key: ApiKey,
    root: RootCertificate,
    /// The first transaction of the purchase that the test is about.
    id: Mutex<String>,
    /// What came after earlier actions, which may have moved the clock since.
    arrived: Mutex<Vec<Arrival>>,
    /// Whether others send what arrives.
    forged: Mutex<bool>,
    _simulator: RunningSimulator,
}

impl Apple {
    /// A stack of production that takes test purchases as well.
    fn configured(&self, changes: &Value) -> StoreConfig {
        let mut json = json!({
            "issuerId": self.key.issuer_id,
            "keyId": self.key.key_id,
            "privateKey": self.key.private_key,
            "bundleId": BUNDLE,
            "appAppleId": Configuration::default().app_apple_id,
            "rootFingerprints": [self.root.sha256],
            "sandboxPurchases": true,
            "apiBaseUrl": self.control.api_url(World::Production),
            "sandboxApiBaseUrl": self.control.api_url(World::Sandbox),
            "timeoutSeconds": 2,
        });
        let fields = json.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        let rules = ConfigRules { local_stack: true };
        StoreConfig::parse(Store::Apple, &json, Environment::Production, &rules).unwrap()
    }

    fn id(&self) -> String {
        self.id.lock().unwrap().clone()
    }

    async fn sell(&self, wanted: NewPurchase) {
        let wanted = wanted.for_account(ACCOUNT).by_customer(HOUSEHOLD);
        let sold = self.control.buy(&wanted).await;
        *self.id.lock().unwrap() = sold.unwrap().purchase.original_transaction_id;
        self.deliver().await;
    }

    async fn simulate(&self, action: Simulated, options: &Options) {
        let outcome = self.control.act(&self.id(), action, options).await;
        outcome.unwrap();
        self.deliver().await;
    }

    async fn deliver(&self) {
        let counts = self.control.flush(Duration::from_secs(20)).await.unwrap();
        assert_eq!((counts.pending, counts.failed), (0, 0));
        let arrived = self.inbox.take(self.now().await);
        self.arrived.lock().unwrap().extend(arrived);
    }

    async fn delivered(&self) -> Vec<Arrival> {
        self.deliver().await;
        self.arrived.lock().unwrap().drain(..).collect()
    }
}

/// The status of each transaction in an answer becomes a number that is not documented.
fn with_an_unknown_status(answer: &mut Value) {
    let groups = answer.get_mut("data").and_then(Value::as_array_mut);
    for group in groups.into_iter().flatten() {
        for entry in group["lastTransactions"].as_array_mut().unwrap() {
            entry["status"] = json!(6);
        }
    }
}

impl StoreUnderTest for Apple {
    const STORE: Store = Store::Apple;

    async fn start() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).apple(BUNDLE);
        let inbox = Inbox::open().await;
        let (basic, premium) = (Self::product(Plan::Basic), Self::product(Plan::Premium));
        let registration = Configuration {
            products: vec![
                Product::monthly(basic, "8.99", "EUR").with_free_trial("P1W"),
                Product::monthly(premium, "12.99", "EUR"),
                Product {
                    group_id: Some("11234567".to_owned()),
                    ..Product::monthly(SPORTS, "4.99", "EUR")
                },
                Product::one_time(FILM, ProductKind::Consumable, "4.99", "EUR"),
            ],
            notification_url: Some(inbox.address.clone()),
            clock_start: Some("2026-11-05T09:30:00Z".parse().unwrap()),
            clock_frozen: true,
            ..Configuration::default()
        };
        control.configure(&registration).await.unwrap();
        let (key, root) = (control.api_key().await, control.root().await);
        Self {
            control,
            inbox,
            key: key.unwrap(),
            root: root.unwrap(),
            id: Mutex::new("1".to_owned()),
            arrived: Mutex::default(),
            forged: Mutex::default(),
            _simulator: simulator,
        }
    }

    fn config(&self) -> StoreConfig {
        self.configured(&json!({}))
    }

    fn config_with_bad_credentials(&self) -> StoreConfig {
        self.configured(&json!({"keyId": "REVOKEDKEY"}))
    }

    fn config_of_another_application(&self) -> StoreConfig {
        self.configured(&json!({"bundleId": "com.example.other"}))
    }

    async fn config_with_unknown_status(&self) -> StoreConfig {
        let api = self.control.api_url(World::Production);
        let address = altered_answers::instead_of(&api, with_an_unknown_status).await;
        self.configured(&json!({ "apiBaseUrl": address }))
    }

    async fn config_with_fields_left_out(&self) -> StoreConfig {
        let address = altered_answers::without(
            &self.control.api_url(World::Production),
            everything::OPTIONAL,
        )
        .await;
        self.configured(&json!({ "apiBaseUrl": address }))
    }

    async fn config_with_lists_reversed(&self) -> StoreConfig {
        let address =
            altered_answers::reversed(&self.control.api_url(World::Production), "/data").await;
        self.configured(&json!({ "apiBaseUrl": address }))
    }

    fn config_with_binding(&self) -> Option<StoreConfig> {
        Some(self.configured(&json!({ "accountIdPattern": PATTERN })))
    }

    fn submission(&self) -> Value {
        json!({"transactionId": self.id()})
    }

    async fn submission_with_proof(&self) -> Value {
        let (id, signing) = (self.id(), Signing::default());
        let signed = self.control.signed_transaction(&id, &signing).await;
        json!({"signedTransaction": signed.unwrap()})
    }

    async fn submission_by_a_later_name(&self) -> Option<Value> {
        None
    }

    fn submission_of_nothing(&self) -> Value {
        json!({"transactionId": "1"})
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
        for custom in everything::notifications(&self.id()) {
            self.control.notify(&custom).await.unwrap();
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
        let to = |product: &str| Options {
            product_id: Some(product.to_owned()),
            ..Options::default()
        };
        let (simulated, options) = match action {
            Action::Buy => return self.sell(bought).await,
            Action::StartTrial => return self.sell(bought.with_offer("intro")).await,
            Action::BuyTest => return self.sell(bought.in_sandbox()).await,
            Action::BuyOnce => return self.sell(NewPurchase::of(FILM)).await,
            Action::Renew => (Simulated::Renew, plainly),
            Action::FailWithGrace => {
                let three_days = Options {
                    seconds: Some(THREE_DAYS),
                    ..plainly
                };
                (Simulated::EnterGrace, three_days)
            }
            Action::FailWithoutGrace => (Simulated::EnterRetry, plainly),
            Action::Recover => (Simulated::Recover, plainly),
            Action::Cancel => (Simulated::Cancel, plainly),
            Action::Reactivate => (Simulated::Reactivate, plainly),
            Action::Expire => (Simulated::Expire, plainly),
            Action::Upgrade => (Simulated::Upgrade, to(premium)),
            Action::Downgrade => (Simulated::Downgrade, to(basic)),
            Action::Refund => (Simulated::Refund, plainly),
            Action::RefundFirst => {
                let first = Options {
                    transaction_id: Some(self.id()),
                    ..plainly
                };
                (Simulated::Refund, first)
            }
            Action::BuyBeside => {
                let sports = NewPurchase::of(SPORTS).by_customer(HOUSEHOLD);
                self.control.buy(&sports).await.unwrap();
                return self.deliver().await;
            }
            Action::PayAsAnother => {
                let silently = plainly.clone().silently();
                self.simulate(Simulated::Expire, &silently).await;
                let by_another = Options {
                    app_account_token: Some(ANOTHER.to_owned()),
                    ..plainly
                };
                (Simulated::Resubscribe, by_another)
            }
            Action::Pause
            | Action::Resume
            | Action::BuyPending
            | Action::CompletePending
            | Action::BuyPrepaid
            | Action::TopUp
            | Action::Void => panic!("declared absent"),
        };
        self.simulate(simulated, &options).await;
    }

    async fn look_ups_go_wrong(&self, fault: Fault) {
        if fault == Fault::Denies {
            let unknown = [ApiRefusal::with(4_040_010)];
            return self.control.refuse(&unknown).await.unwrap();
        }
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
        self.control.refuse(&[]).await.unwrap();
    }

    async fn arrivals(&self) -> Vec<Arrival> {
        let genuine = self.delivered().await;
        if !*self.forged.lock().unwrap() {
            return genuine;
        }
        for custom in forgeries::of(&self.id()) {
            self.control.notify(&custom).await.unwrap();
        }
        self.delivered().await
    }
}

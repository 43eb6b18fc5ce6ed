//! One application at the simulator, and looks at its purchases.

use domain::{
    ConfigRules, Environment, Locator, Reading, Store, StoreSnapshot, StoreState, Timestamp,
};
use serde_json::{Value, json};
use store_simulator::samsung_tv::{
    Action, Configuration, NewPurchase, Options, Renewals, SamsungTvControl,
};
use store_simulator::vizio::Plan;
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::{ConnectorContext, LookUpError, StoreConfig, parse_submission};

pub const APP: &str = "3201911000042";
pub const KEY: &str = "QmFzZTY0TG9va2luZ0RwaURlbW9LZXkwMDAwMDAwMDE=";
pub const CUSTOMER: &str = "u7Qx81mZp0";
pub const INVOICE: &str = "UP0126110500012345";
pub const MONTHLY: &str = "DP990000000101";
pub const PREMIUM: &str = "DP990000000102";

pub struct Scene {
    pub store: SamsungTvControl,
    context: ConnectorContext,
    _simulator: RunningSimulator,
}

impl Scene {
    /// A store that has sold one subscription.
    pub async fn set(renewals: Renewals) -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let store = Control::new(simulator.base_url()).samsung_tv(APP);
        let registration = Configuration {
            security_key: KEY.to_owned(),
            products: vec![
                Plan::monthly(MONTHLY, "8.99", "USD"),
                Plan::monthly(PREMIUM, "12.99", "USD"),
            ],
            renewals,
            page_size: 2,
            clock_start: Some("2026-11-05T09:30:00Z".parse().unwrap()),
            clock_frozen: true,
            ..Configuration::default()
        };
        store.configure(&registration).await.unwrap();
        let scene = Self {
            store,
            context: ConnectorContext::new().unwrap(),
            _simulator: simulator,
        };
        scene.sells(MONTHLY, INVOICE).await;
        scene
    }

    /// The customer buys a further subscription.
    pub async fn sells(&self, item: &str, invoice: &str) {
        let wanted = NewPurchase::of(item, CUSTOMER).with_invoice(invoice);
        self.store.buy(&wanted).await.unwrap();
    }

    pub fn config(&self, changes: &Value) -> StoreConfig {
        let address = json!({"apiBaseUrl": self.store.api_base_url(), "timeoutSeconds": 5});
        let mut json = settings(&address);
        let fields = json.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        let rules = ConfigRules { local_stack: true };
        StoreConfig::parse(Store::SamsungTv, &json, Environment::Sandbox, &rules).unwrap()
    }

    pub async fn look(
        &self,
        changes: &Value,
        locator: &Locator,
    ) -> Result<StoreSnapshot, LookUpError> {
        let now = self.store.now().await.unwrap();
        self.look_at(changes, locator, now).await
    }

    pub async fn look_at(
        &self,
        changes: &Value,
        locator: &Locator,
        now: Timestamp,
    ) -> Result<StoreSnapshot, LookUpError> {
        let config = self.config(changes);
        let looked = config.look_up(&self.context, locator, now);
        looked.await.map(|looked| looked.snapshot)
    }

    /// What the store says of the customer's other subscriptions, asked for one.
    pub async fn others(&self, changes: &Value, locator: &Locator) -> Vec<StoreSnapshot> {
        let now = self.store.now().await.unwrap();
        let config = self.config(changes);
        let looked = config.look_up(&self.context, locator, now);
        looked.await.unwrap().others
    }

    /// The locator of the purchase as it is kept once it was seen.
    pub async fn known(&self) -> Locator {
        let seen = self.look(&json!({}), &submitted(INVOICE)).await.unwrap();
        Locator {
            key: seen.purchase_key.clone(),
            details: state(seen).details,
        }
    }

    pub async fn happens(&self, action: Action) {
        // By its subscription id: its invoices may change.
        self.store.plainly("SUB-70001", action).await.unwrap();
    }

    pub async fn shows_status(&self, word: &str) {
        let options = Options {
            status: Some(word.to_owned()),
            ..Options::default()
        };
        let set = self.store.act("SUB-70001", Action::SetStatus, &options);
        set.await.unwrap();
    }
}

/// Settings that work, with strict checks, and `changes` on top.
pub fn settings(changes: &Value) -> Value {
    let mut settings = json!({
        "appId": APP, "securityKey": KEY,
        "responseCheckValue": "strict", "secondOpinion": "strict",
    });
    let fields = settings.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    settings
}

/// What an app has submitted.
pub fn submitted(invoice: &str) -> Locator {
    let body = json!({"invoiceId": invoice, "samsungCustomerId": CUSTOMER, "countryCode": "US"});
    parse_submission(Store::SamsungTv, &body).unwrap().locator
}

pub fn state(snapshot: StoreSnapshot) -> StoreState {
    match snapshot.reading {
        Reading::Known(state) => state,
        other => panic!("{other:?}"),
    }
}

//! An account in the simulator, and the connector that asks it.

use domain::{ConfigRules, Environment, Locator, Store, StoreSnapshot, StoreState, Timestamp};
use serde_json::{Value, json};
use store_simulator::stripe::model::{Action, NewCheckout, Options, Price};
use store_simulator::stripe::{ApiKey, Configuration, StripeControl};
use store_simulator::{Control, RunningSimulator, Simulator};
use stores::{ConnectorContext, LookUpError, StoreConfig};

use crate::scene::{known, locator};

pub const KEY: &str = "rk_live_example";
pub const SECRET: &str = "whsec_example";
pub const DAY: u64 = 24 * 3600;

pub struct Shop {
    pub control: StripeControl,
    pub context: ConnectorContext,
    pub changes: Value,
    _simulator: RunningSimulator,
}

impl Shop {
    pub async fn open() -> Self {
        Self::with(Configuration::default()).await
    }

    pub async fn with(configuration: Configuration) -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let control = Control::new(simulator.base_url()).stripe("acct_example");
        let mut api_keys = configuration.api_keys.clone();
        api_keys.push(ApiKey::secret(KEY));
        let registration = Configuration {
            api_keys,
            signing_secrets: vec![SECRET.into()],
            prices: vec![
                Price::monthly("price_basic", "prod_basic", 899, "eur").lookup_key("basic"),
                Price::monthly("price_premium", "prod_premium", 1299, "eur"),
                Price::once("price_film", "prod_film", 399, "eur"),
            ],
            clock_start: Some("2026-11-05T09:30:00Z".parse().unwrap()),
            clock_frozen: true,
            ..configuration
        };
        control.configure(&registration).await.unwrap();
        Self {
            control,
            context: ConnectorContext::new().unwrap(),
            changes: json!({}),
            _simulator: simulator,
        }
    }

    pub fn configured(mut self, changes: Value) -> Self {
        self.changes = changes;
        self
    }

    pub fn config(&self) -> StoreConfig {
        let mut json = json!({
            "apiKey": KEY, "signingSecrets": [SECRET], "apiBaseUrl": self.control.base_url(),
            "timeoutSeconds": 5,
        });
        let fields = json.as_object_mut().unwrap();
        fields.extend(self.changes.as_object().unwrap().clone());
        let rules = ConfigRules { local_stack: true };
        StoreConfig::parse(Store::Stripe, &json, Environment::Production, &rules).unwrap()
    }

    pub async fn sell(&self, wanted: &NewCheckout) -> String {
        self.control.buy(wanted).await.unwrap().purchase.id
    }

    pub async fn basic(&self) -> String {
        self.sell(&NewCheckout::subscription("price_basic")).await
    }

    pub async fn act(&self, id: &str, action: Action, options: &Options) {
        self.control.act(id, action, options).await.unwrap();
    }

    pub async fn plainly(&self, id: &str, action: Action) {
        self.act(id, action, &Options::default()).await;
    }

    pub async fn now(&self) -> Timestamp {
        self.control.now().await.unwrap()
    }

    pub async fn look_at(&self, locator: &Locator) -> Result<StoreSnapshot, LookUpError> {
        let config = self.config();
        let seen = config.look_up(&self.context, locator, self.now().await);
        Ok(seen.await?.snapshot)
    }

    pub async fn look(&self, id: &str) -> StoreSnapshot {
        self.look_at(&locator(id)).await.unwrap()
    }

    pub async fn state(&self, id: &str) -> StoreState {
        known(self.look(id).await)
    }
}

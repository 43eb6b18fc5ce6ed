//! The App Store in a scene.

use domain::Store;
use serde_json::{Value, json};
use store_simulator::apple::model::{Action, Environment as World, NewPurchase, Product};
use store_simulator::apple::{AppleControl, Configuration, Signing};

use crate::scene::Scene;

const BUNDLE: &str = "com.example.streaming";

/// A subscription in the App Store's sandbox.
pub struct AppStore {
    pub scene: Scene,
    pub apple: AppleControl,
    pub config: Value,
    pub id: String,
}

impl AppStore {
    pub async fn start() -> Self {
        Self::with(&json!({})).await
    }

    /// One with more configuration.
    pub async fn with(more: &Value) -> Self {
        let scene = Scene::of(Store::Apple).await;
        let apple = scene.control.apple(BUNDLE);
        let registration = Configuration {
            products: vec![Product::monthly("basic", "4.99", "EUR")],
            ..Configuration::default()
        };
        apple.configure(&registration).await.unwrap();
        let (key, root) = (apple.api_key().await.unwrap(), apple.root().await.unwrap());
        let mut config = json!({
            "issuerId": key.issuer_id,
            "keyId": key.key_id,
            "privateKey": key.private_key,
            "bundleId": BUNDLE,
            "rootFingerprints": [root.sha256],
            "sandboxPurchases": true,
            "apiBaseUrl": apple.api_url(World::Production),
            "sandboxApiBaseUrl": apple.api_url(World::Sandbox),
        });
        let fields = config.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        scene.configure(&config);
        let wanted = NewPurchase::of("basic").in_sandbox();
        let sold = apple.buy(&wanted).await.unwrap();
        Self {
            scene,
            apple,
            config,
            id: sold.purchase.original_transaction_id,
        }
    }

    pub fn body(&self) -> Value {
        json!({"transactionId": self.id})
    }

    /// What an app submits that has the last transaction as the App Store signed it.
    pub async fn signed(&self, signing: &Signing) -> Value {
        let signed = self.apple.signed_transaction(&self.id, signing).await;
        json!({"signedTransaction": signed.unwrap()})
    }

    /// The subscription ends, and a notification tells it.
    pub async fn ends(&self) {
        for action in [Action::Cancel, Action::Expire] {
            self.apple.plainly(&self.id, action).await.unwrap();
        }
        let message = self.scene.notification(&self.body(), None);
        assert_eq!(self.scene.verify(&[message]).await, 0);
    }
}

//! Google Play in a scene.

use domain::Store;
use serde_json::{Value, json};
use store_simulator::android::model::{Action, BasePlan, NewPurchase, Options};
use store_simulator::android::{AndroidControl, Configuration};

use crate::scene::Scene;

pub const PACKAGE: &str = "com.example.symphony";

/// A scene with Google Play in it.
pub struct GooglePlay {
    pub scene: Scene,
    pub play: AndroidControl,
}

impl GooglePlay {
    pub async fn start() -> Self {
        Self::with(&json!({})).await
    }

    /// One with more configuration.
    pub async fn with(more: &Value) -> Self {
        let scene = Scene::of(Store::Android).await;
        let play = scene.control.android(PACKAGE);
        let registration = Configuration {
            plans: vec![
                BasePlan::monthly("basic", "monthly", "4.99", "EUR"),
                BasePlan::monthly("premium", "monthly", "9.99", "EUR"),
            ],
            ..Configuration::default()
        };
        play.configure(&registration).await.unwrap();
        let mut config = json!({
            "serviceAccount": play.service_account().await.unwrap(),
            "packageNames": [PACKAGE],
            "apiBaseUrl": scene.simulator.base_url(),
        });
        let fields = config.as_object_mut().unwrap();
        fields.extend(more.as_object().unwrap().clone());
        scene.configure(&config);
        Self { scene, play }
    }

    /// Somebody buys the basic product.
    pub async fn buys(&self, token: &str) {
        let wanted = NewPurchase::of("basic", "monthly").with_token(token);
        self.play.buy(&wanted).await.unwrap();
    }

    pub async fn does(&self, token: &str, action: Action) {
        self.play.plainly(token, action).await.unwrap();
    }

    /// Another purchase takes over, for another product.
    pub async fn replaces(&self, old: &str, new: &str, action: Action, product: &str) {
        let options = Options {
            purchase_token: Some(new.into()),
            ..Options::to_plan(product, "monthly")
        };
        self.play.act(old, action, &options).await.unwrap();
    }

    /// A purchase that a customer has claimed, and that is acknowledged.
    pub async fn claimed(&self, token: &str, customer: &str) {
        self.buys(token).await;
        let ended = self.scene.claims(1000, customer, &submission(token)).await;
        assert!(matches!(ended, Some(Ok(_))), "{ended:?}");
    }

    /// A notification of the store about a purchase arrives.
    pub async fn tells_of(&self, token: &str) {
        let message = self.scene.notification(&submission(token), None);
        assert_eq!(self.scene.verify(&[message]).await, 0);
    }
}

pub fn submission(token: &str) -> Value {
    json!({"purchaseToken": token, "packageName": PACKAGE})
}

//! What had ended is bought again by another customer, whom the App Store names.

use cloud::broadcasters::Profile;
use domain::validation::ValidationFailure::OwnedByAnotherCustomer;
use domain::{BroadcasterSettings, Status, Store, TransferPolicy};
use serde_json::{Value, json};
use store_simulator::apple::model::{Action, Environment, NewPurchase, Options, Product};
use store_simulator::apple::{AppleControl, Configuration};

use crate::scene::{Ended, Scene, broadcaster};

const BUNDLE: &str = "com.example.streaming";
const PATTERN: &str = "7e3fb204-2a1d-4b0f-9d3c-00000000000{customerId}";

/// A subscription in the App Store's sandbox, bought and claimed by customer 1.
struct AppStore {
    scene: Scene,
    apple: AppleControl,
    id: String,
}

impl AppStore {
    async fn start(transfer: TransferPolicy) -> Self {
        let scene = Scene::of(Store::Apple).await;
        let profile = Profile {
            broadcaster_id: broadcaster(),
            name: "Symphony".to_owned(),
            settings: BroadcasterSettings {
                transfer,
                ..BroadcasterSettings::default()
            },
            created_at: jiff::Timestamp::UNIX_EPOCH,
        };
        scene.broadcasters().put_profile(&profile).await.unwrap();
        let apple = scene.control.apple(BUNDLE);
        let registration = Configuration {
            products: vec![Product::monthly("basic", "4.99", "EUR")],
            ..Configuration::default()
        };
        apple.configure(&registration).await.unwrap();
        let (key, root) = (apple.api_key().await.unwrap(), apple.root().await.unwrap());
        scene.configure(&json!({
            "issuerId": key.issuer_id,
            "keyId": key.key_id,
            "privateKey": key.private_key,
            "bundleId": BUNDLE,
            "rootFingerprints": [root.sha256],
            "sandboxPurchases": true,
            "apiBaseUrl": apple.api_url(Environment::Production),
            "sandboxApiBaseUrl": apple.api_url(Environment::Sandbox),
            "accountIdPattern": PATTERN,
        }));
        let wanted = NewPurchase::of("basic")
            .for_account(token("1"))
            .in_sandbox();
        let sold = apple.buy(&wanted).await.unwrap();
        let shop = Self {
            scene,
            apple,
            id: sold.purchase.original_transaction_id,
        };
        assert!(matches!(shop.claimed(1, "1").await, Some(Ok(_))));
        shop
    }

    fn body(&self) -> Value {
        json!({"transactionId": self.id})
    }

    async fn claimed(&self, number: u128, customer: &str) -> Ended {
        self.scene.claims(number, customer, &self.body()).await
    }

    async fn notifies(&self) {
        let message = self.scene.notification(&self.body(), None);
        assert_eq!(self.scene.verify(&[message]).await, 0);
    }

    async fn ends(&self) {
        for action in [Action::Cancel, Action::Expire] {
            self.apple.plainly(&self.id, action).await.unwrap();
        }
        self.notifies().await;
    }

    async fn is_bought_again_for(&self, customer: &str) {
        let options = Options {
            app_account_token: Some(token(customer)),
            ..Options::default()
        };
        let again = self.apple.act(&self.id, Action::Resubscribe, &options);
        again.await.unwrap();
    }

    async fn watches(&self, customer: &str) -> bool {
        let now = jiff::Timestamp::now();
        let held = self.scene.of_customer(customer).await;
        held.iter().any(|held| held.access_granted(now))
    }
}

fn token(customer: &str) -> String {
    PATTERN.replace("{customerId}", customer)
}

/// What comes after it was bought again: a notification, or the claim of a customer.
#[derive(Debug, Clone, Copy)]
enum Message {
    Notification,
    FormerHolder,
    Buyer,
}

#[tokio::test]
async fn the_app_store_decides_whose_it_is_whichever_message_comes_first() {
    use Message::{Buyer, FormerHolder, Notification};
    let orders = [
        (TransferPolicy::Refuse, [Notification, Buyer, FormerHolder]),
        (TransferPolicy::Refuse, [FormerHolder, Buyer, Notification]),
        (TransferPolicy::Move, [Buyer, FormerHolder, Notification]),
        (TransferPolicy::Move, [Notification, FormerHolder, Buyer]),
    ];
    for (transfer, order) in orders {
        let shop = AppStore::start(transfer).await;
        shop.ends().await;
        shop.is_bought_again_for("2").await;
        for message in order {
            match message {
                Notification => shop.notifies().await,
                FormerHolder => assert_eq!(
                    shop.claimed(2, "1").await,
                    Some(Err(OwnedByAnotherCustomer)),
                    "{order:?}"
                ),
                Buyer => {
                    let ended = shop.claimed(3, "2").await;
                    assert!(matches!(ended, Some(Ok(_))), "{order:?}: {ended:?}");
                }
            }
        }
        assert!(shop.watches("2").await, "{order:?}");
        let former = shop.scene.of_customer("1").await;
        let [former] = &former[..] else {
            panic!("one subscription of the former holder: {former:?}")
        };
        assert_eq!(former.state.status, Status::Expired, "{order:?}");
    }
}

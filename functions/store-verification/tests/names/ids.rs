//! A purchase with many ids, of which one stays: the store's answer names it. What only notifications
//! tell goes into the next look.

use domain::{Store, Timestamp};
use serde_json::{Value, json};
use store_simulator::roku::model::{Action, Channel, NewPurchase, Plan};
use store_simulator::roku::{Configuration, RokuControl};

use crate::scene::{Scene, created};

const FIRST: &str = "first-transaction";
const API_KEY: &str = "0123456789ABCDEF0123456789ABCDEF0123";

/// A scene with Roku in it, and a purchase of the basic product, on trial.
struct Roku {
    scene: Scene,
    roku: RokuControl,
}

impl Roku {
    async fn start() -> Self {
        let scene = Scene::of(Store::Roku).await;
        let roku = scene.control.roku("account");
        let registration = Configuration {
            api_keys: vec![API_KEY.to_owned()],
            channels: vec![Channel::new("712345", "Example TV")],
            plans: vec![Plan::monthly("basic", "4.99").with_trial_seconds(7 * 86_400)],
            ..Configuration::default()
        };
        roku.configure(&registration).await.unwrap();
        scene.configure(&json!({
            "apiKeys": [API_KEY], "channelIds": ["712345"], "apiBaseUrl": roku.service_url(),
        }));
        let wanted = NewPurchase::of("basic").with_id(FIRST).silently();
        roku.buy(&wanted).await.unwrap();
        Self { scene, roku }
    }

    /// The word of a trial, as the store's notification has it.
    async fn tells_of_the_trial(&self, ends_at: Timestamp) {
        let mut message = self.scene.notification(&submission(FIRST), None);
        for (name, value) in [
            ("originalTransactionId", FIRST.to_owned()),
            ("told", "Sale".to_owned()),
            ("toldAt", Timestamp::now().to_string()),
            ("toldTransactionId", FIRST.to_owned()),
            ("trialEndsAt", ends_at.to_string()),
        ] {
            message.locator.details.insert(name.to_owned(), value);
        }
        assert_eq!(self.scene.verify(&[message]).await, 0);
    }

    async fn trial_end(&self) -> Option<Timestamp> {
        self.scene.subscription(FIRST).await.state.trial_end
    }

    async fn end(&self) -> Timestamp {
        self.roku
            .purchase(FIRST)
            .await
            .unwrap()
            .expiration_date
            .unwrap()
    }
}

fn submission(transaction: &str) -> Value {
    json!({"transactionId": transaction})
}

#[tokio::test]
async fn a_later_transaction_leads_to_the_subscription_that_it_belongs_to() {
    let store = Roku::start().await;
    store.roku.plainly(FIRST, Action::Renew).await.unwrap();
    let renewal = store.roku.purchase(FIRST).await.unwrap().transaction_id;
    assert_ne!(&*renewal, FIRST);

    let ended = store.scene.claims(1, "ada", &submission(&renewal)).await;

    assert_eq!(ended, created());
    assert_eq!(
        store
            .scene
            .subscription(FIRST)
            .await
            .ownership
            .customer_id
            .unwrap()
            .as_str(),
        "ada"
    );
    assert!(
        store.scene.place(&renewal).await.is_none(),
        "nothing is kept under the other id"
    );
    let again = store.scene.claims(2, "ada", &submission(FIRST)).await;
    assert!(matches!(again, Some(Ok(_))), "{again:?}");
    assert_eq!(store.scene.of_customer("ada").await.len(), 1);
}

#[tokio::test]
async fn two_ids_of_one_purchase_in_one_batch_are_one_subscription() {
    let store = Roku::start().await;
    store.roku.plainly(FIRST, Action::Renew).await.unwrap();
    let renewal = store.roku.purchase(FIRST).await.unwrap().transaction_id;
    let messages = [
        store.scene.submits(1, "ada", &submission(FIRST), 1).await,
        store
            .scene
            .submits(2, "ada", &submission(&renewal), 0)
            .await,
    ];
    let mut left = store.scene.verify(&messages).await;
    for _ in 0..3 {
        if left > 0 {
            left = store.scene.verify(&messages).await;
        }
    }
    assert_eq!(left, 0);
    for number in [1, 2] {
        let ended = store.scene.ended(number).await;
        assert!(matches!(ended, Some(Ok(_))), "{ended:?}");
    }
    assert_eq!(store.scene.of_customer("ada").await.len(), 1);
}

#[tokio::test]
async fn what_a_notification_told_is_known_at_the_claim_that_follows() {
    let store = Roku::start().await;
    let end = store.end().await;
    store.tells_of_the_trial(end).await;
    let ended = store.scene.claims(1, "ada", &submission(FIRST)).await;
    assert_eq!(ended, created());
    assert_eq!(store.trial_end().await, Some(end));
}

#[tokio::test]
async fn what_a_notification_tells_counts_although_the_store_was_asked_since() {
    let store = Roku::start().await;
    let end = store.end().await;
    let mut late = store.scene.notification(&submission(FIRST), None);
    late.received_at = crate::scene::seconds_ago(30);
    let ended = store.scene.claims(1, "ada", &submission(FIRST)).await;
    assert_eq!(ended, created());
    assert_eq!(store.trial_end().await, None);
    late.locator.details.extend([
        ("originalTransactionId".to_owned(), FIRST.to_owned()),
        ("trialEndsAt".to_owned(), end.to_string()),
    ]);
    assert_eq!(store.scene.verify(&[late]).await, 0);
    assert_eq!(store.trial_end().await, Some(end));
}

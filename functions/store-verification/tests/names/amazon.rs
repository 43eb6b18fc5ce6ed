//! A store whose answers don't tell what a purchase replaced: only its notification does, and an app may be
//! quicker.

use domain::{Status, Store};
use serde_json::{Value, json};
use store_simulator::amazon::model::{Action, NewPurchase, Options, Product, Receipt};
use store_simulator::amazon::{AmazonControl, Configuration};
use stores::parse_submission;

use crate::scene::{Scene, created};

const PACKAGE: &str = "tv.example.fire";

struct Amazon {
    scene: Scene,
    appstore: AmazonControl,
}

impl Amazon {
    async fn start() -> Self {
        let scene = Scene::of(Store::Amazon).await;
        let appstore = scene.control.amazon(PACKAGE);
        let registration = Configuration {
            products: vec![
                Product::monthly("basic", "basic_term"),
                Product::monthly("premium", "premium_term"),
            ],
            ..Configuration::default()
        };
        appstore.configure(&registration).await.unwrap();
        scene.configure(&json!({
            "sharedSecret": registration.shared_secret,
            "packageNames": [PACKAGE],
            "apiBaseUrl": appstore.rvs_base_url(),
        }));
        Self { scene, appstore }
    }

    /// A purchase that ada has claimed.
    async fn claimed(&self) -> Receipt {
        let wanted = NewPurchase::of("basic_term").in_sandbox().silently();
        let receipt = self.appstore.buy(&wanted).await.unwrap().receipt;
        self.named_by_product(&receipt).await;
        let ended = self.scene.claims(1, "ada", &submission(&receipt)).await;
        assert_eq!(ended, created());
        receipt
    }

    /// Another plan takes its place, and nobody tells so.
    async fn replaced(&self, old: &Receipt) -> Receipt {
        let options = Options::to_term("premium_term").silently();
        let changed = self
            .appstore
            .act(&old.receipt_id, Action::ChangeNow, &options);
        let new = changed.await.unwrap().receipt;
        self.named_by_product(&new).await;
        new
    }

    /// Answers name no plan, so that the offers' products are found by their parents.
    async fn named_by_product(&self, receipt: &Receipt) {
        let options = Options {
            hidden: vec!["termSku".to_owned()],
            ..Options::default()
        };
        let shown = self
            .appstore
            .act(&receipt.receipt_id, Action::Show, &options);
        shown.await.unwrap();
    }

    /// The store tells at last what the new receipt has replaced.
    async fn tells(&self, new: &Receipt, old: &Receipt) {
        let mut message = self.scene.notification(&submission(new), None);
        let replaced = ("cancelledReceiptId", old.receipt_id.as_str());
        let (name, id) = replaced;
        message
            .locator
            .details
            .insert(name.to_owned(), id.to_owned());
        assert_eq!(self.scene.verify(&[message]).await, 0);
    }
}

fn submission(receipt: &Receipt) -> Value {
    json!({"receiptId": receipt.receipt_id, "userId": receipt.user_id})
}

#[tokio::test]
async fn what_was_replaced_ends_when_it_is_told_after_the_app_s_word() {
    let shop = Amazon::start().await;
    let old = shop.claimed().await;
    let new = shop.replaced(&old).await;
    let ended = shop.scene.claims(2, "ada", &submission(&new)).await;
    assert_eq!(ended, created());

    for _again in 0..2 {
        shop.tells(&new, &old).await;
    }

    let before = shop.scene.subscription(&old.receipt_id).await;
    assert_eq!(before.state.status, Status::Expired);
    assert_eq!(before.ownership.sequence, 2, "its end is told once");
    let after = shop.scene.subscription(&new.receipt_id).await;
    assert_eq!(after.state.status, Status::Active);
    assert_ne!(
        after.ownership.subscription_id,
        before.ownership.subscription_id
    );
}

#[tokio::test]
async fn what_was_replaced_goes_on_when_it_is_told_before_the_app_s_word() {
    let shop = Amazon::start().await;
    let old = shop.claimed().await;
    let before = shop.scene.subscription(&old.receipt_id).await;
    let new = shop.replaced(&old).await;

    shop.tells(&new, &old).await;

    assert!(shop.scene.leads(&old.receipt_id, &new.receipt_id).await);
    let after = shop.scene.subscription(&new.receipt_id).await;
    assert_eq!(
        after.ownership.subscription_id,
        before.ownership.subscription_id
    );
    let known = parse_submission(Store::Amazon, &submission(&new)).unwrap();
    assert_eq!(after.purchase_key, known.locator.key);
}

#[tokio::test]
async fn what_only_the_next_look_up_needs_is_stored_with_the_locator_and_not_shown() {
    let shop = Amazon::start().await;
    let receipt = shop.claimed().await;
    let invalidated = shop
        .appstore
        .plainly(&receipt.receipt_id, Action::Invalidate);
    invalidated.await.unwrap();
    let check = shop.scene.check(&receipt.receipt_id).await;
    assert_eq!(shop.scene.verify(&[check]).await, 0);

    let stored = shop.scene.stored(&receipt.receipt_id).await.unwrap();
    let state = stored.subscription.state;
    assert_eq!(state.status, Status::Revoked);
    assert!(stored.locator.details.contains_key("endedAt"));
    assert!(!state.details.contains_key("endedAt"));
    assert!(state.details.contains_key("receiptId"));
}

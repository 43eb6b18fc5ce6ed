//! Samsung's invoices: many names of one subscription, many subscriptions in one answer.

use domain::Store;
use domain::validation::ClaimEffect;
use serde_json::{Value, json};
use store_simulator::samsung_tv::{Action, Configuration, NewPurchase, Renewals, SamsungTvControl};
use store_simulator::vizio::Plan;

use crate::scene::{Scene, created};

pub const APP: &str = "3201911000042";
pub const KEY: &str = "QmFzZTY0TG9va2luZ0RwaURlbW9LZXkwMDAwMDAwMDE=";

/// A scene with Samsung Checkout in it, where each renewal has an invoice of its own.
pub async fn samsung(more: &Value) -> (Scene, SamsungTvControl) {
    let scene = Scene::of(Store::SamsungTv).await;
    let control = scene.control.samsung_tv(APP);
    let registration = Configuration {
        security_key: KEY.to_owned(),
        products: vec![
            Plan::monthly("basic", "8.99", "USD"),
            Plan::monthly("premium", "12.99", "USD"),
        ],
        renewals: Renewals::AddInvoice,
        ..Configuration::default()
    };
    control.configure(&registration).await.unwrap();
    let mut config = json!({
        "appId": APP, "securityKey": KEY, "apiBaseUrl": control.api_base_url(),
        "requestsPerSecond": 50,
    });
    let fields = config.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    scene.configure(&config);
    (scene, control)
}

pub async fn bought(control: &SamsungTvControl, invoice: &str, customer: &str) {
    let wanted = NewPurchase::of("basic", customer).with_invoice(invoice);
    control.buy(&wanted).await.unwrap();
}

pub fn submission(invoice: &str, customer: &str) -> Value {
    json!({"invoiceId": invoice, "samsungCustomerId": customer, "countryCode": "US"})
}

/// The newest invoice of a purchase.
async fn newest(control: &SamsungTvControl, invoice: &str) -> String {
    let purchase = control.purchase(invoice).await.unwrap();
    purchase.invoices.last().unwrap().invoice_id.clone()
}

#[tokio::test]
async fn a_later_invoice_is_the_same_subscription() {
    let (scene, control) = samsung(&json!({})).await;
    bought(&control, "INV-1", "tv-1").await;
    let first = scene.claims(1, "ada", &submission("INV-1", "tv-1")).await;
    assert_eq!(first, created());
    control.plainly("INV-1", Action::Renew).await.unwrap();
    let later = newest(&control, "INV-1").await;
    assert_ne!(later, "INV-1");

    let same = scene.claims(2, "ada", &submission(&later, "tv-1")).await;
    let synchronized = ClaimEffect::SubscriptionSynchronized;
    assert_eq!(same, Some(Ok((synchronized, None))));
    assert_eq!(scene.of_customer("ada").await.len(), 1);

    let moved = scene.claims(3, "ben", &submission(&later, "tv-1")).await;
    let transferred = ClaimEffect::SubscriptionTransferred;
    assert_eq!(moved, Some(Ok((transferred, None))));
    let held = scene.subscription("INV-1").await;
    assert_eq!(held.ownership.customer_id.unwrap().as_str(), "ben");
}

#[tokio::test]
async fn two_invoices_submitted_at_once_make_one_subscription() {
    let (scene, control) = samsung(&json!({})).await;
    bought(&control, "INV-1", "tv-1").await;
    control.plainly("INV-1", Action::Renew).await.unwrap();
    let later = newest(&control, "INV-1").await;
    let both = [
        scene
            .submits(1, "ada", &submission("INV-1", "tv-1"), 0)
            .await,
        scene
            .submits(2, "ada", &submission(&later, "tv-1"), 0)
            .await,
    ];

    let again = scene.verify(&both).await;
    if again > 0 {
        scene.verify(&both).await;
    }

    assert!(matches!(scene.ended(1).await, Some(Ok(_))));
    assert!(matches!(scene.ended(2).await, Some(Ok(_))));
    assert_eq!(scene.of_customer("ada").await.len(), 1);
}

#[tokio::test]
async fn one_answer_refreshes_every_purchase_of_the_customer() {
    let (scene, control) = samsung(&json!({})).await;
    for (number, invoice) in [(1, "INV-A"), (2, "INV-B")] {
        bought(&control, invoice, "tv-1").await;
        let ended = scene
            .claims(number, "ada", &submission(invoice, "tv-1"))
            .await;
        assert_eq!(ended, created());
    }
    let ends = async |invoice| scene.subscription(invoice).await.state.period_end;
    let before = (ends("INV-A").await, ends("INV-B").await);
    for invoice in ["INV-A", "INV-B"] {
        control.plainly(invoice, Action::Renew).await.unwrap();
    }
    let lists = async || control.calls().await.unwrap().by_call["list"];
    let asked = lists().await;

    let check = scene.check("INV-A").await;
    let other = scene.check("INV-B").await;
    scene.verify(&[check]).await;

    assert!(ends("INV-A").await > before.0);
    assert!(ends("INV-B").await > before.1);
    // The other's own check came before: it is answered already.
    scene.verify(&[other]).await;
    assert_eq!(lists().await, asked + 1);
}

#[tokio::test]
async fn what_the_store_has_told_helps_the_next_look() {
    let (scene, control) = samsung(&json!({"secondOpinion": "strict"})).await;
    let replaced = json!({"renewals": "replaceInvoice"});
    control.reconfigure(&replaced).await.unwrap();
    bought(&control, "INV-1", "tv-1").await;
    let ended = scene.claims(1, "ada", &submission("INV-1", "tv-1")).await;
    assert_eq!(ended, created());
    let verified = async || control.calls().await.unwrap().by_call["verify"];
    assert_eq!(verified().await, 1);

    // The renewal's invoice takes the place of the one that was submitted.
    let renewed = control.plainly("INV-1", Action::Renew).await.unwrap();
    assert_ne!(renewed.purchase.invoices[0].invoice_id, "INV-1");
    let check = scene.check("INV-1").await;
    scene.verify(&[check]).await;

    let subscription = scene.subscription("INV-1").await;
    assert_eq!(
        (subscription.missing, subscription.ownership.billing_cycle),
        (None, 2)
    );
    assert_eq!(verified().await, 1, "the second opinion is for what is new");
}

//! What a broadcaster requires of claims of one store, beside the purchase key.

use axum::Router;
use domain::validation::ClaimEffect::{SubscriptionSynchronized, SubscriptionTransferred};
use domain::validation::ValidationFailure::{OwnedByAnotherCustomer, PurchaseNotFound};
use domain::{ClaimRule, SecondFactor, Store, TransferPolicy};
use serde_json::{Value, json};
use store_simulator::apple::{Forgery, Signing};

use crate::app_store::AppStore;
use crate::scene::{Ended, Scene, broadcaster, created};

const SUBSCRIPTION: &str = "88120044";
const INVOICE: &str = "VZINV-0002231";

/// Vizio, which has sold one subscription and names its invoice or doesn't.
async fn vizio(invoice: Option<&'static str>) -> Scene {
    let answer = json!({
        "subscriptionId": SUBSCRIPTION, "invoiceNumber": invoice, "status": "ACTIVE",
        "planCode": "basic", "autoRenew": true, "currentPeriodEnd": "2099-12-15T00:00:00Z",
    });
    let router = Router::new().fallback(move || async move { axum::Json(answer) });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let scene = Scene::of(Store::Vizio).await;
    scene.configure(&json!({
        "apiKey": "k", "partnerId": "p", "signingKeys": ["s"], "apiBaseUrl": address,
    }));
    scene
}

async fn rule(scene: &Scene, transfer: Option<TransferPolicy>, second_factor: SecondFactor) {
    rule_of(scene, Store::Vizio, transfer, second_factor).await;
}

async fn rule_of(
    scene: &Scene,
    store: Store,
    transfer: Option<TransferPolicy>,
    second_factor: SecondFactor,
) {
    let rule = ClaimRule {
        transfer,
        second_factor,
    };
    let table = scene.broadcasters();
    table
        .put_claim_rule(&broadcaster(), store, &rule)
        .await
        .unwrap();
}

fn with_invoice(invoice: Option<&str>) -> Value {
    json!({"subscriptionId": SUBSCRIPTION, "invoiceNumber": invoice})
}

fn succeeded(result: domain::validation::ClaimEffect) -> Ended {
    Some(Ok((result, None)))
}

#[tokio::test]
async fn without_a_rule_the_purchase_key_is_enough_and_the_purchase_moves() {
    let scene = vizio(Some(INVOICE)).await;
    assert_eq!(scene.claims(1, "ada", &with_invoice(None)).await, created());
    assert_eq!(
        scene.claims(2, "ben", &with_invoice(None)).await,
        succeeded(SubscriptionTransferred)
    );
}

#[tokio::test]
async fn a_required_invoice_number_has_to_be_the_store_s() {
    let scene = vizio(Some(INVOICE)).await;
    rule(&scene, None, SecondFactor::Required).await;
    for (number, guess) in [None, Some("VZINV-0002230"), Some("VZINV")]
        .into_iter()
        .enumerate()
    {
        let number = u128::try_from(number).unwrap();
        let ended = scene.claims(number, "ben", &with_invoice(guess)).await;
        assert_eq!(ended, Some(Err(PurchaseNotFound)), "{guess:?}");
    }
    assert!(scene.place(SUBSCRIPTION).await.is_none());
    let ended = scene.claims(10, "ada", &with_invoice(Some(INVOICE))).await;
    assert_eq!(ended, created());

    // What is known of the purchase by now does not stand in for what a claim shows.
    let guessed = scene.claims(11, "cal", &with_invoice(None)).await;
    assert_eq!(guessed, Some(Err(PurchaseNotFound)));
    let again = scene.claims(12, "ada", &with_invoice(None)).await;
    assert_eq!(again, succeeded(SubscriptionSynchronized));
    let shown = scene.claims(13, "ben", &with_invoice(Some(INVOICE))).await;
    assert_eq!(shown, succeeded(SubscriptionTransferred));
}

#[tokio::test]
async fn an_invoice_number_that_the_store_does_not_name_proves_nothing() {
    let scene = vizio(None).await;
    rule(&scene, None, SecondFactor::Required).await;
    let ended = scene.claims(1, "ada", &with_invoice(Some(INVOICE))).await;
    assert_eq!(ended, Some(Err(PurchaseNotFound)));
}

#[tokio::test]
async fn a_required_signed_transaction_has_to_be_apple_s() {
    let shop = AppStore::start().await;
    let scene = &shop.scene;
    rule_of(scene, Store::Apple, None, SecondFactor::Required).await;
    let forged = shop.signed(&Signing::forged(Forgery::OwnRoot)).await;
    let other = Signing::default().with("bundleId", json!("com.example.other"));
    let of_another_app = shop.signed(&other).await;
    for (number, body) in (1..).zip([shop.body(), forged, of_another_app]) {
        // A proof is no part of a submission's identity: each customer submits once.
        let customer = number.to_string();
        let ended = scene.claims(number, &customer, &body).await;
        assert_eq!(ended, Some(Err(PurchaseNotFound)), "{number}");
    }
    let signed = shop.signed(&Signing::default()).await;
    assert_eq!(scene.claims(10, "ada", &signed).await, created());

    // The holder has shown it.
    let again = scene.claims(11, "ada", &shop.body()).await;
    assert_eq!(again, succeeded(SubscriptionSynchronized));
    let guessed = scene.claims(12, "ben", &shop.body()).await;
    assert_eq!(guessed, Some(Err(PurchaseNotFound)));
    let shown = scene.claims(13, "ben", &signed).await;
    assert_eq!(shown, succeeded(SubscriptionTransferred));
}

#[tokio::test]
async fn purchases_that_a_customer_takes_from_others_are_counted() {
    let scene = vizio(Some(INVOICE)).await;
    let body = with_invoice(None);
    for (number, customer) in [(1, "ada"), (2, "ben"), (3, "ada"), (4, "ben"), (5, "ben")] {
        let ended = scene.claims(number, customer, &body).await;
        assert!(matches!(ended, Some(Ok(_))), "{ended:?}");
    }
    let purchases = scene.purchases();
    let now = cloud::clock::now();
    for (customer, counted) in [("ben", 2), ("ada", 1), ("eve", 0)] {
        let customer = domain::CustomerId::new(customer).unwrap();
        let count = purchases
            .count_transfer(&broadcaster(), &customer, now)
            .await;
        assert_eq!(count.unwrap(), counted + 1, "{customer}");
    }
}

#[tokio::test]
async fn one_store_s_rule_on_transfers_counts_before_the_broadcaster_s() {
    let scene = vizio(Some(INVOICE)).await;
    rule(&scene, Some(TransferPolicy::Refuse), SecondFactor::Optional).await;
    let body = with_invoice(None);
    assert_eq!(scene.claims(1, "ada", &body).await, created());
    let refused = scene.claims(2, "ben", &body).await;
    assert_eq!(refused, Some(Err(OwnedByAnotherCustomer)));
    rule(&scene, Some(TransferPolicy::Move), SecondFactor::Optional).await;
    let moved = scene.claims(3, "ben", &body).await;
    assert_eq!(moved, succeeded(SubscriptionTransferred));
}

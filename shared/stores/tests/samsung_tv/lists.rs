//! The purchase list: pages, check values, and which invoice holds.

use serde_json::json;
use store_simulator::samsung_tv::{Action, Renewals};
use stores::LookUpError;

use crate::scene::{INVOICE, MONTHLY, PREMIUM, Scene, state, submitted};

#[tokio::test]
async fn all_pages_are_read() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    for number in 2..=5 {
        scene.sells(PREMIUM, &format!("UP{number}")).await;
    }
    let seen = scene.look(&json!({}), &submitted("UP5")).await.unwrap();
    assert_eq!(state(seen).product_id, PREMIUM);
    let calls = scene.store.calls().await.unwrap();
    assert_eq!((calls.by_call["list"], calls.by_call["verify"]), (3, 1));
}

#[tokio::test]
async fn a_renewal_may_extend_the_invoice_add_one_or_replace_it() {
    for renewals in [
        Renewals::ExtendInvoice,
        Renewals::AddInvoice,
        Renewals::ReplaceInvoice,
    ] {
        let scene = Scene::set(renewals).await;
        let known = scene.known().await;
        scene.happens(Action::Renew).await;
        scene.happens(Action::Renew).await;
        let seen = scene.look(&json!({}), &known).await.unwrap();
        assert_eq!(seen.purchase_key.as_str(), INVOICE);
        let state = state(seen);
        assert_eq!(state.period_end.to_string(), "2027-02-05T09:30:00Z");
        assert_eq!(state.details, known.details);
        let started = state.started_at.map(|at| at.to_string());
        assert_eq!(started.as_deref(), Some("2026-11-05T09:30:00Z"));
    }
}

#[tokio::test]
async fn a_reserved_product_shows_at_the_renewal() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    let known = scene.known().await;
    let reserve = scene
        .store
        .change_product(INVOICE, Action::Reserve, PREMIUM);
    reserve.await.unwrap();
    let product = async || state(scene.look(&json!({}), &known).await.unwrap()).product_id;
    assert_eq!(product().await, MONTHLY);
    scene.happens(Action::Renew).await;
    assert_eq!(product().await, PREMIUM);
}

#[tokio::test]
async fn each_invoice_names_the_same_subscription_and_has_its_alias() {
    let scene = Scene::set(Renewals::AddInvoice).await;
    scene.happens(Action::Renew).await;
    scene.happens(Action::Renew).await;
    let purchase = scene.store.purchase(INVOICE).await.unwrap();
    assert_eq!(purchase.invoices.len(), 3);
    for invoice in purchase.invoices {
        let locator = submitted(&invoice.invoice_id);
        let seen = scene.look(&json!({}), &locator).await.unwrap();
        assert_eq!(seen.purchase_key, locator.key);
        let alias = seen.alias.clone().unwrap();
        assert_eq!(alias.as_str(), "SubscriptionId=SUB-70001");
        let state = state(seen);
        assert_eq!(state.period_end.to_string(), "2027-02-05T09:30:00Z");
        assert_eq!(state.details["invoiceId"], invoice.invoice_id);
        assert_eq!(state.details["subscriptionId"], "SUB-70001");
    }
}

#[tokio::test]
async fn what_is_known_keeps_its_first_invoice_for_a_name() {
    let scene = Scene::set(Renewals::AddInvoice).await;
    scene.happens(Action::Renew).await;
    let purchase = scene.store.purchase(INVOICE).await.unwrap();
    let later = &purchase.last().unwrap().invoice_id;
    let mut known = scene.known().await;
    known.details.insert("invoiceId".to_owned(), later.clone());
    let seen = scene.look(&json!({}), &known).await.unwrap();
    assert_eq!(seen.purchase_key.as_str(), INVOICE);
    assert_eq!(state(seen).details["invoiceId"], INVOICE);
}

#[tokio::test]
async fn another_customer_or_country_does_not_know_the_purchase() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    for (name, value) in [("samsungCustomerId", "somebody"), ("countryCode", "DE")] {
        let mut locator = submitted(INVOICE);
        locator.details.insert(name.to_owned(), value.to_owned());
        let seen = scene.look(&json!({}), &locator).await;
        assert_eq!(seen, Err(LookUpError::NotFound), "{name}");
    }
}

#[tokio::test]
async fn a_wrong_check_value_counts_by_the_switch() {
    let scene = Scene::set(Renewals::ExtendInvoice).await;
    let forged = json!({"wrongCheckValues": true});
    scene.store.reconfigure(&forged).await.unwrap();
    for (switch, accepted) in [("strict", false), ("warn", true), ("off", true)] {
        let changes = json!({"responseCheckValue": switch});
        let seen = scene.look(&changes, &submitted(INVOICE)).await;
        assert_eq!(seen.is_ok(), accepted, "{switch}");
        if let Err(error) = seen {
            assert_eq!(error.kind(), "malformed");
        }
    }
}

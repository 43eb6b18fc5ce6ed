//! How purchases are found, by the simulator.

use domain::Status;
use serde_json::json;
use store_simulator::stripe::Configuration;
use store_simulator::stripe::model::{Action, NewCheckout, Options};
use stores::LookUpError;

use super::shop::Shop;
use crate::scene::{known, locator};

#[tokio::test]
async fn every_id_of_a_purchase_leads_to_it() {
    let shop = Shop::open().await;
    for wanted in [
        NewCheckout::subscription("price_basic"),
        NewCheckout::rental("price_film"),
    ] {
        let purchase = shop.control.buy(&wanted).await.unwrap().purchase;
        let invoices = purchase.invoices.iter().map(|one| one.invoice_id.as_str());
        let intents = purchase
            .payment_intents
            .iter()
            .map(|one| one.payment_intent_id.as_str());
        let charges = purchase.charges.iter().map(|one| one.charge_id.as_str());
        let ids = invoices.chain(intents).chain(charges);
        for id in ids.chain([purchase.id.as_str(), purchase.session_id()]) {
            assert_eq!(
                shop.look(id).await.purchase_key.as_str(),
                purchase.id,
                "{id}"
            );
        }
    }
}

#[tokio::test]
async fn a_checkout_waits_for_a_delayed_payment() {
    let shop = Shop::open().await;
    for wanted in [
        NewCheckout::subscription("price_basic"),
        NewCheckout::rental("price_film"),
    ] {
        let purchase = shop.control.buy(&wanted.delayed()).await.unwrap().purchase;
        let session = purchase.session_id();
        assert_eq!(shop.state(session).await.status, Status::Pending);
        shop.plainly(&purchase.id, Action::AsyncPaymentSucceeds)
            .await;
        assert_eq!(shop.state(session).await.status, Status::Active);
    }
}

#[tokio::test]
async fn what_cost_nothing_was_bought_all_the_same() {
    let shop = Shop::open().await;
    let free = NewCheckout::subscription("price_basic").at_no_cost();
    let id = shop.sell(&free).await;
    assert_eq!(shop.state(&id).await.status, Status::Active);
    let free = NewCheckout::rental("price_film").at_no_cost();
    let rental = shop.control.buy(&free).await.unwrap().purchase;
    let state = shop.state(rental.session_id()).await;
    assert_eq!(
        (state.status, &*state.product_id),
        (Status::Active, "prod_film")
    );
}

#[tokio::test]
async fn the_reference_of_the_checkout_binds_where_it_is_believed() {
    let wanted = NewCheckout::subscription("price_basic").with_client_reference("cust-7");
    for (believed, expected) in [(true, Some("7")), (false, None)] {
        let shop = Shop::open().await.configured(json!({
            "accountIdPattern": "cust-{customerId}", "clientReferenceBinds": believed,
        }));
        let id = shop.sell(&wanted).await;
        let account = shop.look(&id).await.account;
        assert_eq!(account.as_ref().map(domain::CustomerId::as_str), expected);
    }
}

#[tokio::test]
async fn further_items_are_read() {
    let shop = Shop::with(Configuration {
        inline_items: 1,
        ..Configuration::default()
    })
    .await;
    let shop = shop.configured(json!({"products": ["prod_premium"]}));
    let id = shop.basic().await;
    let error = shop.look_at(&locator(&id)).await.unwrap_err();
    assert_eq!(error.kind(), "rejected");
    shop.act(&id, Action::AddItem, &Options::to_price("price_premium"))
        .await;
    assert_eq!(shop.state(&id).await.product_id, "prod_premium");
}

#[tokio::test]
async fn older_versions_of_the_api_say_the_same() {
    let mut shop = Shop::open().await;
    let id = shop.basic().await;
    shop.plainly(&id, Action::Renew).await;
    let state = shop.state(&id).await;
    let versions = [
        "2024-04-10",
        "2024-09-30.acacia",
        "2025-03-31.basil",
        "2026-03-25.dahlia",
    ];
    for version in versions {
        shop = shop.configured(json!({ "apiVersion": version }));
        assert_eq!(shop.state(&id).await, state, "{version}");
    }
}

#[tokio::test]
async fn what_is_of_the_other_mode_is_not_found() {
    let shop = Shop::open().await;
    let test = NewCheckout::subscription("price_basic").in_test_mode();
    let id = shop.sell(&test).await;
    assert_eq!(
        shop.look_at(&locator(&id)).await,
        Err(LookUpError::NotFound)
    );
}

#[tokio::test]
async fn a_resubscription_is_another_purchase() {
    let shop = Shop::open().await;
    let id = shop.basic().await;
    shop.plainly(&id, Action::CancelNow).await;
    let outcome = shop
        .control
        .plainly(&id, Action::Resubscribe)
        .await
        .unwrap();
    let new = shop.look(&outcome.purchase.id).await;
    assert_ne!(new.purchase_key.as_str(), id);
    assert_eq!(
        (&new.replaces, known(new.clone()).status),
        (&None, Status::Active)
    );
    assert_eq!(shop.state(&id).await.status, Status::Expired);
}

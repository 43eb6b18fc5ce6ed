//! What keeps an account in order, by the simulator.

use std::time::Duration;

use domain::{ConfigRules, Environment, Store};
use serde_json::json;
use store_simulator::stripe::{ApiKey, Configuration, Permission};
use store_simulator::{Chance, DeliveryFaults, Faults};
use stores::StoreConfig;

use super::shop::{KEY, SECRET, Shop};

#[tokio::test]
async fn what_nobody_took_is_listed() {
    let shop = Shop::open().await;
    let began = shop.now().await;
    let lost = Faults {
        delivery: DeliveryFaults {
            drop: Chance::ALWAYS,
            ..DeliveryFaults::default()
        },
        ..Faults::default()
    };
    shop.control.set_faults(&lost).await.unwrap();
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(shop.basic().await);
    }
    shop.control.flush(Duration::from_secs(20)).await.unwrap();
    shop.control.advance_clock(60).await.unwrap();
    let (config, until) = (shop.config(), shop.now().await);
    let (mut found, mut page) = (Vec::new(), None::<String>);
    loop {
        let read = config.undelivered(&shop.context, began, until, page.as_deref());
        let read = read.await.unwrap();
        found.extend(read.notifications);
        page = read.next;
        if page.is_none() {
            break;
        }
    }
    for id in ids {
        let told = found.iter().filter(|told| told.locator.key.as_str() == id);
        let kinds: Vec<_> = told.map(|told| told.kind.as_str()).collect();
        assert!(
            kinds.contains(&"customer.subscription.created"),
            "{kinds:?}"
        );
        assert!(kinds.contains(&"invoice.paid"), "{kinds:?}");
    }
    let nothing = config
        .undelivered(&shop.context, until, until, None)
        .await
        .unwrap();
    assert!(nothing.notifications.is_empty());
}

#[tokio::test]
async fn a_restricted_key_is_told_what_it_lacks() {
    let narrow = [Permission::Subscriptions, Permission::Invoices];
    let shop = Shop::with(Configuration {
        api_keys: vec![ApiKey::restricted("rk_live_narrow", narrow)],
        ..Configuration::default()
    })
    .await;
    let lacking = async |key: &str| {
        let mut json = json!({"apiKey": key, "signingSecrets": [SECRET],
            "apiBaseUrl": shop.control.base_url()});
        json["timeoutSeconds"] = json!(5);
        let rules = ConfigRules { local_stack: true };
        let config = StoreConfig::parse(Store::Stripe, &json, Environment::Production, &rules);
        let findings = config.unwrap().check(&shop.context, shop.now().await).await;
        let wrong = findings
            .into_iter()
            .filter(|finding| finding.ok != Some(true));
        wrong.map(|finding| finding.message).collect::<Vec<_>>()
    };
    assert_eq!(lacking(KEY).await, Vec::<String>::new());
    let narrow = lacking("rk_live_narrow").await;
    assert!(
        narrow.iter().any(|what| what.starts_with("Events: ")),
        "{narrow:?}"
    );
    assert!(
        !narrow.iter().any(|what| what.starts_with("Invoices")),
        "{narrow:?}"
    );
    assert_eq!(lacking("rk_live_withdrawn").await.len(), 1);
}

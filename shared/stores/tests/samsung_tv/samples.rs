//! What Samsung publishes as a sample.

use domain::{ConfigRules, Environment, Status, Store};
use serde_json::{Value, json};
use store_simulator::samsung_tv::Renewals;
use stores::{ConnectorContext, StoreConfig};

use crate::published::{assert_alike, published};
use crate::scene::{APP, CUSTOMER, INVOICE, Scene, settings, state, submitted};
use crate::scripted::{Reply, Server};

#[tokio::test]
async fn the_published_list_is_read() {
    let list = published("samsung_tv/invoices");
    let server = Server::start(move |_| Reply::json(&list)).await;
    let settings = settings(&json!({
        "apiBaseUrl": server.address, "responseCheckValue": "off", "secondOpinion": "off",
    }));
    let rules = ConfigRules { local_stack: true };
    let config = StoreConfig::parse(Store::SamsungTv, &settings, Environment::Sandbox, &rules);
    let (config, now) = (config.unwrap(), "2026-11-20T00:00:00Z".parse().unwrap());
    let context = ConnectorContext::new().unwrap();
    let looked = config.look_up(&context, &submitted(INVOICE), now).await;
    let seen = state(looked.unwrap().snapshot);
    assert_eq!(seen.status, Status::Active);
    assert_eq!(seen.period_end, "2026-12-05T09:30:00Z".parse().unwrap());
}

/// What the simulator answers about the customer's purchase.
async fn simulated(scene: &Scene, call: &str, changes: &Value) -> Value {
    let mut body = json!({"AppID": APP, "CustomID": CUSTOMER, "CountryCode": "US"});
    let fields = body.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    let url = format!("{}/invoice/{call}", scene.store.api_base_url());
    let http = https::client(|builder| builder).unwrap();
    let answer = http.post(url).json(&body).send().await.unwrap();
    answer.json().await.unwrap()
}

#[tokio::test]
async fn the_simulator_writes_the_like() {
    let scene = Scene::set(Renewals::AddInvoice).await;
    simulated(&scene, "apply", &json!({"InvoiceID": INVOICE})).await;
    let check_value = "BFc7QMYuNzrLB5aZJMESA7kz2fGgkMA7+zTUz55m1jE=";
    let page = json!({"ItemType": "2", "PageNumber": 1, "CheckValue": check_value});
    let list = simulated(&scene, "list", &page).await;
    assert_alike(&published("samsung_tv/invoices"), &list);
}

//! What a look at one purchase says of the customer's other subscriptions.

use domain::{ConfigRules, Reading, Status, Store, StoreSnapshot};
use serde_json::{Value, json};
use store_simulator::samsung_tv::{Action, NewPurchase, Renewals};
use stores::{ConnectorContext, StoreConfig};

use crate::scene::{CUSTOMER, INVOICE, MONTHLY, PREMIUM, Scene, settings, state, submitted};
use crate::scripted::{Reply, Server};

fn keys(others: &[StoreSnapshot]) -> Vec<&str> {
    others.iter().map(|o| o.purchase_key.as_str()).collect()
}

#[tokio::test]
async fn each_is_said_once_by_its_first_invoice() {
    let scene = Scene::set(Renewals::AddInvoice).await;
    scene.sells(PREMIUM, "UP2").await;
    scene.sells(MONTHLY, "UP3").await;
    let renew = scene.store.plainly("UP2", Action::Renew);
    renew.await.unwrap();
    let later = scene.store.purchase("UP2").await.unwrap();
    let later = &later.last().unwrap().invoice_id;

    let others = scene.others(&json!({}), &submitted(INVOICE)).await;
    assert_eq!(keys(&others), ["UP2", "UP3"]);
    let others = scene.others(&json!({}), &submitted(later)).await;
    assert_eq!(keys(&others), [INVOICE, "UP3"]);
}

#[tokio::test]
async fn it_is_the_snapshot_that_its_own_submission_would_give() {
    let scene = Scene::set(Renewals::AddInvoice).await;
    scene.sells(PREMIUM, "UP2").await;
    let cancel = scene.store.plainly("UP2", Action::Cancel);
    cancel.await.unwrap();
    let others = scene.others(&json!({}), &submitted(INVOICE)).await;
    let own = scene.look(&json!({}), &submitted("UP2")).await.unwrap();
    assert_eq!(others, std::slice::from_ref(&own));
    let alias = own.alias.clone().unwrap();
    assert_eq!(alias.as_str(), "SubscriptionId=SUB-70002");
    let state = state(own);
    assert_eq!(state.status, Status::Cancelled);
    let details = json!({"invoiceId": "UP2", "subscriptionId": "SUB-70002",
        "samsungCustomerId": CUSTOMER, "countryCode": "US"});
    assert_eq!(json!(state.details), details);
}

#[tokio::test]
async fn another_customers_are_not_said() {
    let scene = Scene::set(Renewals::AddInvoice).await;
    let wanted = NewPurchase::of(MONTHLY, "somebody").with_invoice("UP2");
    scene.store.buy(&wanted).await.unwrap();
    assert_eq!(scene.others(&json!({}), &submitted(INVOICE)).await, []);
}

#[tokio::test]
async fn nobody_is_asked_about_them_besides_and_nothing_is_reported() {
    let scene = Scene::set(Renewals::AddInvoice).await;
    scene.sells(PREMIUM, "UP2").await;
    let wanted = json!({"autoApply": true});
    let known = scene.known().await;
    scene.others(&wanted, &known).await;
    let calls = scene.store.calls().await.unwrap().by_call;
    let counts = (calls["list"], calls["verify"], calls["apply"]);
    assert_eq!(counts, (2, 1, 1));
}

#[tokio::test]
async fn what_cannot_be_read_is_left_out_and_hides_nothing() {
    let broken = [
        json!({"ItemID": null}),
        json!({"OrderTime": "yesterday"}),
        json!({"CancelStatus": 7}),
        json!({"InvoiceID": "SubscriptionId=SUB-1"}),
        json!({"SubscriptionInfo": {"SubscriptionId": "SUB-2", "SubsStatus": "00"}}),
        json!({"SubscriptionInfo": info(None, "00")}),
    ];
    for changes in broken {
        let second = entry("UP2", "SUB-2", &changes);
        let list = [entry(INVOICE, "SUB-1", &json!({})), second];
        let others = others_of(&list).await.unwrap();
        assert_eq!(others, [], "{changes}");
    }
    let whole = entry("UP2", "SUB-2", &json!({}));
    let list = [entry(INVOICE, "SUB-1", &json!({})), whole];
    assert_eq!(keys(&others_of(&list).await.unwrap()), ["UP2"]);
}

#[tokio::test]
async fn one_of_an_unknown_status_is_said_to_be_that() {
    let second = json!({"SubscriptionInfo": info(Some("SUB-2"), "07")});
    let list = [
        entry(INVOICE, "SUB-1", &json!({})),
        entry("UP2", "SUB-2", &second),
    ];
    let others = others_of(&list).await.unwrap();
    assert_eq!(keys(&others), ["UP2"]);
    assert_eq!(others[0].reading, Reading::UnknownStatus("07".to_owned()));
}

#[tokio::test]
async fn one_unreadable_invoice_of_the_purchase_itself_hides_it() {
    let renewal = entry("UP2", "SUB-1", &json!({"OrderTime": "yesterday"}));
    let list = [entry(INVOICE, "SUB-1", &json!({})), renewal];
    assert_eq!(others_of(&list).await.unwrap_err(), "malformed");
}

fn info(subscription_id: Option<&str>, status: &str) -> Value {
    json!({
        "SubscriptionId": subscription_id, "SubsStatus": status,
        "SubsStartTime": "20261105093000", "SubsEndTime": "20261205093000",
    })
}

/// An entry of a list as it should be, with `changes` on top.
fn entry(invoice_id: &str, subscription_id: &str, changes: &Value) -> Value {
    let mut entry = json!({
        "InvoiceID": invoice_id, "ItemID": MONTHLY, "ItemType": 4, "OrderTime": "20261105093000",
        "SubscriptionInfo": info(Some(subscription_id), "00"),
    });
    let fields = entry.as_object_mut().unwrap();
    fields.extend(changes.as_object().unwrap().clone());
    entry
}

/// Asks a store that has just this list for the purchase of [`INVOICE`].
async fn others_of(list: &[Value]) -> Result<Vec<StoreSnapshot>, &'static str> {
    let answer = json!({"CPStatus": "100000", "CPResult": "EOF", "InvoiceDetails": list});
    let server = Server::start(move |_| Reply::json(&answer)).await;
    let rules = ConfigRules { local_stack: true };
    let changes =
        json!({"apiBaseUrl": server.address, "responseCheckValue": "off", "secondOpinion": "off"});
    let environment = domain::Environment::Sandbox;
    let config = StoreConfig::parse(Store::SamsungTv, &settings(&changes), environment, &rules);
    let now = "2026-11-20T00:00:00Z".parse().unwrap();
    let (context, locator) = (ConnectorContext::new().unwrap(), submitted(INVOICE));
    let looked = config.unwrap().look_up(&context, &locator, now).await;
    looked.map(|l| l.others).map_err(|error| error.kind())
}

//! The simulated Samsung Checkout over HTTP: its responses, always with status 200.
#![expect(
    clippy::unwrap_used,
    reason = "the lints allow them in test functions, but not in what those call"
)]

use serde_json::{Value, json};
use store_simulator::{
    Control, Faults, LookupFault, RunningSimulator, Simulator,
    samsung_tv::{
        Action, Configuration, NewPurchase, Renewals, SamsungTvControl, UNKNOWN_APPLICATION,
        UNKNOWN_INVOICE, WRONG_CHECK_VALUE, WRONG_STATUS,
    },
    vizio::Plan,
};

const APP: &str = "3201911000042";
const KEY: &str = "QmFzZTY0TG9va2luZ0RwaURlbW9LZXkwMDAwMDAwMDE=";
const CUSTOMER: &str = "u7Qx81mZp0";
const INVOICE: &str = "UP0126110500012345";
const ITEM: &str = "DP990000000101";

/// Check value of the first page of all purchases of the customer in the US.
const CHECK_VALUE: &str = "BFc7QMYuNzrLB5aZJMESA7kz2fGgkMA7+zTUz55m1jE=";

struct Scene {
    store: SamsungTvControl,
    _simulator: RunningSimulator,
}

impl Scene {
    async fn set() -> Self {
        let simulator = Simulator::start(([127, 0, 0, 1], 0).into()).await.unwrap();
        let store = Control::new(simulator.base_url()).samsung_tv(APP);
        let configuration = Configuration {
            security_key: KEY.to_owned(),
            products: vec![Plan::monthly(ITEM, "8.99", "USD")],
            clock_start: Some("2026-11-05T09:30:00Z".parse().unwrap()),
            clock_frozen: true,
            ..Configuration::default()
        };
        store.configure(&configuration).await.unwrap();
        Self {
            store,
            _simulator: simulator,
        }
    }

    async fn bought() -> Self {
        let scene = Self::set().await;
        let wanted = NewPurchase::of(ITEM, CUSTOMER).with_invoice(INVOICE);
        scene.store.buy(&wanted).await.unwrap();
        scene
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let client = https::client(|builder| builder).unwrap();
        let url = format!("{}{path}", self.store.api_base_url());
        let response = client.post(url).json(body).send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or_default())
    }

    async fn list(&self, changes: &Value) -> Value {
        let mut body = json!({"AppID": APP, "CustomID": CUSTOMER, "CountryCode": "US",
            "ItemType": "2", "PageNumber": 1, "CheckValue": CHECK_VALUE});
        let fields = body.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        let (status, answer) = self.post("/invoice/list", &body).await;
        assert_eq!(status, 200);
        answer
    }

    async fn about(&self, path: &str, invoice: &str) -> Value {
        let body = json!({"AppID": APP, "InvoiceID": invoice, "CustomID": CUSTOMER,
            "CountryCode": "US"});
        let (status, answer) = self.post(path, &body).await;
        assert_eq!(status, 200);
        answer
    }
}

#[tokio::test]
async fn the_list_shows_a_purchase_as_documented() {
    let scene = Scene::bought().await;
    let answer = scene.list(&json!({})).await;
    assert_eq!(answer["CPStatus"], "100000");
    assert_eq!(
        (&answer["CPResult"], &answer["TotalCount"]),
        (&json!("EOF"), &json!(1))
    );
    let expected = json!({
        "Seq": 1, "InvoiceID": INVOICE, "ItemID": ITEM, "ItemTitle": ITEM, "ItemType": 4,
        "OrderTime": "20261105093000", "Price": 8.99, "OrderCurrencyID": "USD",
        "CancelStatus": false, "AppliedStatus": false,
        "SubscriptionInfo": {
            "SubscriptionId": "SUB-70001", "SubsStartTime": "20261105093000",
            "SubsEndTime": "20261205093000", "SubsStatus": "00",
        },
    });
    assert_eq!(answer["InvoiceDetails"], json!([expected]));
}

#[tokio::test]
async fn numbers_may_be_texts_and_pages_follow_each_other() {
    let scene = Scene::bought().await;
    scene
        .store
        .reconfigure(&json!({"pageSize": 1}))
        .await
        .unwrap();
    let second = NewPurchase::of(ITEM, CUSTOMER);
    scene.store.buy(&second).await.unwrap();
    let forms = json!({"ItemType": 2, "PageNumber": "1"});
    let answer = scene.list(&forms).await;
    assert_eq!(answer["CPResult"], "hasNext:TRUE");
    assert_eq!(answer["InvoiceDetails"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn failures_are_answered_with_200_and_a_code() {
    let scene = Scene::bought().await;
    let code = async |changes: Value| scene.list(&changes).await["CPStatus"].clone();
    assert_eq!(code(json!({"AppID": "other"})).await, UNKNOWN_APPLICATION);
    assert_eq!(code(json!({"CheckValue": "x"})).await, WRONG_CHECK_VALUE);
    assert_eq!(code(json!({"CountryCode": "DE"})).await, WRONG_CHECK_VALUE);
    for path in ["/invoice/verify", "/invoice/apply", "/subscription/cancel"] {
        assert_eq!(
            scene.about(path, "UP-none").await["CPStatus"],
            UNKNOWN_INVOICE
        );
    }
    let none = Scene::set().await.list(&json!({})).await;
    assert_eq!(none["CPStatus"], "100000");
    assert_eq!(none["CPResult"], "Your Invoice Not Found");
}

#[tokio::test]
async fn verify_apply_and_cancel() {
    let scene = Scene::bought().await;
    let verified = scene.about("/invoice/verify", INVOICE).await;
    let expected = json!({"CPStatus": "100000", "CPResult": "SUCCESS", "AppID": APP,
        "InvoiceID": INVOICE});
    assert_eq!(verified, expected);

    let applied = scene.about("/invoice/apply", INVOICE).await;
    assert_eq!(applied["AppliedTime"], "20261105093000");
    scene.store.advance_clock(60).await.unwrap();
    assert_eq!(scene.about("/invoice/apply", INVOICE).await, applied);
    let listed = scene.list(&json!({})).await;
    assert_eq!(listed["InvoiceDetails"][0]["AppliedTime"], "20261105093000");

    let cancelled = scene.about("/subscription/cancel", INVOICE).await;
    assert_eq!(cancelled["SubsStatus"], "04");
    let again = scene.about("/subscription/cancel", INVOICE).await;
    assert_eq!(again["CPStatus"], WRONG_STATUS);
}

#[tokio::test]
async fn renewals_show_in_three_ways() {
    for (renewals, invoices) in [
        (Renewals::ExtendInvoice, 1),
        (Renewals::AddInvoice, 3),
        (Renewals::ReplaceInvoice, 1),
    ] {
        let scene = Scene::bought().await;
        let change = json!({ "renewals": renewals });
        scene.store.reconfigure(&change).await.unwrap();
        for _ in 0..2 {
            scene
                .store
                .plainly("SUB-70001", Action::Renew)
                .await
                .unwrap();
        }
        let purchase = scene.store.purchase("SUB-70001").await.unwrap();
        assert_eq!(purchase.invoices.len(), invoices);
        assert_eq!(purchase.end().to_string(), "2027-02-05T09:30:00Z");
        let kept = purchase.invoices[0].invoice_id == INVOICE;
        assert_eq!(kept, renewals != Renewals::ReplaceInvoice);
    }
}

#[tokio::test]
async fn faults_replace_the_answer_and_calls_are_counted() {
    let scene = Scene::bought().await;
    let faults = Faults {
        lookup: vec![LookupFault::status(503).times(1).of_subscription(CUSTOMER)],
        ..Faults::default()
    };
    scene.store.set_faults(&faults).await.unwrap();
    let body = json!({"AppID": APP, "CustomID": CUSTOMER});
    assert_eq!(scene.post("/invoice/list", &body).await.0, 503);
    scene.list(&json!({})).await;
    let calls = scene.store.calls().await.unwrap();
    assert_eq!((calls.total, calls.by_call["list"]), (2, 2));
    assert_eq!(
        (calls.by_outcome["http 503"], calls.by_outcome["100000"]),
        (1, 1)
    );
}

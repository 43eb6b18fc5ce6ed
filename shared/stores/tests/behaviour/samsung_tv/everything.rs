//! Everything that Samsung could possibly say, in more forms than the simulator has.

use aws_lc_rs::hmac;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{Store, StoreSnapshot};
use serde_json::{Value, json};
use stores::{ConnectorContext, parse_submission};
use tokio::net::TcpListener;

use super::{INVOICE, KEY, configured};

/// The fields that an answer need not have.
pub(super) const OPTIONAL: &[&str] = &[
    "Seq",
    "ItemTitle",
    "Price",
    "OrderCurrencyID",
    "AppliedStatus",
    "AppliedTime",
    "CancelStatus",
    "SubsStartTime",
];

/// Every status that is known and some that are not, before and after the end, taken back or
/// not, with words besides that other stores use.
pub(super) async fn said() -> Vec<StoreSnapshot> {
    let address = say_whatever_is_asked().await;
    let config = configured(&address, &json!({"secondOpinion": "off"}));
    let context = ConnectorContext::new().unwrap();
    let mut said = Vec::new();
    for word in ["00", "01", "02", "03", "04", "05", "06", "99", "TRIAL"] {
        for end in ["20261105093000", "20261204093000", "20271205093000"] {
            for cancelled in [false, true] {
                let body = json!({
                    "invoiceId": INVOICE, "countryCode": "US",
                    "samsungCustomerId": format!("{word} {end} {cancelled}"),
                });
                let locator = parse_submission(Store::SamsungTv, &body).unwrap().locator;
                let now = "2026-12-05T09:30:00Z".parse().unwrap();
                let seen = config.look_up(&context, &locator, now).await;
                said.push(seen.unwrap().snapshot);
            }
        }
    }
    said
}

/// A store that says of a customer what their id spells: a status, an end, and whether the sale was
/// taken back. Ends with the test's runtime.
async fn say_whatever_is_asked() -> String {
    let say = |Json(asked): Json<Value>| async move {
        let spelled = asked["CustomID"].as_str().unwrap().to_owned();
        let words: Vec<&str> = spelled.split(' ').collect();
        Json(json!({
            "CPStatus": "100000", "CPResult": "EOF", "TotalCount": 1,
            "CheckValue": check_value("100000EOF1DP990000000101"),
            "InvoiceDetails": [{
                "InvoiceID": INVOICE, "ItemID": "DP990000000101", "ItemType": 4,
                "OrderTime": "20261105093000", "CancelStatus": words[2], "AppliedStatus": false,
                "IsTrial": true, "Test": true, "PausedTime": "20261105093000",
                "Prepaid": true, "ReplacedInvoiceID": "UP-1",
                "SubscriptionInfo": {
                    "SubscriptionId": "SUB-70012", "SubsStartTime": "20261105093000",
                    "SubsEndTime": words[1], "SubsStatus": words[0],
                    "GraceEndTime": "20270105093000", "NextItemID": "DP990000000102",
                },
            }],
        }))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/invoice/list", axum::routing::post(say));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

fn check_value(message: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes());
    STANDARD.encode(hmac::sign(&key, message.as_bytes()))
}

//! Bad, repeated and other tenants' requests to the routes of this store.

use local_stack::broadcaster::MONTHLY_OFFER;
use reqwest::Method;
use serde_json::json;

use super::{bought, broadcaster, claim, claimed, outcome, submission};
use crate::story::{may_watch, subscriptions};

#[tokio::test]
async fn another_tenant_s_purchase_and_submission_read_as_unknown() {
    let ours = broadcaster().await;
    let theirs = broadcaster().await;
    let purchase = claimed(&ours, "ada").await;
    let correlation = ours.submit_samsung_tv("ada", &purchase).await.unwrap();

    let path = format!("/samsung-tv/purchase-status?correlationId={correlation}");
    let asked = theirs.call(Method::GET, &path, None).await.unwrap();
    let claimed = claim(&theirs, "eve", &purchase).await;

    assert_eq!(
        (asked.status.as_u16(), &asked.body["code"]),
        (404, &json!("REQ0100"))
    );
    assert_eq!(claimed["error"]["code"], "PURCHASE_NOT_FOUND");
    assert!(subscriptions(&theirs, "eve").await.is_empty());
    assert!(may_watch(&ours, "ada", MONTHLY_OFFER).await);
}

#[tokio::test]
async fn a_purchase_is_submitted_to_the_store_that_sold_it() {
    let broadcaster = broadcaster().await;
    let purchase = bought(&broadcaster).await;
    let mut body = submission(&purchase);
    body["subscriptionId"] = body["invoiceId"].clone();

    let correlation = broadcaster.submit_to("vizio", "ada", &body).await.unwrap();

    let elsewhere = broadcaster.outcome("ada", &correlation, crate::story::SOON);
    let elsewhere = elsewhere.await.unwrap();
    assert_eq!(elsewhere["error"]["code"], "PURCHASE_NOT_FOUND");
    let correlation = broadcaster.submit_samsung_tv("ada", &purchase).await;
    let here = outcome(&broadcaster, "ada", &correlation.unwrap()).await;
    assert_eq!(here["status"], "success");
}

//! What is made of the store's answers.

use domain::StoreSnapshot;
use serde_json::{Value, json};
use stores::{ConnectorContext, LookUpError, parse_submission};

use crate::scripted::{Asked, Reply, Server};
use crate::support::{API_KEY, SUBSCRIPTION, config, fixture, fixtures, locator, now};

async fn look_up(name: &str, mut changes: Value) -> Result<StoreSnapshot, LookUpError> {
    let answer = fixture(&format!("look-ups/{name}"));
    let server = Server::always(Reply::new(200, answer)).await;
    changes["apiBaseUrl"] = json!(server.address);
    let id = if name == "other_names" {
        "88120044"
    } else {
        SUBSCRIPTION
    };
    let context = ConnectorContext::new().unwrap();
    let looked = config(&changes)
        .look_up(&context, &locator(id), now())
        .await;
    looked.map(|looked| looked.snapshot)
}

/// The switches that a fixture needs.
fn changes(name: &str) -> Value {
    match name {
        "other_names" => json!({"fieldPointers": {
            "subscription": "/nowhere", "lookUp.subscription": "/subscription/id",
            "lookUp.status": "/subscription/state", "lookUp.plan": "/subscription/plan/id",
            "nextBilling": "/subscription/renewsOn", "autoRenew": "/subscription/autoRenewal",
        }}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn every_answer_in_the_fixtures() {
    for name in fixtures("look-ups") {
        let shown = match look_up(&name, changes(&name)).await {
            Ok(snapshot) => json!(snapshot),
            Err(error) => json!({ "error": error.to_string() }),
        };
        insta::assert_json_snapshot!(format!("look_up_{name}"), shown);
    }
}

#[tokio::test]
async fn the_same_subscription_in_other_forms_is_the_same_snapshot() {
    let plain = look_up("active", json!({})).await;
    for form in [
        "active_without_envelope",
        "active_without_auto_renew",
        "active_by_billing_date_only",
        "active_in_epoch_seconds",
        "active_in_epoch_milliseconds",
        "active_again_with_stale_cancellation",
    ] {
        assert_eq!(look_up(form, json!({})).await, plain, "{form}");
    }
}

#[tokio::test]
async fn the_account_binds_only_with_a_pattern() {
    let bound = look_up("active", json!({"accountIdPattern": "cust-{customerId}"})).await;
    assert_eq!(bound.unwrap().account.unwrap().as_str(), "300200100");
    let other = look_up("active", json!({"accountIdPattern": "user-{customerId}"})).await;
    assert_eq!(other.unwrap_err().kind(), "malformed");
}

#[tokio::test]
async fn another_invoice_than_the_submitted_one_is_tolerated() {
    let body = json!({"subscriptionId": SUBSCRIPTION, "invoiceNumber": "VZINV-0001107"});
    let submission = parse_submission(domain::Store::Vizio, &body).unwrap();
    let server = Server::always(Reply::new(200, fixture("look-ups/active"))).await;
    let config = config(&json!({"apiBaseUrl": server.address}));
    let context = ConnectorContext::new().unwrap();
    let looked = config.look_up(&context, &submission.locator, now());
    let plain = look_up("active", json!({})).await;
    assert_eq!(looked.await.unwrap().snapshot, plain.unwrap());
}

async fn asked(changes: &[(&str, Value)], subscription_id: &str) -> Asked {
    let server = Server::always(Reply::new(404, "")).await;
    let mut settings = json!({"apiBaseUrl": server.address});
    for (name, value) in changes {
        settings[*name] = value.clone();
    }
    let context = ConnectorContext::new().unwrap();
    let answer = config(&settings)
        .look_up(&context, &locator(subscription_id), now())
        .await;
    assert_eq!(answer, Err(LookUpError::NotFound));
    let mut asked = server.asked();
    assert_eq!(asked.len(), 1);
    asked.remove(0)
}

#[tokio::test]
async fn the_question_by_default() {
    let asked = asked(&[], "a/b?c").await;
    let path = "/entitlements/v1/partners/vizio_partner_demo_inc/subscriptions/a%2Fb%3Fc";
    assert_eq!(asked.line, format!("GET {path}"));
    assert_eq!(asked.header("x-tyk-key"), Some(API_KEY));
    assert_eq!(asked.header("accept"), Some("application/json"));
    let agent = asked.header("user-agent").unwrap();
    assert!(agent.starts_with("purchase-beacon/"), "{agent}");
}

#[tokio::test]
async fn the_question_as_configured() {
    let changes = [
        ("apiKeyHeader", json!("Authorization")),
        ("partnerIdHeader", json!("x-partner")),
        (
            "subscriptionPath",
            json!("/v2/subscriptions?partner={partnerId}&id={subscriptionId}"),
        ),
    ];
    let asked = asked(&changes, "vzs-1&admin=1").await;
    let query = "partner=vizio_partner_demo_inc&id=vzs-1%26admin%3D1";
    assert_eq!(asked.line, format!("GET /v2/subscriptions?{query}"));
    assert_eq!(asked.header("authorization"), Some(API_KEY));
    assert_eq!(asked.header("x-partner"), Some("vizio_partner_demo_inc"));
    assert_eq!(asked.header("x-tyk-key"), None);
}

//! What an app may submit, and what it may not.

use local_stack::broadcaster::MONTHLY_OFFER;
use local_stack::broadcaster::roku::MONTHLY;
use reqwest::Method;
use serde_json::{Value, json};
use store_simulator::roku::model::{Channel, NewPurchase};
use store_simulator::{Faults, LookupFault};

use super::Scene;
use crate::configuration::refused;
use crate::story::subscriptions;

const PATH: &str = "/roku/purchase-validation";

#[tokio::test]
async fn a_bad_submission_names_the_field_and_a_good_one_is_queued_once() {
    let scene = Scene::new().await;
    let with = |field: &str, value: Value| {
        let mut body = json!({"customerId": "ada", "transactionId": "t-1"});
        body[field] = value;
        body
    };
    for (body, field) in [
        (with("transactionId", Value::Null), "transactionId"),
        (with("transactionId", json!("")), "transactionId"),
        (with("transactionId", json!(7)), "transactionId"),
        (with("transactionId", json!("a b")), "transactionId"),
        (
            with("transactionId", json!("x".repeat(1025))),
            "transactionId",
        ),
        (with("customerId", Value::Null), "customerId"),
        (json!("t-1"), "object"),
    ] {
        let (status, code, message) =
            refused(&scene.broadcaster, Method::POST, PATH, Some(&body)).await;
        assert_eq!((status, code.as_str()), (400, "REQ0001"), "{body}");
        assert!(message.contains(field), "{body}: {message}");
    }
    let bare = scene.broadcaster.api.request(Method::POST, PATH);
    let bare = bare.json(&with("customerIP", json!("203.0.113.25")));
    assert_eq!(bare.send().await.unwrap().status(), 401);

    let id = scene.bought(MONTHLY).await;
    let outage = Faults {
        lookup: vec![LookupFault::status(503)],
        ..Faults::default()
    };
    scene.store().set_faults(&outage).await.unwrap();
    let mut correlations = Vec::new();
    for name in ["transactionId", "purchaseId", "transactionID"] {
        let body = json!({ name: id });
        let queued = scene.broadcaster.submit_to("roku", "ada", &body).await;
        correlations.push(queued.unwrap());
    }
    correlations.dedup();
    assert_eq!(
        correlations.len(),
        1,
        "each name is of the same transaction"
    );
    let theirs = json!({ "transactionId": id });
    let theirs = scene.broadcaster.submit_to("roku", "bob", &theirs).await;
    assert_ne!(theirs.unwrap(), correlations[0]);
}

#[tokio::test]
async fn what_this_broadcaster_has_not_sold_is_refused() {
    let (ours, theirs) = tokio::join!(Scene::new(), Scene::new());
    let sold = theirs.subscribed("eve").await;
    let beta = Channel::new("790001", "Symphony TV beta");
    let channels = [
        Channel::new(ours.broadcaster.roku_channel(), "Symphony TV"),
        beta,
    ];
    let registered = json!({ "channels": channels });
    ours.store().reconfigure(&registered).await.unwrap();
    let elsewhere = NewPurchase::of(MONTHLY).in_channel("790001").silently();
    let elsewhere = ours.bought_as(elsewhere).await;

    for (id, code) in [
        (sold.as_str(), "PURCHASE_NOT_FOUND"),
        ("11111111111111111111111111111111", "PURCHASE_NOT_FOUND"),
        ("no_id_of_roku_s", "STORE_REJECTED"),
        (elsewhere.as_str(), "STORE_REJECTED"),
    ] {
        let outcome = ours.submits("ada", id).await;
        assert_eq!(outcome["status"], "failure", "{outcome}");
        assert_eq!(outcome["error"]["code"], code, "{outcome}");
    }

    assert!(subscriptions(&ours.broadcaster, "ada").await.is_empty());
    assert!(theirs.may_watch("eve", MONTHLY_OFFER).await);
}

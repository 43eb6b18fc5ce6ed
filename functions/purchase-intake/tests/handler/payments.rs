//! `POST /{store}/payment`: the older form of a submission.

use cloud::broadcasters::{Broadcasters, TokenRecord};
use cloud::token::PublisherToken;
use domain::BroadcasterId;
use in_process_aws::{BROADCASTER, CUSTOMER, InProcessAws, Logs, OFFER, TOKEN, event};
use serde_json::{Value, json};

use crate::validations::AS_CUSTOMER;
use crate::{CORRELATION, post, recorded, started};

pub const EVENT: &str = "purchase-intake/post-payment";
pub const PURCHASE: &str = "opq-demo-token-0001";

/// The event with a body that differs from its own; `null` takes a field out.
pub fn payment(changes: &Value) -> Value {
    let mut event = event(EVENT);
    let mut body: Value = serde_json::from_str(event["body"].as_str().unwrap()).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
            value => body[name] = value.clone(),
        }
    }
    event["body"] = json!(body.to_string());
    event
}

/// The same, sent by an app for the customer of the events' JWT.
pub fn as_customer(changes: &Value) -> Value {
    let mut payment = payment(changes);
    payment["headers"]["authorization"] = event(AS_CUSTOMER)["headers"]["authorization"].clone();
    let headers = payment["headers"].as_object_mut().unwrap();
    headers.remove("x-publisher-token");
    payment
}

pub fn without(mut event: Value, header: &str) -> Value {
    event["headers"].as_object_mut().unwrap().remove(header);
    event
}

#[tokio::test]
async fn a_payment_is_a_submission_with_the_offer_and_the_code_that_it_names() {
    let (aws, intake) = started().await;

    let answer = post(&intake, &event(EVENT)).await;

    let queued = json!({"status": "queued", "correlationId": CORRELATION});
    assert_eq!(answer, (202, queued));
    let recorded = recorded(&aws).await.unwrap();
    assert_eq!(recorded.offer_id.unwrap().as_str(), OFFER);
    assert_eq!(recorded.coupon_code.as_deref(), Some("INTRO2M"));
    let sent = aws.sent("verification");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["broadcasterId"], BROADCASTER);
    assert_eq!(sent[0]["store"], "android");
    assert_eq!(sent[0]["locator"]["key"], PURCHASE);
    assert_eq!(
        sent[0]["locator"]["details"]["packageName"],
        "test.example.tv"
    );
    assert_eq!(
        sent[0]["cause"],
        json!({"type": "claim", "correlationId": CORRELATION, "customerId": "ada@example.test"})
    );
}

#[tokio::test]
async fn a_server_names_the_customer_by_id_or_by_e_mail_address() {
    for (changes, customer) in [
        (
            json!({"customerEmail": " Ada@Example.TEST "}),
            "ada@example.test",
        ),
        (
            json!({"customerEmail": null, "customerId": 300_200_100}),
            CUSTOMER,
        ),
        (json!({"customerId": "ada"}), "ada"),
    ] {
        let (aws, intake) = started().await;
        assert_eq!(post(&intake, &payment(&changes)).await.0, 202, "{changes}");
        let cause = &aws.sent("verification")[0]["cause"];
        assert_eq!(cause["customerId"], customer, "{changes}");
    }
    let (aws, intake) = started().await;
    let (status, body) = post(&intake, &payment(&json!({"customerEmail": null}))).await;
    assert_eq!((status, &body["code"]), (400, &json!("REQ0001")));
    assert_eq!(
        body["message"],
        "customerEmail or customerId must be given with a publisher token"
    );
    assert!(aws.sent("verification").is_empty());
}

#[tokio::test]
async fn an_app_pays_for_its_own_customer_and_for_nobody_else() {
    for changes in [
        json!({"customerEmail": null}),
        json!({"customerEmail": null, "customerId": CUSTOMER}),
    ] {
        let (aws, intake) = started().await;
        let (status, body) = post(&intake, &as_customer(&changes)).await;
        assert_eq!(status, 202, "{body}");
        let cause = &aws.sent("verification")[0]["cause"];
        assert_eq!(cause["customerId"], CUSTOMER, "{changes}");
    }
    let (aws, intake) = started().await;
    for changes in [
        json!({"customerEmail": "bob@example.test"}),
        json!({"customerEmail": null, "customerId": "bob"}),
    ] {
        let (status, body) = post(&intake, &as_customer(&changes)).await;
        assert_eq!(
            (status, &body["code"]),
            (403, &json!("AUTH0003")),
            "{changes}"
        );
    }
    assert!(aws.sent("verification").is_empty());
}

#[tokio::test]
async fn a_code_that_means_nothing_stops_no_payment() {
    for code in ["no such code!", "", "a#b", &"x".repeat(300)] {
        let (_aws, intake) = started().await;
        let answer = post(&intake, &payment(&json!({"couponCode": code}))).await;
        assert_eq!(answer.0, 202, "{code}");
    }
}

#[tokio::test]
async fn a_receipt_may_be_the_text_of_one() {
    let (aws, intake) = started().await;
    let receipt = json!({"purchaseToken": PURCHASE, "packageName": "test.example.tv"});
    let answer = post(&intake, &payment(&json!({"receipt": receipt.to_string()}))).await;
    assert_eq!(answer.0, 202);
    assert_eq!(aws.sent("verification")[0]["locator"]["key"], PURCHASE);
}

#[tokio::test]
async fn a_payment_is_the_same_as_a_validation_only_where_both_ask_the_same() {
    let (aws, intake) = started().await;
    let (_, first) = post(&intake, &event(EVENT)).await;

    let again = without(event(EVENT), "correlation-id");
    let (status, second) = post(&intake, &again).await;
    assert_eq!(
        (status, &second["correlationId"]),
        (202, &first["correlationId"])
    );
    assert_eq!(aws.sent("verification").len(), 1);

    let mut validation = without(event(EVENT), "correlation-id");
    let route = json!("POST /{store}/purchase-validation");
    validation["routeKey"] = route.clone();
    validation["requestContext"]["routeKey"] = route;
    let body = json!({"customerId": "ada@example.test", "purchaseToken": PURCHASE, "packageName": "test.example.tv"});
    validation["body"] = json!(body.to_string());
    let (status, third) = post(&intake, &validation).await;
    assert_eq!(status, 202);
    assert_ne!(
        third["correlationId"], first["correlationId"],
        "it names no offer"
    );
    assert_eq!(aws.sent("verification").len(), 2);
}

#[tokio::test]
async fn another_broadcaster_s_payment_is_that_broadcaster_s() {
    let (aws, intake) = started().await;
    let token = "synthetic-publisher-token-for-tests-000000000002";
    neighbour(&aws, token).await;
    let (_, ours) = post(&intake, &event(EVENT)).await;
    let mut theirs = without(event(EVENT), "correlation-id");
    theirs["headers"]["x-publisher-token"] = json!(token);

    let (status, body) = post(&intake, &theirs).await;

    assert_eq!(status, 202);
    assert_ne!(body["correlationId"], ours["correlationId"]);
    let broadcasters: Vec<_> = aws
        .sent("verification")
        .iter()
        .map(|message| message["broadcasterId"].clone())
        .collect();
    assert_eq!(broadcasters, [BROADCASTER, "700100201"]);
}

async fn neighbour(aws: &InProcessAws, token: &str) {
    let record = TokenRecord {
        name: "tests".to_owned(),
        hash: PublisherToken::received(token).unwrap().hash(),
        issued_at: Default::default(),
        expires_at: None,
    };
    let table = Broadcasters::from_environment(&aws.aws()).unwrap();
    let neighbour = BroadcasterId::new("700100201").unwrap();
    assert!(table.put_token(&neighbour, &record).await.unwrap());
}

#[tokio::test]
async fn the_log_tells_no_token_no_customer_and_no_purchase_key() {
    let (_aws, intake) = started().await;
    let logs = Logs::collect("trace");
    post(&intake, &event(EVENT)).await;
    post(
        &intake,
        &payment(&json!({"receipt": {"purchaseToken": PURCHASE}})),
    )
    .await;
    let text = logs.text();
    assert!(text.contains("POST /{store}/payment"), "{text}");
    assert!(
        text.contains("answered") && text.contains("refused"),
        "{text}"
    );
    for secret in [TOKEN, PURCHASE, "ada@", "198.51.100.24"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

//! `POST /{store}/purchase-validation`.

use in_process_aws::{BROADCASTER, InProcessAws, Logs, Refusal, TOKEN, event};
use serde_json::{Value, json};

use crate::{CORRELATION, post, recorded, started};

const EVENT: &str = "purchase-intake/post-purchase-validation";
pub const AS_CUSTOMER: &str = "purchase-intake/post-purchase-validation-as-customer";

async fn pending(aws: &InProcessAws) -> bool {
    let recorded = recorded(aws).await;
    recorded.is_some_and(|recorded| recorded.outcome.is_none())
}

#[tokio::test]
async fn a_submission_is_recorded_queued_and_answered() {
    let (aws, intake) = started().await;

    let answer = post(&intake, &event(EVENT)).await;

    let queued = json!({"status": "queued", "correlationId": CORRELATION});
    assert_eq!(answer, (202, queued));
    assert!(pending(&aws).await);
    let sent = aws.sent("verification");
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["broadcasterId"], BROADCASTER);
    assert_eq!(
        sent[0]["locator"],
        json!({"key": "vzs-88120044", "details": {"subscriptionId": "vzs-88120044", "invoiceNumber": "VZINV-0002231"}})
    );
    assert_eq!(
        sent[0]["cause"],
        json!({"type": "claim", "correlationId": CORRELATION, "customerId": "300200100"})
    );
}

#[tokio::test]
async fn an_app_submits_for_its_own_customer() {
    let (aws, intake) = started().await;
    let (status, body) = post(&intake, &event(AS_CUSTOMER)).await;
    assert_eq!(status, 202);
    let cause = &aws.sent("verification")[0]["cause"];
    assert_eq!(cause["customerId"], "300200100");
    assert_eq!(cause["correlationId"], body["correlationId"]);

    // The server's submission of the same purchase, a moment later, is the same.
    let mut server = event(EVENT);
    server["body"] = json!(r#"{"customerId":300200100,"subscriptionId":"vzs-88120044"}"#);
    let (_, again) = post(&intake, &server).await;
    assert_eq!(again["correlationId"], body["correlationId"]);
    assert_eq!(aws.sent("verification").len(), 1);
}

#[tokio::test]
async fn the_record_comes_before_the_message() {
    let (aws, intake) = started().await;
    aws.forget_calls();
    post(&intake, &event(EVENT)).await;
    let operations: Vec<_> = aws.calls().into_iter().map(|call| call.operation).collect();
    let place = |name: &str| operations.iter().position(|operation| operation == name);
    assert!(place("PutItem").unwrap() < place("SendMessage").unwrap());
}

#[tokio::test]
async fn without_the_queue_it_is_503_and_the_record_stays_for_the_schedule() {
    let (aws, intake) = started().await;
    aws.refuse(Refusal::Operation("SendMessage"));
    let (status, body) = post(&intake, &event(EVENT)).await;
    assert_eq!((status, &body["code"]), (503, &json!("S0503")));
    assert!(pending(&aws).await);
}

#[tokio::test]
async fn without_the_table_it_is_500_and_nothing_is_queued() {
    let (aws, intake) = started().await;
    aws.refuse(Refusal::Operation("PutItem"));
    let (status, body) = post(&intake, &event(EVENT)).await;
    assert_eq!((status, &body["code"]), (500, &json!("S0500")));
    assert!(!body.to_string().contains("AccessDenied"));
    assert!(aws.sent("verification").is_empty());
}

#[tokio::test]
async fn a_body_in_base64_is_the_same_body() {
    let (aws, intake) = started().await;
    let mut encoded = event(EVENT);
    encoded["body"] = json!("eyJjdXN0b21lcklkIjoiYWRhIiwic3Vic2NyaXB0aW9uSWQiOiJ2enMtMSJ9");
    encoded["isBase64Encoded"] = json!(true);
    assert_eq!(post(&intake, &encoded).await.0, 202);
    assert_eq!(aws.sent("verification")[0]["locator"]["key"], "vzs-1");
}

#[tokio::test]
async fn the_log_tells_no_token_and_no_purchase_key() {
    let (aws, intake) = started().await;
    let logs = Logs::collect("trace");
    post(&intake, &event(EVENT)).await;
    post(&intake, &event(AS_CUSTOMER)).await;
    aws.refuse(Refusal::Operation("GetItem"));
    post(&intake, &event(EVENT)).await;
    aws.accept();
    aws.refuse(Refusal::Operation("SendMessage"));
    let mut other = event(EVENT);
    other["headers"]["correlation-id"] = Value::Null;
    other["headers"]
        .as_object_mut()
        .unwrap()
        .remove("correlation-id");
    other["body"] = json!("{\"customerId\": \"ada\", \"subscriptionId\": \"vzs-88120044\"}");
    assert_eq!(post(&intake, &other).await.0, 503);

    let text = logs.text();
    assert!(
        text.contains("could not be queued") && text.contains("answered"),
        "{text}"
    );
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let latencies: Vec<_> = lines.filter(|line| !line["latency_ms"].is_null()).collect();
    assert_eq!(latencies.len(), 4);
    assert!(
        latencies.iter().all(|line| line["latency_ms"].is_u64()),
        "{text}"
    );
    let token = event(AS_CUSTOMER)["headers"]["authorization"].to_string();
    let signature = token
        .trim_matches('"')
        .rsplit('.')
        .next()
        .unwrap()
        .to_owned();
    for secret in [TOKEN, "vzs-88120044", &signature] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn a_submission_is_dated_by_the_earlier_one_of_two_clocks() {
    let now = cloud::clock::now();
    // The function's clock is ten minutes ahead of API Gateway's, or behind it.
    for (gateway, expected) in [(-600, Some(now.as_second() - 600)), (600, None)] {
        let (aws, intake) = started().await;
        let mut submitted = event(EVENT);
        submitted["requestContext"]["timeEpoch"] = json!((now.as_second() + gateway) * 1000);
        assert_eq!(post(&intake, &submitted).await.0, 202);
        let submitted_at = recorded(&aws).await.unwrap().submitted_at;
        assert!(submitted_at <= cloud::clock::now());
        if let Some(expected) = expected {
            assert_eq!(submitted_at.as_second(), expected);
        } else {
            assert!(submitted_at >= now);
        }
    }
}

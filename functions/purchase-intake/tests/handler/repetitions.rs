//! Submissions that come again: the same, corrected, or under an id that was used.

use cloud::purchases::Purchases;
use domain::EventId;
use domain::validation::{EndedValidation, ValidationFailure, ValidationOutcome};
use in_process_aws::{InProcessAws, Refusal, event, request};
use purchase_intake::Intake;
use serde_json::{Value, json};

use crate::{CORRELATION, post, recorded, started};

const EVENT: &str = "purchase-intake/post-purchase-validation";

/// The server's event for a store, with this body and correlation id.
pub fn submitted(store: &str, body: &Value, correlation: Option<&str>) -> Value {
    let mut event = event(EVENT);
    event["pathParameters"]["store"] = json!(store);
    event["rawPath"] = json!(format!("/{store}/purchase-validation"));
    event["body"] = json!(body.to_string());
    let headers = event["headers"].as_object_mut().unwrap();
    match correlation {
        Some(id) => headers.insert("correlation-id".to_owned(), json!(id)),
        None => headers.remove("correlation-id"),
    };
    event
}

/// The recorded submission ends so.
async fn ends(aws: &InProcessAws, failure: ValidationFailure) {
    let purchases = Purchases::from_environment(&aws.aws()).unwrap();
    let mut request = recorded(aws).await.unwrap();
    request.outcome = Some(EndedValidation {
        event_id: EventId::of_validation(request.correlation_id),
        correlation_id: request.correlation_id,
        customer_id: request.customer_id.clone(),
        store: request.store,
        decided_at: request.submitted_at,
        received_at: request.submitted_at,
        outcome: ValidationOutcome::Failure {
            error: failure,
            details: request.locator.details.clone(),
        },
    });
    let write = purchases.finish(&request).unwrap();
    let client = aws_sdk_dynamodb::Client::new(&aws.aws().config);
    let ended = client.transact_write_items().transact_items(write);
    ended.send().await.unwrap();
}

fn of_user(user: &str) -> Value {
    json!({"customerId": 300_200_100, "receiptId": "h7kQ=:3:11", "userId": user})
}

fn bought() -> Value {
    json!({"customerId": 300_200_100, "transactionId": "a41e7d22"})
}

#[tokio::test]
async fn a_corrected_user_of_a_receipt_is_asked_for_after_a_refusal_and_while_one_is_pending() {
    for refused in [true, false] {
        let (aws, intake) = started().await;
        let stale = submitted("amazon", &of_user("stale"), Some(CORRELATION));
        assert_eq!(post(&intake, &stale).await.0, 202);
        if refused {
            ends(&aws, ValidationFailure::StoreRejected).await;
        }
        let right = submitted("amazon", &of_user("q0Xv="), None);
        let (status, body) = post(&intake, &right).await;
        assert_eq!((status, &body["status"]), (202, &json!("queued")));
        assert_ne!(body["correlationId"], CORRELATION);
        let sent = aws.sent("verification");
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[1]["locator"]["details"]["userId"], "q0Xv=");
        assert_eq!(sent[1]["cause"]["correlationId"], body["correlationId"]);
    }
}

#[tokio::test]
async fn a_coupon_that_comes_with_the_second_submission_is_submitted() {
    let (aws, intake) = started().await;
    let mut with = bought();
    with["couponCode"] = json!("INTRO2M");
    post(&intake, &submitted("roku", &bought(), None)).await;
    let (status, body) = post(&intake, &submitted("roku", &with, Some(CORRELATION))).await;
    assert_eq!((status, &body["correlationId"]), (202, &json!(CORRELATION)));
    let kept = recorded(&aws).await.unwrap();
    assert_eq!(kept.coupon_code.as_deref(), Some("INTRO2M"));
    assert_eq!(aws.sent("verification").len(), 2);
}

#[tokio::test]
async fn a_used_correlation_id_takes_no_other_payload() {
    let (aws, intake) = started().await;
    let mut with = bought();
    with["couponCode"] = json!("INTRO2M");
    post(&intake, &submitted("roku", &bought(), Some(CORRELATION))).await;
    let (status, body) = post(&intake, &submitted("roku", &with, Some(CORRELATION))).await;
    assert_eq!((status, &body["code"]), (409, &json!("REQ0004")));
    let stale = submitted("amazon", &of_user("stale"), Some(CORRELATION));
    assert_eq!(post(&intake, &stale).await.0, 409);
    assert_eq!(aws.sent("verification").len(), 1);
}

#[tokio::test]
async fn what_is_pending_already_is_called_pending() {
    let (aws, intake) = started().await;
    let event = submitted("roku", &bought(), Some(CORRELATION));
    post(&intake, &event).await;
    let answer = post(&intake, &event).await;
    let pending = json!({"status": "pending", "correlationId": CORRELATION});
    assert_eq!(answer, (202, pending));
    assert_eq!(aws.sent("verification").len(), 1);
}

#[tokio::test]
async fn what_could_not_be_queued_is_not_called_queued_a_moment_later() {
    let (aws, intake) = started().await;
    let event = submitted("roku", &bought(), Some(CORRELATION));
    aws.refuse(Refusal::Operation("SendMessage"));
    assert_eq!(post(&intake, &event).await.0, 503);
    aws.accept();
    aws.forget_calls();
    let (status, body) = post(&intake, &event).await;
    assert_eq!((status, &body["status"]), (202, &json!("pending")));
    assert!(
        aws.sent("verification").is_empty(),
        "the schedule queues it"
    );
}

#[tokio::test]
async fn what_was_decided_is_answered_with_its_end() {
    for failure in [
        ValidationFailure::ProductNotMapped,
        ValidationFailure::StoreRejected,
    ] {
        let (aws, intake) = started().await;
        let event = submitted("roku", &bought(), Some(CORRELATION));
        post(&intake, &event).await;
        ends(&aws, failure).await;
        let answer = post(&intake, &event).await;
        let ended = json!({"status": "failure", "correlationId": CORRELATION});
        assert_eq!(answer, (200, ended.clone()));
        // Under a new id a refusal stands for a minute; what a person can mend is validated anew.
        let again = post(&intake, &submitted("roku", &bought(), None)).await;
        if failure == ValidationFailure::StoreRejected {
            assert_eq!(again, (200, ended));
        } else {
            assert_eq!((again.0, &again.1["status"]), (202, &json!("queued")));
            assert_ne!(again.1["correlationId"], CORRELATION);
        }
    }
}

#[tokio::test]
async fn a_submission_that_is_cut_short_is_not_there_or_due() {
    for calls in 1.. {
        let (aws, intake) = started().await;
        let event = event(EVENT);
        aws.die_after(calls);
        let request = request(&event);
        let limit = std::time::Duration::from_millis(500);
        let completed = tokio::time::timeout(limit, intake.handle(&request)).await;
        aws.die_after(0);
        let submissions = || {
            let items = aws.items("purchases").into_iter();
            let counted = |item: &Value| item.get("submissions").is_some();
            items.filter(|item| !counted(item)).collect::<Vec<_>>()
        };
        let due = || {
            let items = submissions();
            let due = items.iter().filter(|item| item.get("due_at").is_some());
            due.count()
        };
        let items = submissions();
        assert!(items.is_empty() || due() == 1, "{calls}: {items:?}");
        // The app tries again: the same submission, and no second one.
        let intake = Intake::from_environment(&aws.aws()).unwrap();
        assert_eq!(post(&intake, &event).await.0, 202, "{calls}");
        assert_eq!(due(), 1, "{calls}");
        if completed.is_ok() {
            return;
        }
    }
}

/// A transaction that names itself, with a signature of which nothing is known here.
const TRANSACTION: &str = "eyJhbGciOiJFUzI1NiIsIng1YyI6W119.eyJ0cmFuc2FjdGlvbklkIjoiNzAwMDAxMjM0NTY3ODkxIiwib3JpZ2luYWxUcmFuc2FjdGlvbklkIjoiNzAwMDAxMjMwMDAwMDAxIiwiZW52aXJvbm1lbnQiOiJQcm9kdWN0aW9uIiwidHlwZSI6IkF1dG8tUmVuZXdhYmxlIFN1YnNjcmlwdGlvbiJ9";

#[tokio::test]
async fn a_proof_is_recorded_but_not_queued_and_may_be_signed_anew() {
    let (aws, intake) = started().await;
    let with = |signature: &str| {
        let signed = format!("{TRANSACTION}.{signature}");
        let body = json!({"customerId": 300_200_100, "signedTransaction": signed});
        submitted("apple", &body, Some(CORRELATION))
    };
    let (status, first) = post(&intake, &with("Zmlyc3Q")).await;
    assert_eq!((status, &first["status"]), (202, &json!("queued")));
    let recorded = recorded(&aws).await.unwrap();
    let proof = serde_json::to_value(recorded.proof).unwrap();
    assert_eq!(proof, format!("{TRANSACTION}.Zmlyc3Q"));
    let queued = serde_json::to_string(&aws.sent("verification")).unwrap();
    assert!(queued.contains("700001230000001") && !queued.contains(TRANSACTION));

    // The store signs the same transaction anew each time that the app asks for it.
    let (status, again) = post(&intake, &with("c2Vjb25k")).await;
    assert_eq!((status, &again["status"]), (202, &json!("pending")));
    assert_eq!(again["correlationId"], first["correlationId"]);
}

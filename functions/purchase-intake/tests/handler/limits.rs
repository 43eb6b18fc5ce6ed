//! How often one customer may submit.

use in_process_aws::{Logs, event, request};
use purchase_intake::Intake;
use serde_json::{Value, json};

use crate::repetitions::submitted;
use crate::validations::AS_CUSTOMER;
use crate::{post, started};

fn guess(number: usize) -> Value {
    let mut event = event(AS_CUSTOMER);
    event["body"] = json!(json!({"subscriptionId": format!("vzs-{number}")}).to_string());
    event
}

#[tokio::test]
async fn a_customer_s_token_submits_so_often_an_hour() {
    let (aws, _) = started().await;
    let few = aws.aws_with("SUBMISSIONS_PER_HOUR", "5");
    let intake = Intake::from_environment(&few).unwrap();
    for number in 0..5 {
        assert_eq!(post(&intake, &guess(number)).await.0, 202, "{number}");
    }
    let answer = intake.handle(&request(&guess(5))).await;
    assert_eq!(answer.status().as_u16(), 429);
    let wait: u64 = answer.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=3_600).contains(&wait), "{wait}");
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(body["code"], "REQ0005");
    assert_eq!(aws.sent("verification").len(), 5);

    // A repetition counts as well; another customer does not.
    assert_eq!(post(&intake, &guess(0)).await.0, 429);
    let bob = json!({"customerId": "bob", "subscriptionId": "vzs-1"});
    assert_eq!(post(&intake, &submitted("vizio", &bob, None)).await.0, 202);
}

#[tokio::test]
async fn what_proves_nothing_counts_for_nobody() {
    let (aws, intake) = started().await;
    let mut forged = guess(1);
    let jwt = forged["headers"]["authorization"].as_str().unwrap();
    let forged_jwt = format!("{}.c2lnbmF0dXJl", jwt.rsplit_once('.').unwrap().0);
    forged["headers"]["authorization"] = json!(forged_jwt);
    assert_eq!(post(&intake, &forged).await.0, 401);
    assert!(aws.items("purchases").is_empty());
}

#[tokio::test]
async fn a_refusal_names_no_customer_in_the_log() {
    let (aws, _) = started().await;
    let few = aws.aws_with("SUBMISSIONS_PER_HOUR", "1");
    let intake = Intake::from_environment(&few).unwrap();
    post(&intake, &guess(0)).await;
    let logs = Logs::collect("trace");
    assert_eq!(post(&intake, &guess(1)).await.0, 429);
    let text = logs.text();
    assert!(
        text.contains("REQ0005") && !text.contains("300200100\""),
        "{text}"
    );
}

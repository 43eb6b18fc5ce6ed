//! DynamoDB without capacity.

use in_process_aws::{Shortage, event};
use purchase_intake::Intake;

use crate::{post, recorded, started};

const EVENT: &str = "purchase-intake/post-purchase-validation";

#[tokio::test]
async fn without_capacity_it_is_503_and_the_app_submits_again() {
    let (aws, intake) = started().await;
    for operation in ["UpdateItem", "PutItem"] {
        aws.run_short(Shortage::of_operation(operation));
        assert_eq!(post(&intake, &event(EVENT)).await.0, 503, "{operation}");
        assert!(recorded(&aws).await.is_none());
        assert_eq!(aws.message_counts("verification"), [0, 0, 0]);
        aws.accept();
    }
    assert_eq!(post(&intake, &event(EVENT)).await.0, 202);
    assert_eq!(aws.message_counts("verification"), [1, 0, 0]);
}

#[tokio::test]
async fn the_sdk_sends_a_throttled_call_again() {
    let (aws, _) = started().await;
    let intake = Intake::from_environment(&aws.retrying()).unwrap();
    aws.run_short(Shortage::of_operation("UpdateItem").times(1));
    aws.run_short(Shortage::of_operation("GetItem").times(1));
    assert_eq!(post(&intake, &event(EVENT)).await.0, 202);
    assert!(recorded(&aws).await.is_some());
}

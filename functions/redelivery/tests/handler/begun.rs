//! The beginning of a redelivery: the alarm of an endpoint's queue.

use domain::redelivery::{Phase, Redelivery};
use in_process_aws::event;
use serde_json::json;

use crate::{ENDPOINT, LONG_AGO, call, fails, started, state};

#[tokio::test]
async fn an_alarm_begins_it_once() {
    let aws = started().await;
    call(&aws, event("redelivery/alarm")).await.unwrap();
    let begun = state(&aws).await.unwrap();
    assert_eq!(begun.phase, Phase::Waiting);
    call(&aws, event("redelivery/alarm")).await.unwrap();
    assert_eq!(state(&aws).await, Some(begun));
    assert!(aws.inputs("PublishBatch").is_empty());
}

#[tokio::test]
async fn an_alarm_does_not_begin_what_is_going_on_anew() {
    let aws = started().await;
    let going_on = Redelivery::begun(LONG_AGO).probed(4, LONG_AGO);
    fails(&aws, ENDPOINT, going_on).await;
    call(&aws, event("redelivery/alarm")).await.unwrap();
    assert_eq!(state(&aws).await, Some(going_on));
}

#[tokio::test]
async fn an_alarm_of_nobody_s_endpoint_changes_nothing() {
    let aws = started().await;
    for name in [
        "in-process-endpoint-00000000000000000000000000000000",
        "in-process-endpoint-",
        "other-endpoint-8e92c66eafbe57769597d3ba80ddf5de",
        "in-process-store-errors",
    ] {
        let mut alarm = event("redelivery/alarm");
        alarm["detail"]["alarmName"] = json!(name);
        call(&aws, alarm).await.unwrap();
    }
    assert!(aws.inputs("PutItem").is_empty());
}

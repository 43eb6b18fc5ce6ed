//! The limits on submissions and on failed claims.

use std::time::Duration;

use cloud::limits::{Admission, ClaimLimits};
use domain::{BroadcasterId, Timestamp};
use in_process_aws::InProcessAws;

use crate::{at, broadcaster, customer};

async fn limits() -> (InProcessAws, ClaimLimits) {
    let aws = InProcessAws::start().await;
    let limits = ClaimLimits::from_environment(&aws.aws()).unwrap();
    (aws, limits)
}

fn began() -> Timestamp {
    at("2026-12-05T09:30:00Z")
}

async fn admitted(limits: &ClaimLimits, who: &str, now: Timestamp) -> bool {
    let admission = limits.admit(&broadcaster(), &customer(who), now).await;
    admission.unwrap() == Admission::Admitted
}

async fn fails(limits: &ClaimLimits, who: &str) -> (bool, bool) {
    let counted = limits
        .count_failure(&broadcaster(), &customer(who), began())
        .await
        .unwrap();
    (counted.customer_stopped, counted.broadcaster_limit_passed)
}

#[tokio::test]
async fn a_customer_may_submit_so_often_an_hour() {
    let (aws, limits) = limits().await;
    for number in 0..60 {
        assert!(admitted(&limits, "ada", began()).await, "{number}");
    }
    let refused = limits
        .admit(&broadcaster(), &customer("ada"), began())
        .await;
    let expected = Admission::Refused {
        retry_after: Duration::from_secs(1_800),
    };
    assert_eq!(refused.unwrap(), expected);
    assert!(admitted(&limits, "bob", began()).await);
    let other = BroadcasterId::new("700100201").unwrap();
    let theirs = limits.admit(&other, &customer("ada"), began()).await;
    assert_eq!(theirs.unwrap(), Admission::Admitted);
    assert!(!admitted(&limits, "ada", at("2026-12-05T09:59:59.999Z")).await);
    assert!(admitted(&limits, "ada", at("2026-12-05T10:00:00Z")).await);
    assert_eq!(
        aws.inputs("UpdateItem").len(),
        60 + 5,
        "one write a submission"
    );
}

#[tokio::test]
async fn a_customer_whose_claims_fail_is_stopped_for_the_rest_of_the_hour() {
    let (_aws, limits) = limits().await;
    for number in 1..=20 {
        assert!(admitted(&limits, "ada", began()).await, "{number}");
        assert_eq!(
            fails(&limits, "ada").await,
            (number == 20, false),
            "{number}"
        );
    }
    assert!(!admitted(&limits, "ada", began()).await);
    assert_eq!(fails(&limits, "ada").await, (false, false), "said once");
    assert!(admitted(&limits, "bob", began()).await);
    assert!(admitted(&limits, "ada", at("2026-12-05T10:00:00Z")).await);
}

#[tokio::test]
async fn beyond_the_broadcaster_s_limit_one_failure_stops_a_customer() {
    let aws = InProcessAws::start().await;
    let small = aws.aws_with("BROADCASTER_FAILED_CLAIMS_PER_HOUR", "3");
    let limits = ClaimLimits::from_environment(&small).unwrap();
    for who in ["a", "b", "c"] {
        assert_eq!(fails(&limits, who).await, (false, false));
        assert!(admitted(&limits, who, began()).await);
    }
    assert_eq!(fails(&limits, "d").await, (true, true));
    assert!(!admitted(&limits, "d", began()).await);
    assert!(
        admitted(&limits, "e", began()).await,
        "whoever has not failed goes on"
    );

    // Past the limit the broadcaster's counter is written no more.
    aws.forget_calls();
    assert_eq!(fails(&limits, "f").await, (true, false));
    let keys: Vec<_> = aws
        .inputs("UpdateItem")
        .into_iter()
        .map(|input| input["Key"]["pk"]["S"].clone())
        .collect();
    assert_eq!(keys.len(), 1);
    assert!(keys[0].as_str().unwrap().ends_with("#f"), "{keys:?}");
    // Another instance of the function learns it with its first failure.
    let another = ClaimLimits::from_environment(&small).unwrap();
    assert_eq!(fails(&another, "g").await, (true, false));
}

#[tokio::test]
async fn a_counter_expires_after_its_hour() {
    let (aws, limits) = limits().await;
    assert!(admitted(&limits, "ada", began()).await);
    fails(&limits, "ada").await;
    let items = aws.items("purchases");
    assert_eq!(items.len(), 2);
    let expires = at("2026-12-05T11:00:00Z").as_second().to_string();
    for item in items {
        assert_eq!(item["expires_at"]["N"], expires.as_str(), "{item}");
    }
}

#[tokio::test]
async fn a_limit_is_a_whole_number_from_1_on() {
    let aws = InProcessAws::start().await;
    for wrong in ["", "0", "-1", "many"] {
        let given = aws.aws_with("SUBMISSIONS_PER_HOUR", wrong);
        let error = ClaimLimits::from_environment(&given)
            .unwrap_err()
            .to_string();
        assert!(error.contains("SUBMISSIONS_PER_HOUR"), "{error}");
    }
}

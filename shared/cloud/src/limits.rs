//! How often a customer may submit, and how often fail, within an hour.
//!
//! Two counters in the table of purchases. The one of a customer is written once a submission, by one
//! conditional write that also admits it. The one of a broadcaster counts failures only, and no more
//! once its limit is passed, so that it never becomes a hot item.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::ReturnValue;
use domain::{BroadcasterId, CustomerId, Timestamp};

use crate::CloudError;
use crate::condition::condition_failed;
use crate::environment::Aws;
use crate::item::{Item, number, text};

/// The length of a counter's time, in seconds.
const HOUR: i64 = 3_600;

/// The counters and their limits.
#[derive(Debug, Clone)]
pub struct ClaimLimits {
    client: Client,
    table: String,
    submissions: u32,
    failures: u32,
    broadcaster_failures: u32,
    /// The hour in which each broadcaster was last seen past its limit.
    passed: Arc<Mutex<BTreeMap<BroadcasterId, i64>>>,
}

/// Whether a customer may submit now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Yes, and it was counted.
    Admitted,
    /// Not before so much time has passed.
    Refused {
        /// The rest of the hour.
        retry_after: Duration,
    },
}

/// What one more failed claim led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailedClaim {
    /// The customer may not submit for the rest of the hour, from this failure on.
    pub customer_stopped: bool,
    /// The broadcaster passed its limit with this failure.
    pub broadcaster_limit_passed: bool,
}

impl ClaimLimits {
    /// The counters in the table that `PURCHASES_TABLE` names, with the limits of `SUBMISSIONS_PER_HOUR`,
    /// `FAILED_CLAIMS_PER_HOUR` and `BROADCASTER_FAILED_CLAIMS_PER_HOUR`.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if a variable is missing or no whole number from 1 on.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: Client::new(&aws.config),
            table: aws.required("PURCHASES_TABLE")?,
            submissions: limit(aws, "SUBMISSIONS_PER_HOUR")?,
            failures: limit(aws, "FAILED_CLAIMS_PER_HOUR")?,
            broadcaster_failures: limit(aws, "BROADCASTER_FAILED_CLAIMS_PER_HOUR")?,
            passed: Arc::default(),
        })
    }

    /// Counts a submission, unless the customer has made too many or failed too often this hour.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn admit(
        &self,
        broadcaster: &BroadcasterId,
        customer: &CustomerId,
        now: Timestamp,
    ) -> Result<Admission, CloudError> {
        let sent = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", text(customer_key(broadcaster, customer, now)))
            .update_expression("SET expires_at = :expires ADD submissions :one")
            .condition_expression(
                "(attribute_not_exists(submissions) OR submissions < :submissions) \
                 AND (attribute_not_exists(failures) OR failures < :failures)",
            )
            .set_expression_attribute_values(Some(values([
                (":expires", expiry(now)),
                (":one", 1),
                (":submissions", self.submissions.into()),
                (":failures", self.failures.into()),
            ])))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Admission::Admitted),
            Err(error) if condition_failed(&error) => {
                let left = HOUR - now.as_second().rem_euclid(HOUR);
                Ok(Admission::Refused {
                    retry_after: Duration::from_secs(left.unsigned_abs()),
                })
            }
            Err(error) => Err(CloudError::service("counting a submission", error)),
        }
    }

    /// Counts a claim that failed as a guess does. Once the broadcaster has more of them than its limit,
    /// one failure is enough to stop a customer: guesses may be spread over many accounts, and those
    /// whose purchases are in order go on.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn count_failure(
        &self,
        broadcaster: &BroadcasterId,
        customer: &CustomerId,
        now: Timestamp,
    ) -> Result<FailedClaim, CloudError> {
        let hour = hour(now);
        let mut total = None;
        if !self.is_past_limit(broadcaster, hour) {
            let key = format!("{broadcaster}#failed-claims#{hour}");
            let failures = self.add_failures(key, 1, now).await?;
            if failures > self.broadcaster_failures.into() {
                let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
                passed.insert(broadcaster.clone(), hour);
            }
            total = Some(failures);
        }
        let is_past_limit = total.is_none_or(|total| total > self.broadcaster_failures.into());
        let weight = if is_past_limit { self.failures } else { 1 };
        let key = customer_key(broadcaster, customer, now);
        let failures = self.add_failures(key, weight, now).await?;
        let (before, most) = (
            failures.saturating_sub(weight.into()),
            u64::from(self.failures),
        );
        Ok(FailedClaim {
            customer_stopped: before < most && failures >= most,
            broadcaster_limit_passed: total == Some(u64::from(self.broadcaster_failures) + 1),
        })
    }

    fn is_past_limit(&self, broadcaster: &BroadcasterId, hour: i64) -> bool {
        let passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        passed.get(broadcaster) == Some(&hour)
    }

    /// Answers the number of failures that the counter has now.
    async fn add_failures(
        &self,
        key: String,
        failures: u32,
        now: Timestamp,
    ) -> Result<u64, CloudError> {
        let counted = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", text(key))
            .update_expression("SET expires_at = :expires ADD failures :failures")
            .set_expression_attribute_values(Some(values([
                (":expires", expiry(now)),
                (":failures", failures.into()),
            ])))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await
            .map_err(|error| CloudError::service("counting a failed claim", error))?;
        Ok(counted
            .attributes
            .as_ref()
            .and_then(|item| item.get("failures"))
            .and_then(|failures| failures.as_n().ok())
            .and_then(|failures| failures.parse().ok())
            .unwrap_or_default())
    }
}

fn limit(aws: &Aws, name: &'static str) -> Result<u32, CloudError> {
    let number = aws.required(name)?.parse().ok();
    let rule = || "must be a whole number from 1 on".to_owned();
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| CloudError::Environment { name, rule: rule() })
}

fn hour(now: Timestamp) -> i64 {
    now.as_second().div_euclid(HOUR)
}

fn customer_key(broadcaster: &BroadcasterId, customer: &CustomerId, now: Timestamp) -> String {
    format!("{broadcaster}#claims#{}#{customer}", hour(now))
}

/// When a counter may go: an hour after its own.
fn expiry(now: Timestamp) -> i128 {
    i128::from((hour(now) + 2) * HOUR)
}

fn values<const N: usize>(values: [(&str, i128); N]) -> Item {
    values
        .map(|(name, value)| (name.to_owned(), number(value)))
        .into()
}

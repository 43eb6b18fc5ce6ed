//! Hourly limits of a customer's submissions and failed claims (ADR 32).
//!
//! Two counters in the table of purchases. The customer's is written once per submission, by a
//! conditional write that also admits it. The broadcaster's counts failures only, and stops once
//! its limit is passed, so that it never becomes a hot item.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::ReturnValue;
use domain::{BroadcasterId, CustomerId, Timestamp};

use crate::CloudError;
use crate::condition::{condition_failed, unwritten};
use crate::environment::Aws;
use crate::item::{Item, number, text};

/// Length of a counter's window, in seconds.
const HOUR: i64 = 3_600;

/// Counters and their limits.
#[derive(Debug, Clone)]
pub struct ClaimLimits {
    client: Client,
    table: String,
    submissions: u32,
    failures: u32,
    broadcaster_failures: u32,
    /// Hour in which each broadcaster was last seen beyond its limit.
    passed: Arc<Mutex<BTreeMap<BroadcasterId, i64>>>,
}

/// Decision about a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// Allowed and counted.
    Admitted,
    /// Refused until `retry_after` has passed.
    Refused {
        /// The rest of the hour.
        retry_after: Duration,
    },
}

/// Effect of one more failed claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailedClaim {
    /// The customer may not submit for the rest of the hour, because of this failure.
    pub customer_stopped: bool,
    /// The broadcaster passed its limit with this failure.
    pub broadcaster_limit_passed: bool,
}

impl ClaimLimits {
    /// Builds counters in the table that `PURCHASES_TABLE` names, with the limits of
    /// `SUBMISSIONS_PER_HOUR`, `FAILED_CLAIMS_PER_HOUR` and `BROADCASTER_FAILED_CLAIMS_PER_HOUR`.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if a variable is missing or not a whole number from 1.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: aws.dynamodb(),
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
            // Counting and deciding are one write: with a read before it, simultaneous submissions
            // would all be admitted.
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
            Err(error) => Err(unwritten(
                "counting a submission",
                "the counter of submissions",
                error,
            )),
        }
    }

    /// Counts a claim that failed in the way a guess fails.
    ///
    /// Beyond the broadcaster's limit one failure stops a customer, because guesses may be spread
    /// over many accounts. Customers whose submissions succeed are not affected.
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
                // Remembered, so that an attack does not write to the broadcaster's one counter for
                // each guess.
                let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
                passed.insert(broadcaster.clone(), hour);
            }
            total = Some(failures);
        }
        let is_past_limit = total.is_none_or(|total| total > self.broadcaster_failures.into());
        // Counted with a weight that reaches the customer's limit at once, because the next
        // admission only reads the customer's counter.
        let weight = if is_past_limit { self.failures } else { 1 };
        let key = customer_key(broadcaster, customer, now);
        let failures = self.add_failures(key, weight, now).await?;
        let (before, most) = (
            failures.saturating_sub(weight.into()),
            u64::from(self.failures),
        );
        Ok(FailedClaim {
            // Only the failure that crosses the limit reports it, so that each is counted once.
            customer_stopped: before < most && failures >= most,
            broadcaster_limit_passed: total == Some(u64::from(self.broadcaster_failures) + 1),
        })
    }

    fn is_past_limit(&self, broadcaster: &BroadcasterId, hour: i64) -> bool {
        let passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        passed.get(broadcaster) == Some(&hour)
    }

    /// Adds failures to a counter and returns its value.
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

/// Returns the key of a customer's counter. The hour is a part of it, so a new hour needs no reset.
fn customer_key(broadcaster: &BroadcasterId, customer: &CustomerId, now: Timestamp) -> String {
    format!("{broadcaster}#claims#{}#{customer}", hour(now))
}

/// Returns the expiry of a counter in Unix seconds: an hour after its window.
fn expiry(now: Timestamp) -> i128 {
    i128::from((hour(now) + 2) * HOUR)
}

fn values<const N: usize>(values: [(&str, i128); N]) -> Item {
    values
        .map(|(name, value)| (name.to_owned(), number(value)))
        .into()
}

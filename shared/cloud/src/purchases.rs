//! Table of purchases: submissions, and what belongs to a store rather than to a subscription.
//!
//! | pk | content |
//! |---|---|
//! | `{broadcaster}#request#{correlationId}` | a submission: pending, or with its outcome |
//! | `{broadcaster}#latest#{store}#{hash of the content}` | the latest submission with that content
//! by that customer |
//! | `{broadcaster}#notification#{store}#{hash of the purchase key}` | deferred notification; one
//! about a voided payment also has a hash of that |
//! | `{broadcaster}#claims#{hour}#{customerId}` | a customer's submissions and failures in that
//! hour ([`ClaimLimits`](crate::limits::ClaimLimits)) |
//! | `{broadcaster}#failed-claims#{hour}` | failed claims of a broadcaster in that hour |
//! | `{broadcaster}#transfers#{day}#{customerId}` | purchases that a customer took over from others
//! on that day (UTC) |
//! | `{broadcaster}#pace#{store}` | time at which the store may be asked next |
//! | `{broadcaster}#replay#{endpointId}` | the latest replay of an endpoint |
//! | `{broadcaster}#redelivery#{endpointId}` | an endpoint that fails, and what is done about it |
//! | `{broadcaster}#catch-up#{store}` | position up to which the store's undelivered notifications
//! were read |
//!
//! Items expire: an answered submission after a week, a pending one and a deferred notification
//! after thirty days.

mod brake;
mod deferred;
mod notification_history;
mod rate_limit;
mod redeliveries;
mod replays;
mod submit;
mod transfers;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use domain::{BroadcasterId, CorrelationId, CustomerId, OfferId, Store, Timestamp};
use domain::{Locator, Proof, validation::EndedValidation};
use serde::{Deserialize, Deserializer, Serialize};

use crate::CloudError;
use crate::clock::credible;
use crate::condition::condition_failed;
use crate::due::DueIndex;
use crate::environment::Aws;
use crate::erasure::{ErasedPage, erase_page};
use crate::item::{Item, due_shard, from_item, number, sortable, text, to_item};

pub use brake::{Brake, LookUps};
pub use deferred::deferred_shard;
pub use notification_history::HistoryCursor;
pub use rate_limit::{Limited, RateLimits, Turn};
pub use redeliveries::FailingEndpoint;
pub use submit::Submitted;

/// Attribute of the table's key.
const KEY: &[&str] = &["pk"];

/// Retention of an answered submission, in seconds.
const KEPT_SECONDS: i64 = 7 * 86_400;

/// Retention of a submission without an outcome, in seconds.
const KEPT_PENDING_SECONDS: i64 = 30 * 86_400;

/// Stored submission.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Submission {
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// The store.
    pub store: Store,
    /// The purchase.
    pub locator: Locator,
    /// The submitter.
    pub customer_id: CustomerId,
    /// Id by which the submitter polls.
    pub correlation_id: CorrelationId,
    /// Time at which it was received.
    pub submitted_at: Timestamp,
    /// Number of times that the schedule took over, because the store gave no usable answer.
    #[serde(default, rename = "put_off")]
    pub deferrals: u32,
    /// Offer that the submitter believes to have sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_id: Option<OfferId>,
    /// Coupon code of the submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon_code: Option<String>,
    /// Proof of possession that the app submitted. No message and no answer contains it, and it is
    /// deleted when the submission ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// Outcome, once there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<EndedValidation>,
}

/// Submission that is due, with what is needed to queue it again.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DueSubmission {
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// The store to ask.
    pub store: Store,
    /// The purchase to ask for.
    pub locator: Locator,
    /// The submitter.
    pub customer_id: CustomerId,
    /// The submission.
    pub correlation_id: CorrelationId,
    /// Time at which it was received.
    #[serde(deserialize_with = "credible_time")]
    pub submitted_at: Timestamp,
}

/// Client of the table.
#[derive(Debug, Clone)]
pub struct Purchases {
    client: Client,
    table: String,
}

impl Purchases {
    /// Builds a client for the table that `PURCHASES_TABLE` names.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: aws.dynamodb(),
            table: aws.required("PURCHASES_TABLE")?,
        })
    }

    /// Deletes a broadcaster's items of one page of the table.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn erase(
        &self,
        broadcaster: &BroadcasterId,
        after: Option<Item>,
    ) -> Result<ErasedPage, CloudError> {
        let prefix = format!("{broadcaster}#");
        erase_page((&self.client, &self.table), &["pk"], &prefix, after).await
    }

    /// Returns a submission by its correlation id.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn submission(
        &self,
        broadcaster: &BroadcasterId,
        correlation: CorrelationId,
    ) -> Result<Option<Submission>, CloudError> {
        let item = self.get(&submission_key(broadcaster, correlation)).await?;
        let read = |item| {
            let submission: Submission = from_item("submission", item)?;
            let submitted_at = credible(submission.submitted_at);
            Ok(Submission {
                submitted_at,
                ..submission
            })
        };
        item.map(read).transpose()
    }

    /// Builds the write that ends a pending submission, for the transaction with the change that it
    /// reports (ADR 9).
    ///
    /// # Errors
    /// [`CloudError::Stored`] if it can't be serialised.
    pub fn finish(&self, submission: &Submission) -> Result<TransactWriteItem, CloudError> {
        let now = submission
            .outcome
            .as_ref()
            .map_or(submission.submitted_at, |outcome| outcome.decided_at);
        // The whole item is replaced, without `due_shard` and `due_at`: that takes it off the
        // schedule.
        let mut item = submission_item(submission, now.as_second() + KEPT_SECONDS)?;
        item.insert("announce".to_owned(), AttributeValue::Bool(true));
        let put = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            // Another function may have ended it. Then the transaction fails and nothing is written
            // twice.
            .condition_expression("attribute_not_exists(outcome)")
            .build()
            .map_err(|error| CloudError::service("ending a submission", error))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }

    /// Postpones a pending submission until `due_at`. Does nothing if it has an outcome.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn defer_submission(
        &self,
        submission: &Submission,
        due_at: Timestamp,
    ) -> Result<(), CloudError> {
        let pk = submission_key(&submission.broadcaster_id, submission.correlation_id);
        self.move_due(
            &pk,
            due_at,
            "ADD put_off :one",
            "attribute_exists(pk) AND attribute_not_exists(outcome)",
            (":one", number(1)),
        )
        .await
        .map(drop)
    }

    /// Returns the index of the submissions without an outcome that are due.
    #[must_use]
    pub fn due_submissions(&self) -> DueIndex<DueSubmission> {
        DueIndex::new(&self.client, &self.table, KEY)
    }

    async fn move_due(
        &self,
        pk: &str,
        until: Timestamp,
        also: &str,
        condition: &str,
        (name, value): (&str, AttributeValue),
    ) -> Result<bool, CloudError> {
        let values = Item::from([
            (":until".to_owned(), text(sortable(until))),
            (":shard".to_owned(), text(due_shard(pk))),
            (name.to_owned(), value),
        ]);
        let sent = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("pk", text(pk))
            .update_expression(format!("SET due_at = :until, due_shard = :shard {also}"))
            .condition_expression(condition)
            .set_expression_attribute_values(Some(values))
            .send()
            .await;
        match sent {
            Ok(_) => Ok(true),
            Err(error) if condition_failed(&error) => Ok(false),
            Err(error) => Err(CloudError::service("putting a submission off", error)),
        }
    }

    async fn get(&self, pk: &str) -> Result<Option<Item>, CloudError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", text(pk))
            // A poll right after the outcome must see it.
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| CloudError::service("reading a submission", error))?;
        Ok(answer.item)
    }
}

/// Parses a stored time and limits it to the past.
fn credible_time<'de, D: Deserializer<'de>>(input: D) -> Result<Timestamp, D::Error> {
    Timestamp::deserialize(input).map(credible)
}

fn submission_key(broadcaster: &BroadcasterId, correlation: CorrelationId) -> String {
    format!("{broadcaster}#request#{correlation}")
}

fn submission_item(submission: &Submission, expires_at: i64) -> Result<Item, CloudError> {
    let mut item = to_item("submission", submission)?;
    let pk = submission_key(&submission.broadcaster_id, submission.correlation_id);
    item.insert("pk".to_owned(), text(pk));
    item.insert("expires_at".to_owned(), number(expires_at.into()));
    Ok(item)
}

//! Recording of submissions, so that the same one is not validated twice at the same time.

use aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder;
use domain::validation::{ValidationFailure, ValidationOutcome};
use domain::{CorrelationId, CustomerId, Locator, OfferId, Store, Timestamp};
use serde::{Deserialize, Serialize};

use super::{KEPT_PENDING_SECONDS, Purchases, Submission, submission_item, submission_key};
use crate::CloudError;
use crate::condition::{condition_failed, met_a_transaction, unwritten};
use crate::item::{Item, due_shard, from_item, number, sha256_hex, sortable, text, to_item};
use crate::retry::{COOL_DOWN, HEAL_AFTER, QUEUE_AGAIN_AFTER};

/// Result of recording a submission.
#[derive(Debug, Clone, PartialEq)]
pub enum Submitted {
    /// It is new and must be queued.
    New(CorrelationId),
    /// An equal submission is pending.
    Pending {
        /// The earlier submission.
        correlation_id: CorrelationId,
        /// Whether to queue it again, in case its message was lost.
        queue_again: bool,
    },
    /// An equal submission has an outcome: under this correlation id, or a refusal of the last
    /// minute.
    Decided {
        /// The earlier submission.
        correlation_id: CorrelationId,
        /// Its outcome.
        outcome: Box<ValidationOutcome>,
    },
    /// The correlation id belongs to a submission with another content.
    CorrelationIdTaken,
}

#[derive(Serialize, Deserialize)]
struct Latest {
    correlation_id: CorrelationId,
}

impl Purchases {
    /// Records a submission, and that it is the latest one with its content.
    ///
    /// Two writes and not a transaction, which costs twice as much. The submission comes first: if
    /// the function ends between the two, the schedule finds it.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn submit(&self, submission: &Submission) -> Result<Submitted, CloudError> {
        // Written before anything is read: most submissions are new.
        if let Some(earlier) = self.record(submission).await? {
            // A client that repeats its request keeps the correlation id, and must get the first
            // one's answer also after another submission has become the latest.
            return Ok(repeated(submission, &earlier));
        }
        let latest_key = latest_key(submission)?;
        let mut replaces: Option<CorrelationId> = None;
        for _attempt in 0..4 {
            if self
                .become_latest(submission, &latest_key, replaces)
                .await?
            {
                return Ok(Submitted::New(submission.correlation_id));
            }
            let Some(item) = self.get(&latest_key).await? else {
                // The latest item expired between the write and the read.
                replaces = None;
                continue;
            };
            let latest: Latest = from_item("latest submission", item)?;
            let pending = self
                .submission(&submission.broadcaster_id, latest.correlation_id)
                .await?;
            match pending.filter(|earlier| still_stands(earlier, submission.submitted_at)) {
                Some(earlier) => {
                    self.withdraw(submission).await?;
                    return Ok(same(submission, &earlier));
                }
                None => replaces = Some(latest.correlation_id),
            }
        }
        Err(CloudError::Conflict("the submission"))
    }

    /// Writes a submission. Returns the stored one instead if its correlation id is known.
    async fn record(&self, submission: &Submission) -> Result<Option<Submission>, CloudError> {
        let mut item = submission_item(submission, expiry(submission))?;
        // Due from the beginning: if the message never reaches the queue, the schedule finds the
        // item.
        if let Ok(due_at) = submission.submitted_at.checked_add(HEAL_AFTER) {
            let pk = submission_key(&submission.broadcaster_id, submission.correlation_id);
            item.insert("due_shard".to_owned(), text(due_shard(&pk)));
            item.insert("due_at".to_owned(), text(sortable(due_at)));
        }
        let put = self
            .client
            .put_item()
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)");
        if self.put(put).await? {
            return Ok(None);
        }
        // If it is this one, because the SDK has repeated a write whose answer was lost, the schedule
        // queues it.
        let (broadcaster, correlation) = (&submission.broadcaster_id, submission.correlation_id);
        let earlier = self.submission(broadcaster, correlation).await?;
        earlier
            .map(Some)
            .ok_or(CloudError::Conflict("the submission"))
    }

    /// Returns `false` if the latest submission with this content is another one than `replaces`.
    async fn become_latest(
        &self,
        submission: &Submission,
        latest_key: &str,
        replaces: Option<CorrelationId>,
    ) -> Result<bool, CloudError> {
        let correlation_id = submission.correlation_id;
        let mut latest: Item = to_item("latest submission", &Latest { correlation_id })?;
        latest.insert("pk".to_owned(), text(latest_key));
        latest.insert("expires_at".to_owned(), number(expiry(submission).into()));
        let put = self
            .client
            .put_item()
            .set_item(Some(latest))
            .expression_attribute_values(":this", text(correlation_id.to_string()));
        self.put(match replaces {
            None => put.condition_expression("attribute_not_exists(pk) OR correlation_id = :this"),
            Some(replaced) => put
                .condition_expression("correlation_id IN (:this, :replaced)")
                .expression_attribute_values(":replaced", text(replaced.to_string())),
        })
        .await
    }

    /// Deletes a submission that was recorded and that an earlier one answers.
    async fn withdraw(&self, submission: &Submission) -> Result<(), CloudError> {
        let pk = submission_key(&submission.broadcaster_id, submission.correlation_id);
        let sent = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key("pk", text(pk))
            .condition_expression("attribute_not_exists(outcome)")
            .send()
            .await;
        match sent {
            Ok(_) => Ok(()),
            // The schedule was faster: it has an outcome of its own.
            Err(error) if condition_failed(&error) => Ok(()),
            Err(error) => Err(unwritten(
                "withdrawing a submission",
                "the submission",
                error,
            )),
        }
    }

    /// Returns `false` if the condition does not hold.
    async fn put(&self, put: PutItemFluentBuilder) -> Result<bool, CloudError> {
        match put.table_name(&self.table).send().await {
            Ok(_) => Ok(true),
            // The second is a transaction on the same item at the same moment, so the item exists.
            Err(error) if condition_failed(&error) || met_a_transaction(&error) => Ok(false),
            Err(error) => Err(unwritten("recording a submission", "the submission", error)),
        }
    }
}

/// Returns when a pending submission expires, in Unix seconds.
fn expiry(submission: &Submission) -> i64 {
    submission.submitted_at.as_second() + KEPT_PENDING_SECONDS
}

/// Fields by which two submissions are equal. The proof is not one of them: a store signs the same
/// transaction again for each launch of an app, and the locator was read from it.
#[derive(PartialEq, Serialize)]
struct Content<'a> {
    store: Store,
    locator: &'a Locator,
    customer_id: &'a CustomerId,
    offer_id: Option<&'a OfferId>,
    coupon_code: Option<&'a str>,
}

impl<'a> Content<'a> {
    fn of(submission: &'a Submission) -> Self {
        Self {
            store: submission.store,
            locator: &submission.locator,
            customer_id: &submission.customer_id,
            offer_id: submission.offer_id.as_ref(),
            coupon_code: submission.coupon_code.as_deref(),
        }
    }
}

fn latest_key(submission: &Submission) -> Result<String, CloudError> {
    let content =
        serde_json::to_string(&Content::of(submission)).map_err(|error| CloudError::Stored {
            what: "submission",
            reason: error.to_string(),
        })?;
    let (broadcaster, store) = (&submission.broadcaster_id, submission.store);
    Ok(format!(
        // The whole content is hashed: another coupon or offer is another submission.
        "{broadcaster}#latest#{store}#{}",
        sha256_hex(&content)
    ))
}

/// Returns the result of a submission whose correlation id is known.
fn repeated(submission: &Submission, earlier: &Submission) -> Submitted {
    if Content::of(submission) == Content::of(earlier) {
        same(submission, earlier)
    } else {
        Submitted::CorrelationIdTaken
    }
}

fn same(submission: &Submission, earlier: &Submission) -> Submitted {
    let correlation_id = earlier.correlation_id;
    match &earlier.outcome {
        Some(ended) => Submitted::Decided {
            correlation_id,
            outcome: Box::new(ended.outcome.clone()),
        },
        None => {
            let age = submission.submitted_at.duration_since(earlier.submitted_at);
            Submitted::Pending {
                // An app that repeats its submission at once must not fill the queue.
                correlation_id,
                queue_again: age > QUEUE_AGAIN_AFTER,
            }
        }
    }
}

/// Whether an earlier submission answers a new one: it is pending, or a refusal of the last minute.
fn still_stands(earlier: &Submission, now: Timestamp) -> bool {
    earlier.outcome.as_ref().is_none_or(|ended| {
        // Only refusals by the store. Other failures may be corrected at once, for example by
        // mapping the product to an offer.
        matches!(
            ended.outcome,
            ValidationOutcome::Failure {
                error: ValidationFailure::StoreRejected | ValidationFailure::PurchaseNotFound,
                ..
            }
        ) && now.duration_since(ended.decided_at) < COOL_DOWN
    })
}

//! Recording of submissions, so that the same one is not validated twice at the same time.

use aws_sdk_dynamodb::types::{Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem};
use domain::validation::{ValidationFailure, ValidationOutcome};
use domain::{CorrelationId, CustomerId, Locator, OfferId, Store, Timestamp};
use serde::{Deserialize, Serialize};

use super::{KEPT_PENDING_SECONDS, Purchases, Submission, submission_item, submission_key};
use crate::CloudError;
use crate::item::{Item, due_shard, from_item, number, sha256_hex, sortable, text, to_item};
use crate::retry::{COOL_DOWN, HEAL_AFTER, QUEUE_AGAIN_AFTER};
use crate::transaction::{Unwritten, transact};

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
    /// Records a submission and that it is the latest one with its content, in one transaction.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read or written.
    pub async fn submit(&self, submission: &Submission) -> Result<Submitted, CloudError> {
        let latest_key = latest_key(submission)?;
        let mut replaces: Option<CorrelationId> = None;
        for _attempt in 0..4 {
            // Written before anything is read: most submissions are new.
            if self.record(submission, &latest_key, replaces).await? {
                return Ok(Submitted::New(submission.correlation_id));
            }
            // A client that repeats its request keeps the correlation id, and must get the first
            // one's answer also after another submission has become the latest.
            let earlier = self
                .submission(&submission.broadcaster_id, submission.correlation_id)
                .await?;
            if let Some(earlier) = earlier {
                return Ok(repeated(submission, &earlier));
            }
            let Some(item) = self.get(&latest_key).await? else {
                // The latest item expired between the transaction and the read.
                replaces = None;
                continue;
            };
            let latest: Latest = from_item("latest submission", item)?;
            let pending = self
                .submission(&submission.broadcaster_id, latest.correlation_id)
                .await?;
            match pending.filter(|earlier| still_stands(earlier, submission.submitted_at)) {
                Some(earlier) => return Ok(same(submission, &earlier)),
                None => replaces = Some(latest.correlation_id),
            }
        }
        Err(CloudError::Conflict("the submission"))
    }

    /// Returns `false` if the latest submission with this content is another one than `replaces`.
    async fn record(
        &self,
        submission: &Submission,
        latest_key: &str,
        replaces: Option<CorrelationId>,
    ) -> Result<bool, CloudError> {
        let failed = |error| CloudError::service("recording a submission", error);
        let expires_at = submission.submitted_at.as_second() + KEPT_PENDING_SECONDS;
        let mut item = submission_item(submission, expires_at)?;
        // Due from the beginning: if the message never reaches the queue, the schedule finds the
        // item.
        if let Ok(due_at) = submission.submitted_at.checked_add(HEAL_AFTER) {
            let pk = submission_key(&submission.broadcaster_id, submission.correlation_id);
            item.insert("due_shard".to_owned(), text(due_shard(&pk)));
            item.insert("due_at".to_owned(), text(sortable(due_at)));
        }
        let recorded = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk)")
            .build()
            .map_err(failed)?;

        let mut latest: Item = to_item(
            "latest submission",
            &Latest {
                correlation_id: submission.correlation_id,
            },
        )?;
        latest.insert("pk".to_owned(), text(latest_key));
        latest.insert("expires_at".to_owned(), number(expires_at.into()));
        let latest = Put::builder()
            .table_name(&self.table)
            .set_item(Some(latest))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::None);
        let latest = match replaces {
            None => latest.condition_expression("attribute_not_exists(pk)"),
            Some(replaced) => latest
                .condition_expression("correlation_id = :replaced")
                .expression_attribute_values(":replaced", text(replaced.to_string())),
        };
        let latest = latest.build().map_err(failed)?;

        let write = |put| TransactWriteItem::builder().put(put).build();
        let writes = vec![write(recorded), write(latest)];
        match transact(
            &self.client,
            "recording a submission",
            "the submission",
            writes,
        )
        .await
        {
            Ok(()) => Ok(true),
            Err(Unwritten::Conditions(_)) => Ok(false),
            Err(Unwritten::Other(error)) => Err(error),
        }
    }
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

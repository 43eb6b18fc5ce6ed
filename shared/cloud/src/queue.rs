//! The verification queue: each message says *look at this purchase now*.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use domain::{BroadcasterId, CorrelationId, CustomerId, Store, Timestamp, Void};
use serde::{Deserialize, Serialize};
use stores::{Locator, Notice, StoreNotification};

use crate::CloudError;
use crate::environment::Aws;

/// The largest number of messages in one call to SQS.
pub const BATCH: usize = 10;

/// One request to look at a purchase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// The store to ask.
    pub store: Store,
    /// The purchase to ask for.
    pub locator: Locator,
    /// Why.
    pub cause: VerificationCause,
    /// When the word that led to this was received.
    pub received_at: Timestamp,
    /// Whether it was kept in the table of purchases until now, because the store could not answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferred: bool,
}

impl Verification {
    /// A request that has not been deferred.
    #[must_use]
    pub const fn new(
        broadcaster_id: BroadcasterId,
        store: Store,
        locator: Locator,
        cause: VerificationCause,
        received_at: Timestamp,
    ) -> Self {
        Self {
            broadcaster_id,
            store,
            locator,
            cause,
            received_at,
            deferred: false,
        }
    }

    /// What a notification asks for.
    #[must_use]
    pub fn of_notification(
        broadcaster_id: BroadcasterId,
        store: Store,
        notification: StoreNotification,
        received_at: Timestamp,
    ) -> Self {
        let cause = VerificationCause::Notification {
            id: notification.id,
            kind: notification.kind,
            sent_at: notification.sent_at,
            notice: notification.notice.map(Box::new),
            voided: notification.voided,
        };
        Self::new(
            broadcaster_id,
            store,
            notification.locator,
            cause,
            received_at,
        )
    }
}

/// Why a purchase is to be looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum VerificationCause {
    /// A customer submitted it.
    Claim {
        /// The submission.
        correlation_id: CorrelationId,
        /// The submitter.
        customer_id: CustomerId,
    },
    /// The store sent a notification.
    Notification {
        /// The store's id of it.
        id: String,
        /// The store's name for what happened.
        kind: String,
        /// When the store says that it happened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent_at: Option<Timestamp>,
        /// The state that the signed notification itself carried, if it carried a whole one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notice: Option<Box<Notice>>,
        /// A payment that the store took back, by this word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voided: Option<Void>,
    },
    /// A check was due.
    Reconciliation,
}

impl VerificationCause {
    /// The cause's name in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Claim { .. } => "claim",
            Self::Notification { .. } => "notification",
            Self::Reconciliation => "reconciliation",
        }
    }

    /// A payment that the store took back, if the cause tells of one.
    #[must_use]
    pub const fn voided(&self) -> Option<&Void> {
        match self {
            Self::Notification { voided, .. } => voided.as_ref(),
            _ => None,
        }
    }

    /// The submission, if one is the cause.
    #[must_use]
    pub const fn correlation_id(&self) -> Option<CorrelationId> {
        match self {
            Self::Claim { correlation_id, .. } => Some(*correlation_id),
            _ => None,
        }
    }
}

/// The queue.
#[derive(Debug, Clone)]
pub struct VerificationQueue {
    client: Client,
    url: String,
}

impl VerificationQueue {
    /// The queue that `VERIFICATION_QUEUE_URL` names.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: Client::new(&aws.config),
            url: aws.required("VERIFICATION_QUEUE_URL")?,
        })
    }

    /// Queues one request.
    ///
    /// # Errors
    /// [`CloudError`] if the queue can't be reached: nothing was queued, or it isn't known.
    pub async fn send(&self, verification: &Verification) -> Result<(), CloudError> {
        self.client
            .send_message()
            .queue_url(&self.url)
            .message_body(body(verification)?)
            .send()
            .await
            .map_err(|error| CloudError::service("queueing a verification", error))?;
        Ok(())
    }

    /// Queues up to [`BATCH`] requests in one call. Answers the positions of those that failed.
    ///
    /// # Errors
    /// [`CloudError`] if the call failed as a whole.
    pub async fn send_batch(&self, batch: &[Verification]) -> Result<Vec<usize>, CloudError> {
        let mut entries = Vec::with_capacity(batch.len());
        for (position, verification) in batch.iter().enumerate() {
            let entry = SendMessageBatchRequestEntry::builder()
                .id(position.to_string())
                .message_body(body(verification)?)
                .build()
                .map_err(|error| CloudError::service("queueing verifications", error))?;
            entries.push(entry);
        }
        let answer = self
            .client
            .send_message_batch()
            .queue_url(&self.url)
            .set_entries(Some(entries))
            .send()
            .await
            .map_err(|error| CloudError::service("queueing verifications", error))?;
        Ok(answer
            .failed
            .iter()
            .filter_map(|failed| failed.id.parse().ok())
            .collect())
    }

    /// Hides a received message for so many seconds, so that it is tried again after them.
    ///
    /// # Errors
    /// [`CloudError`] if the queue refused.
    pub async fn delay(&self, receipt_handle: &str, seconds: i32) -> Result<(), CloudError> {
        self.client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(receipt_handle)
            .visibility_timeout(seconds)
            .send()
            .await
            .map_err(|error| CloudError::service("delaying a verification", error))?;
        Ok(())
    }
}

/// Where messages go that nobody can use: kept for a person to look at.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    client: Client,
    url: String,
}

impl DeadLetters {
    /// The queue that `VERIFICATION_DEAD_LETTER_QUEUE_URL` names.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Self::named(aws, "VERIFICATION_DEAD_LETTER_QUEUE_URL")
    }

    /// The queue that another variable names.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn named(aws: &Aws, variable: &'static str) -> Result<Self, CloudError> {
        Ok(Self {
            client: Client::new(&aws.config),
            url: aws.required(variable)?,
        })
    }

    /// Keeps a message.
    ///
    /// # Errors
    /// [`CloudError`] if the queue can't be reached.
    pub async fn keep(&self, message: &serde_json::Value) -> Result<(), CloudError> {
        self.set_aside(&message.to_string()).await
    }

    /// Keeps a message of the verification queue as it is: moved back, it is what it was.
    ///
    /// # Errors
    /// [`CloudError`] if the queue can't be reached.
    pub async fn set_aside(&self, body: &str) -> Result<(), CloudError> {
        self.client
            .send_message()
            .queue_url(&self.url)
            .message_body(body)
            .send()
            .await
            .map_err(|error| CloudError::service("keeping a dead letter", error))?;
        Ok(())
    }
}

fn body(verification: &Verification) -> Result<String, CloudError> {
    serde_json::to_string(verification).map_err(|error| CloudError::Stored {
        what: "verification",
        reason: error.to_string(),
    })
}

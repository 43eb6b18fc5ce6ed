//! Verification queue. Each message causes a look-up of a purchase.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{QueueAttributeName, SendMessageBatchRequestEntry};
use domain::{
    BroadcasterId, CorrelationId, CustomerId, Locator, Notice, PurchaseRef, Store,
    StoreNotification, Timestamp, VoidedPayment,
};
use serde::{Deserialize, Serialize};

use crate::CloudError;
use crate::environment::Aws;

/// Largest number of messages in one call to SQS.
pub const BATCH: usize = 10;

/// Message: request to verify a purchase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// The tenant.
    pub broadcaster_id: BroadcasterId,
    /// The store to ask.
    pub store: Store,
    /// The purchase to ask for.
    pub locator: Locator,
    /// Reason of the request.
    pub cause: VerificationCause,
    /// Time at which the submission or notification was received, or the check was queued.
    pub received_at: Timestamp,
    /// Whether it was deferred before, because the store gave no answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferred: bool,
    /// Time at which the store may be asked, if that was reserved under its rate limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<Timestamp>,
}

impl Verification {
    /// Builds a request that has not been deferred.
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
            turn: None,
        }
    }

    /// Returns the group within which SQS delivers fairly: messages of other groups do not wait
    /// behind a backlog of this one (ADR 42).
    fn group(&self) -> String {
        let (broadcaster, store) = (&self.broadcaster_id, self.store);
        match self.cause {
            // Checks of a group of their own, because nobody waits for them.
            VerificationCause::Reconciliation => format!("{broadcaster}.{store}.checks"),
            VerificationCause::Claim { .. } | VerificationCause::Notification { .. } => {
                format!("{broadcaster}.{store}")
            }
        }
    }

    /// Builds the reference to the purchase.
    #[must_use]
    pub fn purchase(&self) -> PurchaseRef {
        PurchaseRef {
            broadcaster: self.broadcaster_id.clone(),
            store: self.store,
            key: self.locator.key.clone(),
        }
    }

    /// Builds the request that a notification causes.
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

/// Request and the time after which it is delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct Delayed {
    /// The request.
    pub verification: Verification,
    /// Seconds, at most 900.
    pub seconds: i32,
}

impl From<Verification> for Delayed {
    /// Builds a request that is delivered at once.
    fn from(verification: Verification) -> Self {
        Self {
            verification,
            seconds: 0,
        }
    }
}

/// Reason for which a purchase is verified.
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
        /// The store's id of the notification.
        id: String,
        /// The store's name of the event.
        kind: String,
        /// Time at which the event happened, according to the store.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent_at: Option<Timestamp>,
        /// Complete state that the signed notification carried, if it carried one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        notice: Option<Box<Notice>>,
        /// Voided payment that the notification reports.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voided: Option<VoidedPayment>,
    },
    /// A check was due.
    Reconciliation,
}

impl VerificationCause {
    /// Returns the name of the reason in logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Claim { .. } => "claim",
            Self::Notification { .. } => "notification",
            Self::Reconciliation => "reconciliation",
        }
    }

    /// Whether a store's notification is the cause.
    #[must_use]
    pub const fn is_notification(&self) -> bool {
        matches!(self, Self::Notification { .. })
    }

    /// Returns the voided payment that the message reports.
    #[must_use]
    pub const fn voided(&self) -> Option<&VoidedPayment> {
        match self {
            Self::Notification { voided, .. } => voided.as_ref(),
            _ => None,
        }
    }

    /// Returns the correlation id of the submission, if one is the reason.
    #[must_use]
    pub const fn correlation_id(&self) -> Option<CorrelationId> {
        match self {
            Self::Claim { correlation_id, .. } => Some(*correlation_id),
            _ => None,
        }
    }
}

/// Client of the queue.
#[derive(Debug, Clone)]
pub struct VerificationQueue {
    client: Client,
    url: String,
}

impl VerificationQueue {
    /// Builds a client for the queue that `VERIFICATION_QUEUE_URL` names.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: aws.sqs(),
            url: aws.required("VERIFICATION_QUEUE_URL")?,
        })
    }

    /// Queues one request.
    ///
    /// # Errors
    /// [`CloudError`] if the queue can't be reached; the message may have been queued nevertheless.
    pub async fn send(&self, verification: &Verification) -> Result<(), CloudError> {
        self.send_delayed(verification, 0).await
    }

    /// Queues one request, which is delivered after some seconds, at most 900. Until then it does
    /// not count as in flight.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    pub async fn send_delayed(
        &self,
        verification: &Verification,
        seconds: i32,
    ) -> Result<(), CloudError> {
        self.client
            .send_message()
            .queue_url(&self.url)
            .message_group_id(verification.group())
            .set_delay_seconds((seconds > 0).then_some(seconds))
            .message_body(body(verification)?)
            .send()
            .await
            .map_err(|error| CloudError::service("queueing a verification", error))?;
        Ok(())
    }

    /// Queues up to [`BATCH`] requests in one call and returns the positions of those that failed.
    ///
    /// # Errors
    /// [`CloudError`] if the call failed as a whole.
    pub async fn send_batch(&self, batch: &[Delayed]) -> Result<Vec<usize>, CloudError> {
        let mut entries = Vec::with_capacity(batch.len());
        for (position, delayed) in batch.iter().enumerate() {
            let Delayed {
                verification,
                seconds,
            } = delayed;
            let entry = SendMessageBatchRequestEntry::builder()
                .id(position.to_string())
                .message_group_id(verification.group())
                .set_delay_seconds((*seconds > 0).then_some(*seconds))
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

    /// Returns the approximate number of messages that wait to be received.
    ///
    /// # Errors
    /// [`CloudError`] if the queue can't be reached.
    pub async fn waiting(&self) -> Result<usize, CloudError> {
        let name = QueueAttributeName::ApproximateNumberOfMessages;
        let answer = self
            .client
            .get_queue_attributes()
            .queue_url(&self.url)
            .attribute_names(name.clone())
            .send()
            .await
            .map_err(|error| CloudError::service("counting verifications", error))?;
        let number = answer.attributes.as_ref().and_then(|all| all.get(&name));
        Ok(number
            .and_then(|text| text.parse().ok())
            .unwrap_or_default())
    }

    /// Hides a received message for some seconds, after which it is delivered again.
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

/// Client of a dead-letter queue, for messages that a person has to look at.
#[derive(Debug, Clone)]
pub struct DeadLetters {
    client: Client,
    url: String,
}

impl DeadLetters {
    /// Builds a client for the queue that `VERIFICATION_DEAD_LETTER_QUEUE_URL` names.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Self::named(aws, "VERIFICATION_DEAD_LETTER_QUEUE_URL")
    }

    /// Builds a client for the queue that another variable names.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn named(aws: &Aws, variable: &'static str) -> Result<Self, CloudError> {
        Ok(Self {
            client: aws.sqs(),
            url: aws.required(variable)?,
        })
    }

    /// Stores a message.
    ///
    /// # Errors
    /// [`CloudError`] if the queue can't be reached.
    pub async fn keep(&self, message: &serde_json::Value) -> Result<(), CloudError> {
        self.set_aside(&message.to_string()).await
    }

    /// Stores a message of the verification queue unchanged, so that it can be moved back.
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

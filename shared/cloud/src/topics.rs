//! SNS topics of a broadcaster: one for Beacon notifications, one for webhook messages.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_sns::Client;
use aws_sdk_sns::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sns::operation::set_subscription_attributes::SetSubscriptionAttributesError;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use domain::BroadcasterId;
use serde_json::{Value, json};

use crate::CloudError;
use crate::broadcasters::{Endpoint, Feed};
use crate::environment::Aws;

/// Largest number of messages in one call to SNS.
pub const BATCH: usize = 10;

/// Largest size of one call to SNS in bytes, below the service's limit of 262,144.
pub const BATCH_BYTES: usize = 240_000;

/// Attribute that names who is to hear a publication: [`EVERYBODY`], or one endpoint by its id.
pub const AUDIENCE: &str = "audience";

/// Audience of everything that is published when it happens.
pub const EVERYBODY: &str = "all";

/// Returns the filter policy of an endpoint's subscription: what everybody hears and what it alone
/// hears, of these notification types or webhook topics; of all if there are none.
///
/// What `beacon-fanout` of an earlier version published has no audience, and is for everybody.
#[must_use]
pub fn filter_policy(endpoint_id: &str, feed: Feed, topics: &BTreeSet<String>) -> Value {
    let audience = json!([EVERYBODY, endpoint_id, {"exists": false}]);
    if topics.is_empty() {
        json!({ AUDIENCE: audience })
    } else {
        json!({ AUDIENCE: audience, feed.attribute(): topics })
    }
}

/// Message to publish. Attributes serve for filtering; SNS does not sign them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Content as JSON text.
    pub message: String,
    /// Attributes of type `String`.
    pub attributes: BTreeMap<Cow<'static, str>, String>,
}

/// Message of a batch that SNS did not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unpublished {
    /// Position in the batch.
    pub position: usize,
    /// Whether SNS refuses it however often it is sent.
    pub permanent: bool,
}

impl Publication {
    /// Returns the size that counts towards [`BATCH_BYTES`]: content and attributes, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        // SNS counts names, values and data types of attributes towards the limit of a call.
        let attributes = self.attributes.iter();
        self.message.len()
            + attributes
                .map(|(name, value)| name.len() + value.len() + "String".len())
                .sum::<usize>()
    }
}

/// Client of the stack's topics.
#[derive(Debug, Clone)]
pub struct Topics {
    client: Client,
    arn_prefix: String,
}

impl Topics {
    /// Builds a client for the topics whose names begin with `TOPIC_ARN_PREFIX`.
    ///
    /// # Errors
    /// [`CloudError::Environment`] if the variable is missing.
    pub fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            client: Client::new(&aws.config),
            arn_prefix: aws.required("TOPIC_ARN_PREFIX")?,
        })
    }

    /// Returns the ARN of a broadcaster's topic for a feed.
    #[must_use]
    pub fn arn(&self, broadcaster: &BroadcasterId, feed: Feed) -> String {
        let feed = match feed {
            Feed::Beacon => "beacon",
            Feed::Webhooks => "webhooks",
        };
        format!("{}{broadcaster}-{feed}", self.arn_prefix)
    }

    /// Creates both topics of a broadcaster; does nothing where they exist.
    ///
    /// # Errors
    /// [`CloudError`] if SNS refused.
    pub async fn create(&self, broadcaster: &BroadcasterId) -> Result<(), CloudError> {
        for feed in [Feed::Beacon, Feed::Webhooks] {
            let arn = self.arn(broadcaster, feed);
            let name = arn.rsplit(':').next().unwrap_or_default();
            self.client
                .create_topic()
                .name(name)
                // Version 1 signs with SHA-1.
                .attributes("SignatureVersion", "2")
                .send()
                .await
                .map_err(|error| CloudError::service("creating a topic", error))?;
        }
        Ok(())
    }

    /// Deletes both topics of a broadcaster; does nothing where they are gone.
    ///
    /// # Errors
    /// [`CloudError`] if SNS refused.
    pub async fn delete(&self, broadcaster: &BroadcasterId) -> Result<(), CloudError> {
        for feed in [Feed::Beacon, Feed::Webhooks] {
            let deleted = self
                .client
                .delete_topic()
                .topic_arn(self.arn(broadcaster, feed))
                .send()
                .await;
            match deleted {
                Ok(_) => {}
                Err(error)
                    if error
                        .as_service_error()
                        .is_some_and(|e| e.is_not_found_exception()) => {}
                Err(error) => return Err(CloudError::service("deleting a topic", error)),
            }
        }
        Ok(())
    }

    /// Replaces the filter policy of an endpoint's subscription by that of its topics. One that SNS
    /// has forgotten gets it when it is registered again.
    ///
    /// # Errors
    /// What SNS answers if it refuses.
    pub async fn set_filter_policy(
        &self,
        endpoint: &Endpoint,
    ) -> Result<(), SdkError<SetSubscriptionAttributesError>> {
        let policy = filter_policy(&endpoint.endpoint_id, endpoint.feed, &endpoint.topics);
        let set = self
            .client
            .set_subscription_attributes()
            .subscription_arn(&endpoint.subscription_arn)
            .attribute_name("FilterPolicy")
            .attribute_value(policy.to_string())
            .send()
            .await;
        match set {
            Err(error)
                if !error
                    .as_service_error()
                    .is_some_and(SetSubscriptionAttributesError::is_not_found_exception) =>
            {
                Err(error)
            }
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Publishes up to [`BATCH`] messages in one call and returns those that SNS did not accept.
    ///
    /// Publishing to a topic that does not exist succeeds without effect; the journal has the
    /// events.
    ///
    /// # Errors
    /// [`CloudError`] if the call failed as a whole.
    pub async fn publish(
        &self,
        topic_arn: &str,
        batch: &[&Publication],
    ) -> Result<Vec<Unpublished>, CloudError> {
        match self.publish_at_once(topic_arn, batch).await? {
            Taken::But(unpublished) => Ok(unpublished),
            Taken::Never if batch.len() <= 1 => Ok(permanent(0..batch.len())),
            // SNS refuses the whole call for one bad message. Sent alone, the others are accepted.
            Taken::Never => {
                let mut unpublished = Vec::new();
                for (position, publication) in batch.iter().enumerate() {
                    match self.publish_at_once(topic_arn, &[publication]).await {
                        Ok(Taken::But(one)) => {
                            let at_its_place = |one| Unpublished { position, ..one };
                            unpublished.extend(one.into_iter().map(at_its_place));
                        }
                        Ok(Taken::Never) => unpublished.extend(permanent(position..=position)),
                        Err(error) => {
                            tracing::error!(%error, topic_arn, "a message could not be published");
                            unpublished.push(Unpublished {
                                position,
                                permanent: false,
                            });
                        }
                    }
                }
                Ok(unpublished)
            }
        }
    }

    async fn publish_at_once(
        &self,
        topic_arn: &str,
        batch: &[&Publication],
    ) -> Result<Taken, CloudError> {
        let failed = |error| CloudError::service("publishing", error);
        let mut entries = Vec::with_capacity(batch.len());
        for (position, publication) in batch.iter().enumerate() {
            let mut entry = PublishBatchRequestEntry::builder()
                .id(position.to_string())
                .message(&publication.message);
            for (name, value) in &publication.attributes {
                let value = MessageAttributeValue::builder()
                    .data_type("String")
                    .string_value(value)
                    .build()
                    .map_err(failed)?;
                entry = entry.message_attributes(name.as_ref(), value);
            }
            entries.push(entry.build().map_err(failed)?);
        }
        let answer = self
            .client
            .publish_batch()
            .topic_arn(topic_arn)
            .set_publish_batch_request_entries(Some(entries))
            .send()
            .await;
        let answer = match answer {
            Ok(answer) => answer,
            // A topic that is gone has no subscribers, and must not block the other topics of the
            // batch.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_not_found_exception()) =>
            {
                tracing::error!(topic_arn, "there is no such topic: not published");
                return Ok(Taken::But(Vec::new()));
            }
            Err(error)
                if error
                    .as_service_error()
                    .and_then(ProvideErrorMetadata::code)
                    .is_some_and(is_permanent) =>
            {
                tracing::error!(
                    topic_arn,
                    messages = batch.len(),
                    "SNS refuses a call permanently"
                );
                return Ok(Taken::Never);
            }
            Err(error) => return Err(CloudError::service("publishing", error)),
        };
        let unpublished = answer.failed.unwrap_or_default().into_iter();
        Ok(Taken::But(
            unpublished
                .filter_map(|entry| {
                    Some(Unpublished {
                        position: entry.id.parse().ok()?,
                        permanent: is_permanent(&entry.code),
                    })
                })
                .collect(),
        ))
    }
}

/// Result of a call to SNS.
enum Taken {
    /// Everything was accepted but these.
    But(Vec<Unpublished>),
    /// Nothing was accepted, and never will be.
    Never,
}

fn permanent(positions: impl IntoIterator<Item = usize>) -> Vec<Unpublished> {
    let of = |position| Unpublished {
        position,
        permanent: true,
    };
    positions.into_iter().map(of).collect()
}

/// Codes by which SNS says that a message is at fault, so that sending it again changes nothing:
///
/// - `InvalidParameter`, `ParameterValueInvalid`, `ValidationException`: errors of `Publish`
///   (<https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>, which lists the second as
///   `InvalidParameterValue`);
/// - `BatchRequestTooLong`: an error of `PublishBatch`, of a message that is too long alone
///   (<https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html>);
/// - `InvalidParameterValue`, `ValidationError`: errors that all of its calls have in common
///   (<https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html>).
///
/// The message is not at fault with any other code, so sending it again may succeed: rights
/// (`AuthorizationError`, `InvalidSecurity`, `AccessDeniedException`), keys (`KMS…`), the service
/// (`InternalError`, `InternalFailure`, `ServiceUnavailable`) and its limits (`Throttled`,
/// `ThrottlingException`, `KMSThrottling`). `SenderFault` of a batch does not distinguish the two
/// groups: it is also set for rights and limits.
const MESSAGE_AT_FAULT: [&str; 6] = [
    "InvalidParameter",
    "ParameterValueInvalid",
    "ValidationException",
    "BatchRequestTooLong",
    "InvalidParameterValue",
    "ValidationError",
];

/// Whether SNS's code says that the message is at fault, so that sending it again changes nothing.
fn is_permanent(code: &str) -> bool {
    MESSAGE_AT_FAULT.contains(&code)
}

//! AWS resources of an endpoint: its SNS subscription, its dead-letter queue and that queue's
//! alarm.

use std::collections::BTreeSet;

use aws_sdk_cloudwatch::types::{ComparisonOperator, Dimension, Statistic};
use aws_sdk_sns::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::QueueAttributeName;
use cloud::api::ApiError;
use cloud::broadcasters::{Endpoint, Feed};
use cloud::topics::{Publication, Topics, filter_policy};
use cloud::{Aws, CloudError};
use domain::BroadcasterId;
use serde_json::json;

/// Retention of undelivered messages in seconds: 14 days, the most that SQS allows.
const KEPT_SECONDS: u32 = 14 * 86_400;

/// Clients for the resources of endpoints.
#[derive(Debug)]
pub(crate) struct Deliveries {
    sns: aws_sdk_sns::Client,
    sqs: aws_sdk_sqs::Client,
    cloudwatch: aws_sdk_cloudwatch::Client,
    topics: Topics,
    resource_prefix: String,
    queue_arn_prefix: String,
    alarm_topic: Option<String>,
}

/// Endpoint to be registered.
pub(crate) struct Wanted<'a> {
    pub(crate) endpoint_id: &'a str,
    pub(crate) url: &'a str,
    pub(crate) feed: Feed,
    pub(crate) topics: &'a BTreeSet<String>,
}

/// Identifiers of the resources that were created.
pub(crate) struct Subscribed {
    pub(crate) subscription_arn: String,
    pub(crate) dead_letter_queue_url: String,
}

impl Deliveries {
    pub(crate) fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            sns: aws_sdk_sns::Client::new(&aws.config),
            sqs: aws.sqs(),
            cloudwatch: aws_sdk_cloudwatch::Client::new(&aws.config),
            topics: Topics::from_environment(aws)?,
            resource_prefix: aws.required("RESOURCE_PREFIX")?,
            queue_arn_prefix: aws.required("QUEUE_ARN_PREFIX")?,
            alarm_topic: aws.optional("ALARM_TOPIC_ARN"),
        })
    }

    /// Creates the queue, its alarm and the subscription. Where they exist, SNS sends the
    /// confirmation again to an endpoint that has not confirmed yet.
    ///
    /// # Errors
    /// 400 if SNS refuses the address or the topics; otherwise what one of the services refused.
    /// Calling it again continues.
    pub(crate) async fn subscribe(
        &self,
        broadcaster: &BroadcasterId,
        wanted: &Wanted<'_>,
    ) -> Result<Subscribed, ApiError> {
        let topic_arn = self.topics.arn(broadcaster, wanted.feed);
        let name = self.dead_letters_name(wanted.endpoint_id);
        let queue_arn = format!(
            "{}{}",
            self.queue_arn_prefix,
            name.strip_prefix(&self.resource_prefix).unwrap_or(&name)
        );
        // The queue comes before the subscription: what SNS gives up on before its queue exists is
        // lost.
        let dead_letter_queue_url = self.create_queue(&name, &queue_arn, &topic_arn).await?;
        self.put_alarm(&name).await?;
        let filter = filter_policy(wanted.endpoint_id, wanted.feed, wanted.topics);
        let subscription = self
            .sns
            .subscribe()
            .topic_arn(&topic_arn)
            .protocol(if wanted.url.starts_with("https:") {
                "https"
            } else {
                "http"
            })
            .endpoint(wanted.url)
            // Without it SNS returns no ARN for a subscription that awaits confirmation.
            .return_subscription_arn(true)
            .attributes("DeliveryPolicy", delivery_policy())
            .attributes(
                "RedrivePolicy",
                json!({"deadLetterTargetArn": queue_arn}).to_string(),
            )
            .attributes("FilterPolicy", filter.to_string())
            .send()
            .await
            .map_err(|error| refused("subscribing an endpoint", error))?;
        Ok(Subscribed {
            subscription_arn: subscription.subscription_arn.unwrap_or_default(),
            dead_letter_queue_url,
        })
    }

    /// Replaces the filter policy of an endpoint by that of its topics.
    ///
    /// # Errors
    /// 400 if SNS refuses the policy.
    pub(crate) async fn set_filter_policy(&self, endpoint: &Endpoint) -> Result<(), ApiError> {
        let set = self.topics.set_filter_policy(endpoint).await;
        set.map_err(|error| refused("setting an endpoint's filter policy", error))
    }

    /// Publishes one message to a feed of a broadcaster.
    ///
    /// # Errors
    /// [`CloudError`] if SNS does not take it.
    pub(crate) async fn publish(
        &self,
        broadcaster: &BroadcasterId,
        feed: Feed,
        message: &Publication,
    ) -> Result<(), CloudError> {
        let topic_arn = self.topics.arn(broadcaster, feed);
        let unpublished = self.topics.publish(&topic_arn, &[message]).await?;
        if unpublished.is_empty() {
            Ok(())
        } else {
            Err(CloudError::Busy("SNS"))
        }
    }

    /// Returns how many messages wait that SNS could not deliver, approximately.
    ///
    /// # Errors
    /// [`CloudError`] if the queue can't be asked.
    pub(crate) async fn waiting(&self, endpoint: &Endpoint) -> Result<u64, CloudError> {
        let name = QueueAttributeName::ApproximateNumberOfMessages;
        let answer = self
            .sqs
            .get_queue_attributes()
            .queue_url(&endpoint.dead_letter_queue_url)
            .attribute_names(name.clone())
            .send()
            .await
            .map_err(|error| CloudError::service("counting an endpoint's messages", error))?;
        let number = answer.attributes.unwrap_or_default().remove(&name);
        Ok(number
            .and_then(|number| number.parse().ok())
            .unwrap_or_default())
    }

    /// Returns `pending` until the endpoint has confirmed, then `confirmed`; `expired` if it never
    /// did.
    pub(crate) async fn status(&self, endpoint: &Endpoint) -> Result<&'static str, CloudError> {
        let attributes = self
            .sns
            .get_subscription_attributes()
            .subscription_arn(&endpoint.subscription_arn)
            .send()
            .await;
        match attributes {
            Ok(answer) => {
                let attributes = answer.attributes.unwrap_or_default();
                let pending = attributes
                    .get("PendingConfirmation")
                    .is_some_and(|p| p == "true");
                Ok(if pending { "pending" } else { "confirmed" })
            }
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_not_found_exception()) =>
            // SNS deletes a subscription that is not confirmed within two days.
            {
                Ok("expired")
            }
            Err(error) => Err(CloudError::service("asking for an endpoint's state", error)),
        }
    }

    /// Ends the subscription and deletes the alarm. The queue stays with its messages for their 14
    /// days, and the endpoint may be registered again.
    pub(crate) async fn unsubscribe(&self, endpoint: &Endpoint) -> Result<(), CloudError> {
        let ended = self
            .sns
            .unsubscribe()
            .subscription_arn(&endpoint.subscription_arn)
            .send()
            .await;
        if let Err(error) = ended {
            // SNS refuses to delete a subscription that was never confirmed; it expires after two
            // days.
            let gone = error
                .as_service_error()
                .is_some_and(|e| e.is_not_found_exception() || e.is_invalid_parameter_exception());
            if !gone {
                return Err(CloudError::service("unsubscribing an endpoint", error));
            }
        }
        self.cloudwatch
            // The queue may hold messages for days, which would keep the alarm of a removed
            // endpoint on.
            .delete_alarms()
            .alarm_names(self.dead_letters_name(&endpoint.endpoint_id))
            .send()
            .await
            .map_err(|error| CloudError::service("deleting an endpoint's alarm", error))?;
        Ok(())
    }

    fn dead_letters_name(&self, endpoint_id: &str) -> String {
        // SQS allows 80 characters: the id without its hyphens leaves room for the stack's name.
        let id = endpoint_id.replace('-', "");
        format!("{}endpoint-{id}", self.resource_prefix)
    }

    async fn create_queue(
        &self,
        name: &str,
        queue_arn: &str,
        topic_arn: &str,
    ) -> Result<String, CloudError> {
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                // Without the condition any topic of any AWS account could write into the queue.
                "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
            }],
        });
        let created = self
            .sqs
            .create_queue()
            .queue_name(name)
            .attributes(
                QueueAttributeName::MessageRetentionPeriod,
                KEPT_SECONDS.to_string(),
            )
            .attributes(QueueAttributeName::Policy, policy.to_string())
            .send()
            .await
            .map_err(|error| CloudError::service("creating an endpoint's queue", error))?;
        Ok(created.queue_url.unwrap_or_default())
    }

    async fn put_alarm(&self, queue: &str) -> Result<(), CloudError> {
        self.cloudwatch
            .put_metric_alarm()
            .alarm_name(queue)
            .alarm_description("SNS could not deliver to a broadcaster's endpoint")
            .namespace("AWS/SQS")
            .metric_name("ApproximateNumberOfMessagesVisible")
            .dimensions(Dimension::builder().name("QueueName").value(queue).build())
            .statistic(Statistic::Maximum)
            .period(300)
            .evaluation_periods(1)
            .threshold(0.0)
            .comparison_operator(ComparisonOperator::GreaterThanThreshold)
            .treat_missing_data("notBreaching")
            .set_alarm_actions(self.alarm_topic.clone().map(|topic| vec![topic]))
            .send()
            .await
            .map_err(|error| CloudError::service("setting an endpoint's alarm", error))?;
        Ok(())
    }
}

/// Wraps the error of a call to SNS. What it refuses of the caller's input is a 400 with its reason.
fn refused<E, R>(operation: &'static str, error: SdkError<E, R>) -> ApiError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    // https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
    const OF_THE_CALLER: [&str; 4] = [
        "InvalidParameter",
        "InvalidParameterValue",
        "FilterPolicyLimitExceeded",
        "SubscriptionLimitExceeded",
    ];
    let refusal = error.as_service_error();
    let code = refusal.and_then(ProvideErrorMetadata::code);
    if code.is_some_and(|code| OF_THE_CALLER.contains(&code)) {
        let reason = refusal.and_then(ProvideErrorMetadata::message);
        let reason = reason.unwrap_or("without a reason");
        return ApiError::body(format!(
            "url and topics must be accepted by SNS, which says: {reason}"
        ));
    }
    CloudError::service(operation, error).into()
}

/// Retries of a delivery: 15 within about half an hour, three after 5 s each and then ever more
/// slowly up to 5 min. SNS allows an hour in all. What remains undelivered goes to the dead-letter
/// queue.
fn delivery_policy() -> String {
    json!({
        "healthyRetryPolicy": {
            "numRetries": 15,
            "numNoDelayRetries": 0,
            "minDelayTarget": 5,
            "numMinDelayRetries": 3,
            "maxDelayTarget": 300,
            "numMaxDelayRetries": 4,
            "backoffFunction": "exponential",
        },
    })
    .to_string()
}

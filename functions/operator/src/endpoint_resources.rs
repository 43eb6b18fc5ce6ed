//! Resources that an endpoint has in SNS, SQS and CloudWatch.

use cloud::broadcasters::Endpoint;
use cloud::{Aws, CloudError};

/// Clients for the resources of endpoints.
#[derive(Debug)]
pub(crate) struct EndpointResources {
    sns: aws_sdk_sns::Client,
    sqs: aws_sdk_sqs::Client,
    cloudwatch: aws_sdk_cloudwatch::Client,
    resource_prefix: String,
}

impl EndpointResources {
    pub(crate) fn from_environment(aws: &Aws) -> Result<Self, CloudError> {
        Ok(Self {
            sns: aws_sdk_sns::Client::new(&aws.config),
            sqs: aws.sqs(),
            cloudwatch: aws_sdk_cloudwatch::Client::new(&aws.config),
            resource_prefix: aws.required("RESOURCE_PREFIX")?,
        })
    }

    /// Ends the subscription and deletes the queue with its messages and its alarm. A resource that
    /// is gone is no error.
    pub(crate) async fn delete(&self, endpoint: &Endpoint) -> Result<(), CloudError> {
        let unsubscribed = self
            .sns
            .unsubscribe()
            .subscription_arn(&endpoint.subscription_arn)
            .send()
            .await;
        if let Err(error) = unsubscribed {
            // SNS refuses to delete a subscription that was never confirmed; it is deleted with its
            // topic.
            let gone = error
                .as_service_error()
                .is_some_and(|e| e.is_not_found_exception() || e.is_invalid_parameter_exception());
            if !gone {
                return Err(CloudError::service("unsubscribing an endpoint", error));
            }
        }
        // The same name as `broadcaster-api` gives the alarm when it creates the endpoint.
        let id = endpoint.endpoint_id.replace('-', "");
        self.cloudwatch
            .delete_alarms()
            .alarm_names(format!("{}endpoint-{id}", self.resource_prefix))
            .send()
            .await
            .map_err(|error| CloudError::service("deleting an endpoint's alarm", error))?;
        let deleted = self
            .sqs
            .delete_queue()
            .queue_url(&endpoint.dead_letter_queue_url)
            .send()
            .await;
        match deleted {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_queue_does_not_exist()) =>
            {
                Ok(())
            }
            Err(error) => Err(CloudError::service("deleting an endpoint's queue", error)),
        }
    }
}

//! An endpoint's dead-letter queue.

use aws_sdk_sqs::types::{Message, QueueAttributeName};
use cloud::CloudError;
use futures::future::try_join_all;

/// Largest number of messages in one call.
pub(crate) const BATCH: i32 = 10;

/// Time for which a received message is hidden: enough to publish and to delete it.
const HIDDEN_SECONDS: i32 = 60;

/// Client of the queues.
#[derive(Debug)]
pub(crate) struct Letters {
    pub(crate) client: aws_sdk_sqs::Client,
}

impl Letters {
    /// Returns how many messages a queue has, those that are hidden included. SQS counts
    /// approximately.
    ///
    /// # Errors
    /// [`CloudError`] if the queue can't be asked.
    pub(crate) async fn count(&self, queue_url: &str) -> Result<u64, CloudError> {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let answer = self
            .client
            .get_queue_attributes()
            .queue_url(queue_url)
            .set_attribute_names(Some(names.to_vec()))
            .send()
            .await
            .map_err(|error| CloudError::service("counting an endpoint's messages", error))?;
        let attributes = answer.attributes.unwrap_or_default();
        let number = |name| attributes.get(name)?.parse::<u64>().ok();
        Ok(names.iter().filter_map(number).sum())
    }

    /// Receives up to `most` messages, at most [`BATCH`].
    ///
    /// # Errors
    /// [`CloudError`] if the queue can't be read.
    pub(crate) async fn receive(
        &self,
        queue_url: &str,
        most: i32,
    ) -> Result<Vec<Message>, CloudError> {
        let answer = self
            .client
            .receive_message()
            .queue_url(queue_url)
            .max_number_of_messages(most)
            .visibility_timeout(HIDDEN_SECONDS)
            // Asks all servers of the queue: without it, a few messages are not found for a while.
            .wait_time_seconds(1)
            .send()
            .await
            .map_err(|error| CloudError::service("receiving an endpoint's messages", error))?;
        Ok(answer.messages.unwrap_or_default())
    }

    /// Deletes messages that SNS has taken. One that can't be deleted is sent once more later.
    ///
    /// # Errors
    /// [`CloudError`] if one of them can't be deleted.
    pub(crate) async fn delete(
        &self,
        queue_url: &str,
        messages: &[&Message],
    ) -> Result<(), CloudError> {
        let deletions = messages.iter().map(async |message| {
            self.client
                .delete_message()
                .queue_url(queue_url)
                .set_receipt_handle(message.receipt_handle.clone())
                .send()
                .await
                .map_err(|error| CloudError::service("deleting an endpoint's message", error))
        });
        try_join_all(deletions).await.map(drop)
    }
}

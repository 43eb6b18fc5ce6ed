//! Broadcasters' endpoints, to which SNS delivers.

use std::time::Instant;

use domain::{BroadcasterId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Broadcasters, Page};
use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::text;

/// Feed that an endpoint receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Feed {
    /// Beacon in-app purchase notifications.
    Beacon,
    /// Webhook messages.
    Webhooks,
}

/// Stored endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// UUID, derived from broadcaster, feed and URL.
    pub endpoint_id: String,
    /// URL to which SNS posts.
    pub url: String,
    /// Feed that it receives.
    pub feed: Feed,
    /// Notification types or webhook topics that it receives; all of them if empty.
    #[serde(default)]
    pub topics: Vec<String>,
    /// ARN of the SNS subscription.
    pub subscription_arn: String,
    /// URL of the queue with what SNS could not deliver.
    pub dead_letter_queue_url: String,
    /// Time at which it was registered.
    pub created_at: Timestamp,
}

impl Broadcasters {
    /// Writes an endpoint.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn put_endpoint(
        &self,
        broadcaster: &BroadcasterId,
        endpoint: &Endpoint,
    ) -> Result<(), CloudError> {
        let sk = format!("endpoint#{}", endpoint.endpoint_id);
        self.put("endpoint", broadcaster.as_str(), &sk, endpoint)
            .await
    }

    /// Returns an endpoint by its id.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn endpoint(
        &self,
        broadcaster: &BroadcasterId,
        endpoint_id: &str,
    ) -> Result<Option<Endpoint>, CloudError> {
        let sk = format!("endpoint#{endpoint_id}");
        self.get("endpoint", broadcaster.as_str(), &sk).await
    }

    /// Returns one page of endpoints.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn endpoints(
        &self,
        broadcaster: &BroadcasterId,
        limit: i32,
        after: Option<&str>,
    ) -> Result<Page<Endpoint>, CloudError> {
        self.list("endpoint", broadcaster.as_str(), "endpoint#", limit, after)
            .await
    }

    /// Whether the broadcaster has an endpoint for a feed. That it has none is not cached, because
    /// the next event must reach an endpoint that has just been registered.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn has_endpoint(
        &self,
        broadcaster: &BroadcasterId,
        feed: Feed,
    ) -> Result<bool, CloudError> {
        let (pk, sk) = (broadcaster.as_str(), format!("endpoints of {feed:?}"));
        if self.cache.get(pk, &sk).is_some() {
            return Ok(true);
        }
        let read_at = Instant::now();
        let mut after = None;
        loop {
            let page = self.endpoints(broadcaster, 100, after.as_deref()).await?;
            if page.rows.iter().any(|endpoint| endpoint.feed == feed) {
                self.cache.keep(pk, &sk, None, read_at);
                return Ok(true);
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(false),
            }
        }
    }

    /// Deletes an endpoint, unless its subscription is another one than when it was read.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written; [`CloudError::Conflict`] if it was registered
    /// again meanwhile.
    pub async fn delete_endpoint(
        &self,
        broadcaster: &BroadcasterId,
        endpoint: &Endpoint,
    ) -> Result<(), CloudError> {
        let deleted = self
            .client
            .delete_item()
            .table_name(&self.table)
            .key("pk", text(broadcaster.as_str()))
            .key("sk", text(format!("endpoint#{}", endpoint.endpoint_id)))
            // Somebody may have registered it again since it was read. Deleting that item would
            // leave a subscription that nobody knows.
            .condition_expression("attribute_not_exists(pk) OR subscriptionArn = :arn")
            .expression_attribute_values(":arn", text(&endpoint.subscription_arn))
            .send()
            .await;
        match deleted {
            Ok(_) => Ok(()),
            Err(error) if condition_failed(&error) => Err(CloudError::Conflict("the endpoint")),
            Err(error) => Err(CloudError::service("deleting an endpoint", error)),
        }
    }
}

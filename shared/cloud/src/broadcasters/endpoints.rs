//! Broadcasters' endpoints, to which SNS delivers.

use std::collections::BTreeSet;
use std::time::Instant;

use domain::{BroadcasterId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Broadcasters, Page};
use crate::CloudError;
use crate::condition::condition_failed;
use crate::item::{text, to_item};

/// Feed that an endpoint receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Feed {
    /// Beacon in-app purchase notifications.
    Beacon,
    /// Webhook messages.
    Webhooks,
}

impl Feed {
    /// Returns the attribute of a publication that has its notification type or webhook topic.
    #[must_use]
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::Beacon => "notification_type",
            Self::Webhooks => "topic",
        }
    }
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
    pub topics: BTreeSet<String>,
    /// ARN of the SNS subscription.
    pub subscription_arn: String,
    /// URL of the queue with what SNS could not deliver.
    pub dead_letter_queue_url: String,
    /// Time at which it was registered.
    pub created_at: Timestamp,
    /// Time since when its filter policy names an audience. Without one, as earlier versions made
    /// them, it would hear what is for another endpoint alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience_since: Option<Timestamp>,
}

/// Sort key of the item that names an endpoint's broadcaster.
const OWNER: &str = "owner";

/// Sort key of the item that says that all endpoints have an audience.
const AUDIENCES: &str = "audiences";

#[derive(Serialize, Deserialize)]
struct Audiences {
    since: Timestamp,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Owner {
    broadcaster_id: BroadcasterId,
}

fn owner_key(endpoint_id: &str) -> String {
    format!("endpoint#{endpoint_id}")
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
        // First, because an alarm names the endpoint alone.
        let owner = Owner {
            broadcaster_id: broadcaster.clone(),
        };
        self.put("owner", &owner_key(&endpoint.endpoint_id), OWNER, &owner)
            .await?;
        let sk = format!("endpoint#{}", endpoint.endpoint_id);
        self.put("endpoint", broadcaster.as_str(), &sk, endpoint)
            .await
    }

    /// Returns since when the filter policies of all of a broadcaster's endpoints name an audience;
    /// `None` if there may be one without.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn audiences_since(
        &self,
        broadcaster: &BroadcasterId,
    ) -> Result<Option<Timestamp>, CloudError> {
        let found: Option<Audiences> = self
            .get("audiences", broadcaster.as_str(), AUDIENCES)
            .await?;
        Ok(found.map(|found| found.since))
    }

    /// Stores that all of a broadcaster's endpoints have an audience from now on. Those that are
    /// registered later have one.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn put_audiences(
        &self,
        broadcaster: &BroadcasterId,
        since: Timestamp,
    ) -> Result<(), CloudError> {
        let audiences = Audiences { since };
        self.put("audiences", broadcaster.as_str(), AUDIENCES, &audiences)
            .await
    }

    /// Stores that an endpoint was registered, whose filter policy SNS may not apply yet. Does
    /// nothing if there may be endpoints without an audience.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be written.
    pub async fn renew_audiences(
        &self,
        broadcaster: &BroadcasterId,
        since: Timestamp,
    ) -> Result<(), CloudError> {
        let mut item = to_item("audiences", &Audiences { since })?;
        item.insert("pk".to_owned(), text(broadcaster.as_str()));
        item.insert("sk".to_owned(), text(AUDIENCES));
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_exists(pk)");
        match put.send().await {
            Ok(_) => Ok(()),
            Err(error) if condition_failed(&error) => Ok(()),
            Err(error) => Err(CloudError::service("writing audiences", error)),
        }
    }

    /// Returns the broadcaster of an endpoint.
    ///
    /// # Errors
    /// [`CloudError`] if the table can't be read.
    pub async fn owner_of_endpoint(
        &self,
        endpoint_id: &str,
    ) -> Result<Option<BroadcasterId>, CloudError> {
        let owner: Option<Owner> = self.get("owner", &owner_key(endpoint_id), OWNER).await?;
        Ok(owner.map(|owner| owner.broadcaster_id))
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
            Ok(_) => {}
            Err(error) if condition_failed(&error) => {
                return Err(CloudError::Conflict("the endpoint"));
            }
            Err(error) => return Err(CloudError::service("deleting an endpoint", error)),
        }
        self.client
            .delete_item()
            .table_name(&self.table)
            .key("pk", text(owner_key(&endpoint.endpoint_id)))
            .key("sk", text(OWNER))
            .send()
            .await
            .map_err(|error| CloudError::service("deleting an endpoint's owner", error))?;
        Ok(())
    }
}

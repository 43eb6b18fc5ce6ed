//! What an endpoint does: whether it has confirmed, and whether it fails.

use cloud::api::{self, Answer, ApiError};
use cloud::broadcasters::Endpoint;
use cloud::clock;
use cloud::purchases::FailingEndpoint;
use cloud::topics::{AUDIENCE, Publication};
use domain::redelivery::{Phase, Redelivery};
use domain::{BroadcasterId, Timestamp};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::{Value, json};

use super::without_password;
use crate::BroadcasterApi;

impl BroadcasterApi {
    pub(crate) async fn get_endpoint(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let id = api::path_parameter(request, "endpointId")?;
        let endpoint = self.known(publisher, &id).await?;
        let shown = self.shown(publisher, &endpoint).await?;
        api::answer(StatusCode::OK, &shown)
    }

    /// Publishes a message to this endpoint alone by which a receiver can be tried.
    pub(crate) async fn test_endpoint(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let id = api::path_parameter(request, "endpointId")?;
        let endpoint = self.known(publisher, &id).await?;
        must_be_confirmed(self.deliveries.status(&endpoint).await?)?;
        let sent_at = clock::now();
        let message = test_message(&endpoint, sent_at);
        self.deliveries
            .publish(publisher, endpoint.feed, &message)
            .await?;
        let answer = json!({"endpointId": id, "sentAt": sent_at});
        api::answer(StatusCode::ACCEPTED, &answer)
    }

    /// Begins to send everything that SNS could not deliver to the endpoint.
    pub(crate) async fn redeliver(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let id = api::path_parameter(request, "endpointId")?;
        let endpoint = self.known(publisher, &id).await?;
        let before = self.purchases.failing(publisher, &id).await?;
        let failing = FailingEndpoint {
            broadcaster_id: publisher.clone(),
            endpoint_id: id,
            redelivery: Redelivery::asked(
                before.as_ref().map(|failing| &failing.redelivery),
                clock::now(),
            ),
        };
        self.purchases.set_redelivery(&failing).await?;
        tracing::info!(broadcaster = %publisher, endpoint = failing.endpoint_id, "redelivery asked for");
        let shown = self.shown(publisher, &endpoint).await?;
        api::answer(StatusCode::ACCEPTED, &shown)
    }

    pub(super) async fn shown(
        &self,
        publisher: &BroadcasterId,
        endpoint: &Endpoint,
    ) -> Result<Value, ApiError> {
        let status = self.deliveries.status(endpoint).await?;
        let waiting = self.deliveries.waiting(endpoint).await?;
        let failing = self.purchases.failing(publisher, &endpoint.endpoint_id);
        let redelivery = failing.await?.map(|failing| failing.redelivery);
        let status = match &redelivery {
            Some(redelivery) if status == "confirmed" => match redelivery.phase {
                Phase::Suspended => "suspended",
                _ => "failing",
            },
            _ => status,
        };
        Ok(json!({
            "endpointId": endpoint.endpoint_id,
            "url": without_password(&endpoint.url),
            "feed": endpoint.feed,
            "topics": endpoint.topics,
            "status": status,
            "createdAt": endpoint.created_at,
            "waiting": waiting,
            "failingSince": redelivery.map(|redelivery| redelivery.failing_since),
            "nextAttemptAt": redelivery.and_then(|redelivery| redelivery.due_at),
        }))
    }
}

/// Refuses what SNS would deliver to nobody.
fn must_be_confirmed(status: &str) -> Result<(), ApiError> {
    if status == "confirmed" {
        return Ok(());
    }
    let rule = format!("the endpoint must be confirmed; it is {status}");
    Err(ApiError::conflict("REQ0001", rule))
}

/// Builds the message, which has no type of the feed. The filter policy lets it through by the first
/// of the endpoint's topics, which is an attribute only.
fn test_message(endpoint: &Endpoint, sent_at: Timestamp) -> Publication {
    let message = json!({"test": true, "endpoint_id": endpoint.endpoint_id, "sent_at": sent_at});
    let mut publication = Publication {
        message: message.to_string(),
        attributes: [(AUDIENCE.into(), endpoint.endpoint_id.clone())].into(),
    };
    if let Some(topic) = endpoint.topics.first() {
        let name = endpoint.feed.attribute();
        publication.attributes.insert(name.into(), topic.clone());
    }
    publication
}

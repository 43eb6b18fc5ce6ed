//! `/v1/endpoints/{endpointId}/replays`: events of a window of time, sent to an endpoint again.

use cloud::api::{self, Answer, ApiError};
use cloud::broadcasters::Feed;
use cloud::clock;
use domain::replay::{Cursor, Replay, ReplayState};
use domain::{BroadcasterId, CustomerId, SubscriptionId, Timestamp};
use jiff::SignedDuration;
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::BroadcasterApi;

/// Longest window.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Time by which events may be dated ahead: those of a purchase are at least a second apart (ADR 6).
const AHEAD: SignedDuration = SignedDuration::from_mins(1);

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReplayBody {
    from: Timestamp,
    to: Option<Timestamp>,
    customer_id: Option<CustomerId>,
    subscription_id: Option<SubscriptionId>,
    feed: Option<Feed>,
}

impl BroadcasterApi {
    pub(crate) async fn post_replay(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let id = api::path_parameter(request, "endpointId")?;
        let body: ReplayBody = api::json_body(request)?;
        let endpoint = self.known(publisher, &id).await?;
        if body.feed.is_some_and(|feed| feed != endpoint.feed) {
            return Err(ApiError::body("feed must be that of the endpoint"));
        }
        let now = clock::now();
        check_window(body.from, body.to.unwrap_or(now), now)?;
        let to = body.to.or_else(|| now.checked_add(AHEAD).ok());
        let to = to.unwrap_or(now);
        let replay = Replay {
            broadcaster_id: publisher.clone(),
            endpoint_id: id,
            replay_id: Uuid::new_v4(),
            from: body.from,
            to,
            customer_id: body.customer_id,
            subscription_id: body.subscription_id,
            state: ReplayState::Running,
            sent: 0,
            cursor: Cursor {
                hour: body.from,
                shard: 0,
                after: None,
            },
            created_at: now,
        };
        if !self.purchases.begin_replay(&replay, now).await? {
            let rule = "the endpoint must have no running replay; cancel it or wait for its end";
            return Err(ApiError::conflict("REQ0001", rule));
        }
        tracing::info!(broadcaster = %publisher, endpoint = replay.endpoint_id, replay = %replay.replay_id, "replay asked for");
        api::answer(StatusCode::ACCEPTED, &shown(&replay))
    }

    pub(crate) async fn get_replay(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let replay = self.known_replay(publisher, request).await?;
        api::answer(StatusCode::OK, &shown(&replay))
    }

    pub(crate) async fn delete_replay(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let replay = self.known_replay(publisher, request).await?;
        self.purchases.cancel_replay(&replay).await?;
        tracing::info!(broadcaster = %publisher, endpoint = replay.endpoint_id, replay = %replay.replay_id, "replay cancelled");
        api::empty(StatusCode::NO_CONTENT)
    }

    async fn known_replay(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Replay, ApiError> {
        let id = api::path_parameter(request, "endpointId")?;
        let replay_id = api::path_parameter(request, "replayId")?;
        let replay = self.purchases.replay(publisher, &id).await?;
        replay
            .filter(|replay| replay.replay_id.to_string() == replay_id)
            .ok_or_else(|| ApiError::not_found("no such replay"))
    }
}

fn check_window(from: Timestamp, to: Timestamp, now: Timestamp) -> Result<(), ApiError> {
    let rule = if to > now {
        "to must not be in the future"
    } else if from >= to {
        "from must be before to"
    } else if to.duration_since(from) > LONGEST {
        "from must be at most 366 days before to"
    } else {
        return Ok(());
    };
    Err(ApiError::body(rule))
}

fn shown(replay: &Replay) -> Value {
    json!({
        "replayId": replay.replay_id,
        "endpointId": replay.endpoint_id,
        "from": replay.from,
        "to": replay.to,
        "customerId": replay.customer_id,
        "subscriptionId": replay.subscription_id,
        "state": replay.state,
        "sent": replay.sent,
        "createdAt": replay.created_at,
    })
}

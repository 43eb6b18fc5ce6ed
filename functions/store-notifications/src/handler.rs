//! One notification: prove its origin over the raw bytes, queue, answer. Its content is only a
//! hint.

use std::time::{Duration, Instant};

use cloud::api::{self, Answer, ApiError};
use cloud::broadcasters::{Broadcasters, ReceivedConfirmation};
use cloud::queue::{DeadLetters, Verification, VerificationQueue};
use cloud::store_configs::StoreConfigs;
use cloud::telemetry::Metrics;
use cloud::{Aws, CloudError, clock};
use domain::{BroadcasterId, ConfigRules, Environment, Store, StoreNotification, Timestamp};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;
use stores::{Accepted, ConnectorContext, NotificationError, Received, StoreConfig};

use crate::outcome::Outcome;

/// Largest number of bytes of an unreadable notification that its dead letter contains.
const MOST_KEPT: usize = 64 * 1024;

/// Longest duration of a first attempt after which a second one is made.
const PATIENCE: Duration = Duration::from_secs(2);

/// The function's clients.
#[derive(Debug)]
pub struct Notifications {
    broadcasters: Broadcasters,
    context: ConnectorContext,
    configs: StoreConfigs<StoreConfig>,
    environment: Environment,
    rules: ConfigRules,
    queue: VerificationQueue,
    dead_letters: DeadLetters,
}

impl Notifications {
    /// Builds the clients from the function's environment.
    ///
    /// # Errors
    /// A variable that is missing, or a client that can't be built.
    pub fn from_environment(aws: &Aws) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self {
            broadcasters: Broadcasters::from_environment(aws)?,
            context: ConnectorContext::new()?,
            configs: StoreConfigs::from_environment(aws, StoreConfig::parse)?,
            environment: aws.stage()?,
            rules: aws.config_rules(),
            queue: VerificationQueue::from_environment(aws)?,
            dead_letters: DeadLetters::from_environment(aws)?,
        })
    }

    /// Answers one request.
    pub async fn handle(&self, request: &Request) -> Answer {
        let route = api::route(request);
        let handler = self.receive(&route, request);
        api::serve(&route, api::new_correlation_id(), handler).await
    }

    async fn receive(&self, route: &str, request: &Request) -> Result<Answer, ApiError> {
        // Taken before anything is awaited: a look-up counts as newer than the notification only if
        // it began after this time.
        let (began, received_at) = (Instant::now(), api::received_at(request));
        let (store, broadcaster) = addressed(route, request)?;
        if !stores::profile(store).sends_notifications {
            return Err(ApiError::not_found("this store sends no notifications"));
        }
        let body = api::body_bytes(request, api::NOTIFICATION_LIMIT)?;
        // An unknown broadcaster, a store that is not configured, a bad signature and another
        // application get the same answers, so that nobody learns who uses which store.
        let broadcaster =
            BroadcasterId::new(broadcaster).map_err(|_| ApiError::credentials_invalid())?;
        let config = self
            .configs
            .get(&broadcaster, store)
            .await
            .map_err(|error| {
                tracing::error!(%error, %broadcaster, "credentials could not be read");
                ApiError::unavailable("the notification could not be checked; send it again")
            })?;
        let headers: Vec<(String, String)> = request
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        let Some(config) = config else {
            note(
                &broadcaster,
                store,
                Outcome::UnknownBroadcaster,
                received_at,
            );
            return self.unconfigured(store, &headers, body, received_at).await;
        };
        let read = async |config: &StoreConfig| {
            config
                .read_notification(&self.context, &headers, body, received_at)
                .await
        };
        let mut config = config;
        let mut received = read(&config).await;
        if by_configuration(&received, began) {
            // The cached configuration may be up to a minute old. After a rotated key or a newly
            // pinned topic it would refuse genuine notifications.
            if let Ok(Some(anew)) = self.configs.get_again(&broadcaster, store).await {
                received = read(&anew).await;
                config = anew;
            }
        }
        let received = received.map(|accepted| (accepted.received, accepted.reply));
        match received {
            Ok((Received::About(notification), reply)) => {
                self.queue(&broadcaster, store, notification, received_at)
                    .await?;
                note(&broadcaster, store, Outcome::Queued, received_at);
                api::plain(reply)
            }
            Ok((Received::Ignored(why), reply)) => {
                note(&broadcaster, store, Outcome::Ignored(why), received_at);
                api::plain(reply)
            }
            Ok((Received::Confirmation(confirmation), reply)) => {
                let received = ReceivedConfirmation {
                    confirmation,
                    received_at,
                };
                let is_pinned = |topic: &str| config.pins(topic);
                self.broadcasters
                    .put_confirmation(&broadcaster, store, &received, is_pinned)
                    .await
                    .map_err(|error| unqueued(&broadcaster, &error))?;
                note(&broadcaster, store, Outcome::ToBeConfirmed, received_at);
                api::plain(reply)
            }
            Err(NotificationError::Unproven(reason)) => {
                tracing::error!(%broadcaster, reason, "a notification's origin could not be proven");
                note(&broadcaster, store, Outcome::Unproven, received_at);
                Err(ApiError::unavailable(
                    "the notification could not be checked; send it again",
                ))
            }
            Err(NotificationError::Forged) => {
                // Stores that repeat a refused notification do so until the broadcaster has
                // corrected its secret.
                note(&broadcaster, store, Outcome::Forged, received_at);
                Err(ApiError::credentials_invalid())
            }
            Err(NotificationError::OtherApplication) => {
                note(&broadcaster, store, Outcome::OtherApplication, received_at);
                Err(ApiError::credentials_invalid())
            }
            Err(NotificationError::Unreadable(reason)) => {
                // Sending it again would not make it readable. It is kept for a person, and the
                // store gets the answer that ends its retries.
                self.keep(&broadcaster, store, &reason, body, received_at)
                    .await?;
                note(&broadcaster, store, Outcome::Unreadable, received_at);
                api::empty(StatusCode::OK)
            }
        }
    }

    /// Answers a notification for a store that is not configured, as if it were configured and the
    /// notification belonged to another customer of the store (ADR 31). Stores and queues nothing.
    async fn unconfigured(
        &self,
        store: Store,
        headers: &[(String, String)],
        body: &[u8],
        received_at: Timestamp,
    ) -> Result<Answer, ApiError> {
        let config = StoreConfig::unconfigured(store, self.environment, &self.rules);
        let Some(config) = config else {
            return Err(ApiError::credentials_invalid());
        };
        let read = config.read_notification(&self.context, headers, body, received_at);
        match read.await {
            Ok(accepted) => api::plain(accepted.reply),
            Err(NotificationError::Unreadable(_)) => api::empty(StatusCode::OK),
            Err(_) => Err(ApiError::credentials_invalid()),
        }
    }

    async fn queue(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        notification: StoreNotification,
        received_at: Timestamp,
    ) -> Result<(), ApiError> {
        let verification =
            Verification::of_notification(broadcaster.clone(), store, notification, received_at);
        self.queue
            .send(&verification)
            .await
            .map_err(|error| unqueued(broadcaster, &error))
    }

    async fn keep(
        &self,
        broadcaster: &BroadcasterId,
        store: Store,
        reason: &str,
        body: &[u8],
        received_at: Timestamp,
    ) -> Result<(), ApiError> {
        let message = json!({
            "broadcasterId": broadcaster,
            "store": store,
            "reason": reason,
            "receivedAt": received_at,
            "notification": printable(body),
        });
        self.dead_letters
            .keep(&message)
            .await
            .map_err(|error| unqueued(broadcaster, &error))
    }
}

/// Whether reading the configuration again could change the result.
///
/// Not if the first attempt took long: it waited for the store, and a second wait could exceed what
/// the store allows for an answer.
fn by_configuration(read: &Result<Accepted, NotificationError>, began: Instant) -> bool {
    match read.as_ref().map(|accepted| &accepted.received) {
        Err(NotificationError::Forged) | Ok(Received::Confirmation(_)) => true,
        Err(NotificationError::Unproven(_)) => began.elapsed() < PATIENCE,
        _ => false,
    }
}

/// Returns the store and the broadcaster that the path names. Some stores have a second path, which
/// does not name the store and calls the broadcaster `publisherId`.
fn addressed(route: &str, request: &Request) -> Result<(Store, String), ApiError> {
    let pattern = route.split_once(' ').map_or(route, |(_method, path)| path);
    if let Some(store) = stores::store_of_route(pattern) {
        api::concerns_store(store);
        return Ok((store, api::path_parameter(request, "publisherId")?));
    }
    let store = api::store(request)?;
    Ok((store, api::path_parameter(request, "broadcasterId")?))
}

fn unqueued(broadcaster: &BroadcasterId, error: &CloudError) -> ApiError {
    tracing::error!(%error, %broadcaster, "a notification could not be queued");
    ApiError::unavailable("the notification could not be queued; send it again")
}

/// Logs and counts the outcome of a notification.
fn note(broadcaster: &BroadcasterId, store: Store, outcome: Outcome, received_at: Timestamp) {
    let (now, outcome) = (clock::now(), outcome.as_str());
    let latency_ms = clock::milliseconds_since(received_at);
    tracing::info!(%broadcaster, %store, outcome, latency_ms, "notification");
    Metrics::new(vec![
        ("Store", store.to_string()),
        ("Outcome", outcome.to_owned()),
    ])
    .count("Notifications")
    .write(now);
}

/// Returns the start of a body as text that SQS accepts; characters that SQS rejects are replaced.
fn printable(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body.get(..MOST_KEPT).unwrap_or(body));
    // SQS refuses messages with U+FFFE and U+FFFF; control characters are escaped in the JSON.
    text.replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}

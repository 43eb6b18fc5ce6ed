//! One notification: prove its origin over the raw bytes, queue, answer. Its content is only a
//! hint.

use std::sync::Arc;
use std::time::{Duration, Instant};

use cloud::api::{self, Answer, ApiError};
use cloud::broadcasters::{Broadcasters, ReceivedConfirmation};
use cloud::queue::{DeadLetters, Verification, VerificationQueue};
use cloud::store_configs::StoreConfigs;
use cloud::{Aws, CloudError};
use domain::{BroadcasterId, ConfigRules, Environment, Store};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;
use stores::{Accepted, ConnectorContext, NotificationError, Received, StoreConfig};

use crate::arrival::{self, Arrival};
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
            broadcasters: Broadcasters::caching(aws)?,
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
        api::serve_logged(&route, api::new_correlation_id(), handler).await
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
        let arrival = Arrival {
            broadcaster,
            store,
            headers: arrival::texts(request),
            body,
            began,
            received_at,
        };
        let Some(config) = self.config(&arrival).await? else {
            arrival.note(Outcome::UnknownBroadcaster);
            return self.unconfigured(&arrival).await;
        };
        let (read, config) = self.read(&arrival, config).await;
        match read {
            Ok(accepted) => {
                let outcome = self.accept(&arrival, &config, accepted.received).await?;
                arrival.note(outcome);
                api::plain(accepted.reply)
            }
            Err(error) => self.refuse(&arrival, error).await,
        }
    }

    async fn config(&self, arrival: &Arrival<'_>) -> Result<Option<Arc<StoreConfig>>, ApiError> {
        let broadcaster = &arrival.broadcaster;
        let exists = self.broadcasters.exists(broadcaster);
        let config = self
            .configs
            .get_unproven(broadcaster, arrival.store, exists);
        config.await.map_err(|error| {
            tracing::error!(%error, %broadcaster, "credentials could not be read");
            ApiError::unavailable("the notification could not be checked; send it again")
        })
    }

    /// Reads a notification. Returns the configuration with which it was read as well: the cached
    /// one may be up to a minute old. After a rotated key or a newly pinned topic it would refuse
    /// genuine notifications, so it is read anew where that could change the result.
    async fn read(
        &self,
        arrival: &Arrival<'_>,
        config: Arc<StoreConfig>,
    ) -> (Result<Accepted, NotificationError>, Arc<StoreConfig>) {
        let read = arrival.read_with(&config, &self.context).await;
        if by_configuration(&read, arrival.began) {
            let anew = self.configs.get_again(&arrival.broadcaster, arrival.store);
            if let Ok(Some(anew)) = anew.await {
                return (arrival.read_with(&anew, &self.context).await, anew);
            }
        }
        (read, config)
    }

    /// Queues or stores what a proven notification says.
    async fn accept(
        &self,
        arrival: &Arrival<'_>,
        config: &StoreConfig,
        received: Received,
    ) -> Result<Outcome, ApiError> {
        let (broadcaster, store) = (&arrival.broadcaster, arrival.store);
        let unqueued = |error| unqueued(broadcaster, &error);
        match received {
            Received::About(notification) => {
                let owner = broadcaster.clone();
                let received_at = arrival.received_at;
                let verification =
                    Verification::of_notification(owner, store, notification, received_at);
                self.queue.send(&verification).await.map_err(unqueued)?;
                Ok(Outcome::Queued)
            }
            Received::Ignored(why) => Ok(Outcome::Ignored(why)),
            Received::Confirmation(confirmation) => {
                let received = ReceivedConfirmation {
                    confirmation,
                    received_at: arrival.received_at,
                };
                let is_pinned = |topic: &str| config.pins(topic);
                self.broadcasters
                    .put_confirmation(broadcaster, store, &received, is_pinned)
                    .await
                    .map_err(unqueued)?;
                Ok(Outcome::ToBeConfirmed)
            }
        }
    }

    /// Answers a notification that is not accepted.
    async fn refuse(
        &self,
        arrival: &Arrival<'_>,
        error: NotificationError,
    ) -> Result<Answer, ApiError> {
        let (outcome, answer) = match error {
            NotificationError::Unproven(reason) => {
                let broadcaster = &arrival.broadcaster;
                tracing::error!(%broadcaster, reason, "a notification's origin could not be proven");
                let again = "the notification could not be checked; send it again";
                (Outcome::Unproven, Err(ApiError::unavailable(again)))
            }
            // Stores that repeat a refused notification do so until the broadcaster has corrected
            // its secret.
            NotificationError::Forged => (Outcome::Forged, Err(ApiError::credentials_invalid())),
            NotificationError::OtherApplication => (
                Outcome::OtherApplication,
                Err(ApiError::credentials_invalid()),
            ),
            NotificationError::Unreadable(reason) => {
                // Sending it again would not make it readable. It is kept for a person, and the
                // store gets the answer that ends its retries.
                self.keep(arrival, &reason).await?;
                (Outcome::Unreadable, api::empty(StatusCode::OK))
            }
        };
        arrival.note(outcome);
        answer
    }

    /// Answers a notification for a store that is not configured, as if it were configured and the
    /// notification belonged to another customer of the store (ADR 31). Stores and queues nothing.
    async fn unconfigured(&self, arrival: &Arrival<'_>) -> Result<Answer, ApiError> {
        let config = StoreConfig::unconfigured(arrival.store, self.environment, &self.rules);
        let Some(config) = config else {
            return Err(ApiError::credentials_invalid());
        };
        match arrival.read_with(&config, &self.context).await {
            Ok(accepted) => api::plain(accepted.reply),
            Err(NotificationError::Unreadable(_)) => api::empty(StatusCode::OK),
            Err(_) => Err(ApiError::credentials_invalid()),
        }
    }

    async fn keep(&self, arrival: &Arrival<'_>, reason: &str) -> Result<(), ApiError> {
        let message = json!({
            "broadcasterId": arrival.broadcaster,
            "store": arrival.store,
            "reason": reason,
            "receivedAt": arrival.received_at,
            "notification": printable(arrival.body),
        });
        let kept = self.dead_letters.keep(&message).await;
        kept.map_err(|error| unqueued(&arrival.broadcaster, &error))
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

/// Returns the start of a body as text that SQS accepts; characters that SQS rejects are replaced.
fn printable(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body.get(..MOST_KEPT).unwrap_or(body));
    // SQS refuses messages with U+FFFE and U+FFFF; control characters are escaped in the JSON.
    text.replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}

//! Notification as it arrived.

use std::time::Instant;

use cloud::clock;
use cloud::telemetry::Metrics;
use domain::{BroadcasterId, Store, Timestamp};
use lambda_http::Request;
use stores::{Accepted, ConnectorContext, NotificationError, StoreConfig};

use crate::outcome::Outcome;

/// Notification of which nothing is proven yet.
pub(crate) struct Arrival<'a> {
    pub(crate) broadcaster: BroadcasterId,
    pub(crate) store: Store,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: &'a [u8],
    pub(crate) began: Instant,
    pub(crate) received_at: Timestamp,
}

impl Arrival<'_> {
    /// Proves the origin with a configuration, and reads the notification.
    pub(crate) async fn read_with(
        &self,
        config: &StoreConfig,
        context: &ConnectorContext,
    ) -> Result<Accepted, NotificationError> {
        config
            .read_notification(context, &self.headers, self.body, self.received_at)
            .await
    }

    /// Logs and counts the outcome.
    pub(crate) fn note(&self, outcome: Outcome) {
        let (broadcaster, store) = (&self.broadcaster, self.store);
        let outcome = outcome.as_str();
        let latency_ms = clock::milliseconds_since(self.received_at);
        let emf = Metrics::new(vec![
            ("Store", store.to_string()),
            ("Outcome", outcome.to_owned()),
        ])
        .count("Notifications")
        .emf(clock::now());
        tracing::info!(
            target: "metrics", emf, %broadcaster, %store, outcome, latency_ms, "notification"
        );
    }
}

/// Returns the headers whose values are text.
pub(crate) fn texts(request: &Request) -> Vec<(String, String)> {
    let headers = request.headers().iter();
    headers
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect()
}

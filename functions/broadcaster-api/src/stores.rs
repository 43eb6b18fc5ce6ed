//! `/v1/stores/{store}`: store credentials, which can be written and checked but never read.

use std::sync::Arc;

use cloud::api::{self, Answer, ApiError};
use cloud::clock;
use domain::{BroadcasterId, Store};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;
use stores::StoreConfig;

use crate::BroadcasterApi;
use crate::address::Addresses;

impl BroadcasterApi {
    pub(crate) async fn put_store(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let store = api::store(request)?;
        let body = api::json_object(request)?;
        let config = self.configs.parse(store, &body)?;
        config.check_secrets()?;
        // Stored as it was sent (ADR 11): whoever reads it parses it by the rules of its own
        // version.
        self.configs.put(publisher, store, &body).await?;
        self.configured(publisher, request, &config).await
    }

    pub(crate) async fn get_store(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let config = self.configuration(publisher, request).await?;
        self.configured(publisher, request, &config).await
    }

    /// Tries the credentials against the store. The answer is 200 whatever is found.
    pub(crate) async fn check_store(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let config = self.configuration(publisher, request).await?;
        let findings = config.check(&self.context, clock::now()).await;
        let good = findings.iter().all(|finding| finding.ok == Some(true));
        let shown = json!({
            "store": config.store(),
            "environment": self.environment,
            "ok": good,
            "findings": findings,
        });
        api::answer(StatusCode::OK, &shown)
    }

    async fn configuration(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Arc<StoreConfig>, ApiError> {
        let store = api::store(request)?;
        // Another instance may have changed the configuration within this instance's cache time.
        self.configs.forget(publisher, store).await;
        self.configs
            .get(publisher, store)
            .await?
            .ok_or_else(|| ApiError::not_found("the store is not configured"))
    }

    async fn configured(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
        config: &StoreConfig,
    ) -> Result<Answer, ApiError> {
        let store = config.store();
        // The list is read from the first configuration on; this changes nothing afterwards. Shown
        // configurations count too, because an older version may have stored them without a list.
        if stores::profile(store).lists_undelivered {
            let begun = self.purchases.begin_history(publisher, store, clock::now());
            begun.await?;
        }
        let confirmations = match stores::profile(store).sends_notifications {
            true => self.broadcasters.confirmations(publisher, store).await?,
            false => Vec::new(),
        };
        // Anybody can have a confirmation sent from a topic of their own, so the pinned topic's is
        // shown first.
        let pinned = confirmations
            .iter()
            .find(|received| config.pins(&received.confirmation.topic));
        let shown = json!({
            "store": store,
            "environment": self.environment,
            "fieldsSet": config.set_fields(),
            "notificationUrls": notification_urls(request, publisher, store),
            "confirmation": pinned.or_else(|| confirmations.first()),
            "confirmations": confirmations,
        });
        api::answer(StatusCode::OK, &shown)
    }
}

/// URLs to enter in the store's console: our own form first, then the form that the store's
/// existing integrations use.
fn notification_urls(request: &Request, publisher: &BroadcasterId, store: Store) -> Vec<String> {
    if !stores::profile(store).sends_notifications {
        return Vec::new();
    }
    let addresses = Addresses::of(request);
    let ours = format!("/{store}/notifications/broadcasters/{publisher}");
    let other = stores::profile(store)
        .legacy_route
        .map(|pattern| pattern.replace("{publisherId}", publisher.as_str()));
    [Some(ours), other]
        .into_iter()
        .flatten()
        .map(|path| addresses.of_path(&path))
        .collect()
}

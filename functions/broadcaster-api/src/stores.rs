//! `/v1/stores/{store}`: credentials. They go in and never come out.

use cloud::api::{self, Answer, ApiError};
use domain::{BroadcasterId, Store};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;

use crate::BroadcasterApi;

impl BroadcasterApi {
    pub(crate) async fn put_store(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let store = api::store(request)?;
        let body = api::json_object(request)?;
        let config = self.secrets.parse(store, &body)?;
        self.secrets.put(publisher, store, &body).await?;
        self.secrets.forget(publisher, store).await;
        self.configured(store, &config)
    }

    pub(crate) async fn get_store(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let store = api::store(request)?;
        // What another instance put a moment ago must show.
        self.secrets.forget(publisher, store).await;
        let config = self
            .secrets
            .get(publisher, store)
            .await?
            .ok_or_else(|| ApiError::not_found("the store is not configured"))?;
        self.configured(store, &config)
    }

    fn configured(&self, store: Store, config: &stores::StoreConfig) -> Result<Answer, ApiError> {
        let shown = json!({
            "store": store,
            "environment": self.environment,
            "fieldsSet": config.set_fields(),
        });
        api::answer(StatusCode::OK, &shown)
    }
}

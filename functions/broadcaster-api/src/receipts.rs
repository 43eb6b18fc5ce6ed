//! The store's last answer about a subscription, for systems that verify it themselves.

use cloud::api::{self, Answer, ApiError};
use cloud::subscriptions::StoredReceipt;
use domain::{BroadcasterId, Subscription};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::json;

use crate::BroadcasterApi;
use crate::subscriptions::subscription_id;

impl BroadcasterApi {
    pub(crate) async fn get_receipt(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let (purchase, receipt) = self.receipt(publisher, request).await?;
        let shown = json!({
            "store": purchase.store,
            "observedAt": receipt.observed_at,
            "receipt": receipt.receipt()?,
        });
        api::answer(StatusCode::OK, &shown)
    }

    pub(crate) async fn get_subscription_purchase(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let (first, receipt) = self.receipt(publisher, request).await?;
        let now = self
            .subscriptions
            .generation(&first.purchase(), first.ownership.generation)
            .await?
            .unwrap_or(first);
        // A receipt may list several products; the subscription's own one is shown.
        let product_id = &now.state.product_id;
        let shown = stores::profile(now.store)
            .receipt_view(&receipt.receipt()?, product_id)
            .ok_or_else(|| ApiError::not_found("this store's receipts have no such form"))?;
        api::answer(StatusCode::OK, &shown)
    }

    /// Returns the subscription as it began, and the receipt that is stored with its current state.
    async fn receipt(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<(Subscription, StoredReceipt), ApiError> {
        let purchase = self
            .first_known(publisher, subscription_id(request)?)
            .await?;
        let receipt = self
            .subscriptions
            .receipt(&purchase.purchase(), purchase.ownership.generation)
            .await?
            .ok_or_else(|| ApiError::not_found("no receipt is kept of this subscription"))?;
        Ok((purchase, receipt))
    }
}

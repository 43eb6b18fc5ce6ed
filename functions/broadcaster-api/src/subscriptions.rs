//! Queries of subscriptions: those of a customer, and a single one with its history.

use cloud::api::{self, Answer, ApiError};
use cloud::clock;
use domain::{AddOn, BroadcasterId, Event, Subscription, SubscriptionId, Timestamp};
use lambda_http::Request;
use lambda_http::http::StatusCode;
use serde_json::{Value, json};

use crate::BroadcasterApi;
use crate::resend::customer_id;

impl BroadcasterApi {
    pub(crate) async fn list_subscriptions(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let customer = customer_id(request)?;
        let after = api::query_parameter(request, "after")
            .map(|after| after.parse::<SubscriptionId>())
            .transpose()
            .map_err(|error| ApiError::query(format!("after {error}")))?;
        let page = self
            .subscriptions
            .of_customer(publisher, &customer, api::limit(request)?, after)
            .await?;
        let now = clock::now();
        let rows = page
            .rows
            .iter()
            .map(|subscription| shown(subscription, now))
            .collect();
        api::answer(StatusCode::OK, &api::page("subscriptions", rows, page.next))
    }

    pub(crate) async fn get_subscription(
        &self,
        publisher: &BroadcasterId,
        request: &Request,
    ) -> Result<Answer, ApiError> {
        let id = subscription_id(request)?;
        let after = api::query_parameter(request, "after")
            .map(|after| after.parse::<u64>())
            .transpose()
            .map_err(|_| ApiError::query("after must be a sequence number"))?;
        let limit = api::limit(request)?;
        let purchase = self.first_known(publisher, id).await?;
        let subscription = self
            .subscriptions
            .generation(&purchase.purchase(), purchase.ownership.generation)
            .await?
            .ok_or_else(not_found)?;
        let history = self.journal.events(publisher, id, limit, after).await?;
        let events: Vec<Value> = history.rows.iter().map(event).collect();
        let mut shown = shown(&subscription, clock::now());
        if let Some(shown) = shown.as_object_mut() {
            shown.insert(
                "history".to_owned(),
                api::page("events", events, history.next),
            );
        }
        api::answer(StatusCode::OK, &shown)
    }

    /// Returns the subscription as it began. Only the journal can find the purchase of a
    /// subscription id.
    pub(crate) async fn first_known(
        &self,
        publisher: &BroadcasterId,
        id: SubscriptionId,
    ) -> Result<Subscription, ApiError> {
        let first = self.journal.events(publisher, id, 1, None).await?;
        let event = first.rows.into_iter().next().ok_or_else(not_found)?;
        Ok(event.subscription)
    }
}

/// Returns the subscription that the path names. A malformed id is answered like an unknown one.
pub(crate) fn subscription_id(request: &Request) -> Result<SubscriptionId, ApiError> {
    api::path_parameter(request, "subscriptionId")?
        .parse()
        .map_err(|_| not_found())
}

fn not_found() -> ApiError {
    ApiError::not_found("no such subscription")
}

/// Builds a subscription's JSON for broadcasters.
fn shown(subscription: &Subscription, now: Timestamp) -> Value {
    let state = &subscription.state;
    json!({
        "subscriptionId": subscription.ownership.subscription_id,
        "customerId": subscription.ownership.customer_id,
        "store": subscription.store,
        "environment": subscription.environment,
        "transactionId": subscription.transaction_id(),
        "offerId": subscription.offer.as_ref().map(|offer| &offer.offer_id),
        "packageName": subscription.offer.as_ref().map(|offer| &offer.package_name),
        "productId": state.product_id,
        "pendingProductId": state.pending_product_id,
        "addOns": subscription.add_ons.iter().map(add_on).collect::<Vec<_>>(),
        "status": state.status,
        "accessGranted": subscription.access_granted(now),
        "autoRenew": state.auto_renew,
        "prepaid": state.billing.is_prepaid(),
        "billingCycle": subscription.ownership.billing_cycle,
        "coupon": subscription.ownership.coupon,
        "discountCyclesLeft": subscription.ownership.discounted_cycles_left(),
        "expectedPrice": subscription.expected_price(),
        "price": state.price,
        "priceChange": state.price_change,
        "startedAt": state.started_at,
        "periodStart": subscription.known_period_start(),
        "periodEnd": state.period_end,
        "trialEnd": state.trial_end,
        "graceEnd": state.grace_end,
        "cancelledAt": subscription.cancelled_at(),
        "resumesAt": state.resumes_at,
        "revokedAt": state.revoked_at,
        "acknowledgeBy": state.acknowledge_by,
        "terminated": subscription.ownership.termination,
        "test": state.test,
        "createdAt": subscription.ownership.created_at,
        "updatedAt": subscription.updated_at,
    })
}

fn add_on(add_on: &AddOn) -> Value {
    json!({
        "productId": add_on.product_id,
        "offerId": add_on.offer.as_ref().map(|offer| &offer.offer_id),
        "periodEnd": add_on.period_end,
        "autoRenew": add_on.auto_renew,
    })
}

/// Builds an event's JSON for broadcasters, without the full snapshot that the journal holds.
fn event(event: &Event) -> Value {
    let state = &event.subscription.state;
    json!({
        "eventId": event.event_id,
        "sequence": event.sequence,
        "kind": event.kind,
        "source": event.source,
        "correlationId": event.correlation_id,
        "receivedAt": event.received_at,
        "occurredAt": event.occurred_at,
        "status": state.status,
        "productId": state.product_id,
        "periodEnd": state.period_end,
    })
}

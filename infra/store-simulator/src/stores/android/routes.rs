//! Routes of this store: the control API under `/control/android/{packageName}`, and its own API.

use axum::{
    Json, Router,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use serde_json::Value;

use super::{
    CurrentKey, Rotation, account, certs, model::ActionError, one_time_routes, package::Package,
    publisher, voided,
};
use crate::{
    control_routes::{Named, control, notifying},
    refusal::{Refusal, Reply},
    registry::Registry,
};

/// Builds the routes of this store.
pub(crate) fn router(http: reqwest::Client) -> Router {
    let further = Router::new()
        .route("/service-account", get(service_account))
        .route("/access-tokens/expire", post(expire_access_tokens))
        .route("/keys/rotate", post(rotate))
        .merge(one_time_routes::router());
    let purchases = Router::new()
        .route(
            "/subscriptionsv2/tokens/{token}",
            get(publisher::get_subscription),
        )
        .route(
            "/subscriptions/{product_id}/tokens/{token_and_verb}",
            post(publisher::acknowledge),
        )
        .route("/productsv2/tokens/{token}", get(publisher::get_one_time))
        .route(
            "/products/{product_id}/tokens/{token_and_verb}",
            post(publisher::acknowledge_one_time),
        )
        .route("/voidedpurchases", get(voided::list));
    control(notifying::<Package>().merge(further))
        .nest(
            "/androidpublisher/v3/applications/{package_name}/purchases",
            purchases,
        )
        .route("/token", post(account::token))
        .route("/oauth2/v3/certs", get(certs::certs))
        .with_state(Registry::new(http))
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownPurchase => StatusCode::NOT_FOUND,
            ActionError::Missing(_)
            | ActionError::UnknownPlan(..)
            | ActionError::UnknownOffer(_)
            | ActionError::Amount(_)
            | ActionError::Period(_) => StatusCode::BAD_REQUEST,
            ActionError::Exists
            | ActionError::NoItem
            | ActionError::NothingToRefund
            | ActionError::NotAcknowledged
            | ActionError::Prepaid
            | ActionError::NotPrepaid
            | ActionError::WrongState(_)
            | ActionError::WrongOneTimeState(_) => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

async fn service_account(Named(package): Named<Package>, headers: HeaderMap) -> Reply<Value> {
    Ok(Json(account::key_file(&package, &headers)?))
}

async fn expire_access_tokens(Named(package): Named<Package>) -> Json<Value> {
    package.expire_access_tokens();
    Json(Value::Null)
}

async fn rotate(
    Named(package): Named<Package>,
    Json(rotation): Json<Rotation>,
) -> Reply<CurrentKey> {
    let kid = package.push.keys.rotate(rotation.keep_old)?;
    Ok(Json(CurrentKey { kid }))
}

//! Control API of one-time purchases, under `/control/android/{packageName}/one-time-purchases`.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::Path,
    http::StatusCode,
    routing::{get, post},
};

use super::{
    OneTimeSold,
    model::{ActionError, NewOneTimePurchase, OneTimeAction, OneTimeOptions, OneTimePurchase},
    package::Package,
};
use crate::{
    control_routes::Named,
    refusal::{Refusal, Reply},
    registry::Registry,
};

pub(super) fn router() -> Router<Arc<Registry<Package>>> {
    Router::new()
        .route("/one-time-purchases", post(buy).get(list))
        .route("/one-time-purchases/run-due", post(run_due))
        .route("/one-time-purchases/{token}", get(show))
        .route("/one-time-purchases/{token}/{action}", post(act))
}

async fn buy(
    Named(package): Named<Package>,
    Json(wanted): Json<NewOneTimePurchase>,
) -> Result<(StatusCode, Json<OneTimeSold>), Refusal> {
    Ok((StatusCode::CREATED, Json(package.buy_once(&wanted)?)))
}

async fn list(Named(package): Named<Package>) -> Json<Vec<OneTimePurchase>> {
    Json(package.one_time_purchases())
}

async fn show(
    Named(package): Named<Package>,
    Path((_, token)): Path<(String, String)>,
) -> Reply<OneTimePurchase> {
    let found = package.one_time_purchase(&token);
    Ok(Json(found.ok_or(ActionError::UnknownPurchase)?))
}

async fn act(
    Named(package): Named<Package>,
    Path((_, token, action)): Path<(String, String, OneTimeAction)>,
    options: Option<Json<OneTimeOptions>>,
) -> Reply<OneTimeSold> {
    let Json(options) = options.unwrap_or_default();
    Ok(Json(package.act_once(&token, action, &options)?))
}

async fn run_due(Named(package): Named<Package>) -> Json<Vec<OneTimeSold>> {
    Json(package.run_due_once())
}

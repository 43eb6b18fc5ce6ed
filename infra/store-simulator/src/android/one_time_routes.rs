//! The control API of what is bought once, under `/control/android/{packageName}/one-time-purchases`.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};

use super::{
    OneTimeSold, Packages,
    model::{ActionError, NewOneTimePurchase, OneTimeAction, OneTimeOptions, OneTimePurchase},
    routes::{Outcome, Shared, package},
};
use crate::refusal::Refusal;

pub(super) fn router() -> Router<Arc<Packages>> {
    Router::new()
        .route("/one-time-purchases", post(buy).get(list))
        .route("/one-time-purchases/run-due", post(run_due))
        .route("/one-time-purchases/{token}", get(show))
        .route("/one-time-purchases/{token}/{action}", post(act))
}

async fn buy(
    State(packages): Shared,
    Path(name): Path<String>,
    Json(wanted): Json<NewOneTimePurchase>,
) -> Result<(StatusCode, Json<OneTimeSold>), Refusal> {
    let sold = package(&packages, &name)?.buy_once(&wanted)?;
    Ok((StatusCode::CREATED, Json(sold)))
}

async fn list(State(packages): Shared, Path(name): Path<String>) -> Outcome<Vec<OneTimePurchase>> {
    Ok(Json(package(&packages, &name)?.one_time_purchases()))
}

async fn show(
    State(packages): Shared,
    Path((name, token)): Path<(String, String)>,
) -> Outcome<OneTimePurchase> {
    let found = package(&packages, &name)?.one_time_purchase(&token);
    Ok(Json(found.ok_or(ActionError::UnknownPurchase)?))
}

async fn act(
    State(packages): Shared,
    Path((name, token, action)): Path<(String, String, OneTimeAction)>,
    options: Option<Json<OneTimeOptions>>,
) -> Outcome<OneTimeSold> {
    let Json(options) = options.unwrap_or_default();
    let package = package(&packages, &name)?;
    Ok(Json(package.act_once(&token, action, &options)?))
}

async fn run_due(State(packages): Shared, Path(name): Path<String>) -> Outcome<Vec<OneTimeSold>> {
    Ok(Json(package(&packages, &name)?.run_due_once()))
}

//! The control API under `/control/vizio/{partnerId}`.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Action, ActionOptions, Advance, ClockReading, Configuration, CustomNotification,
    NewSubscription, Partners, actions::ActionError, lookup::look_up, partner::Partner,
};
use crate::{faults::Faults, refusal::Refusal};

const DEFAULT_FLUSH_SECONDS: u64 = 60;

type Shared = State<Arc<Partners>>;

/// The routes of this store.
pub(crate) fn router(http: reqwest::Client) -> Router {
    let control = Router::new()
        .route("/", put(configure).patch(reconfigure).delete(remove))
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance_clock))
        .route("/clock/run-due", post(run_due))
        .route("/subscriptions", post(create).get(list))
        .route("/subscriptions/{subscription_id}", get(show))
        .route("/subscriptions/{subscription_id}/{action}", post(act))
        .route("/notifications", post(send))
        .route("/calls", get(calls))
        .route("/faults", put(set_faults).delete(clear_faults))
        .route("/deliveries/flush", post(flush));
    Router::new()
        .nest("/control/vizio/{partner_id}", control)
        .route(
            "/entitlements/v1/partners/{partner_id}/subscriptions/{subscription_id}",
            get(look_up),
        )
        .with_state(Arc::new(Partners::new(http)))
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownSubscription => StatusCode::NOT_FOUND,
            ActionError::PlanCodeMissing | ActionError::UnknownPlan(_) | ActionError::Plan(_) => {
                StatusCode::BAD_REQUEST
            }
            ActionError::Exists | ActionError::NothingToRefund | ActionError::WrongStatus(_) => {
                StatusCode::CONFLICT
            }
        };
        Self(status, error.to_string())
    }
}

fn partner(partners: &Partners, id: &str) -> Result<Arc<Partner>, Refusal> {
    let unknown = || Refusal::not_found(format!("no partner {id}"));
    partners.find(id).ok_or_else(unknown)
}

async fn configure(
    State(partners): Shared,
    Path(id): Path<String>,
    Json(configuration): Json<Configuration>,
) -> Result<Json<ClockReading>, Refusal> {
    configuration.check().map_err(Refusal::bad_request)?;
    let partner = partners.find_or_add(&id);
    partner.configure(configuration);
    let now = partner.now();
    Ok(Json(ClockReading { now }))
}

/// Replaces only the fields that are given.
async fn reconfigure(
    State(partners): Shared,
    Path(id): Path<String>,
    Json(changes): Json<serde_json::Map<String, Value>>,
) -> Result<Json<ClockReading>, Refusal> {
    let partner = partner(&partners, &id)?;
    let mut merged = serde_json::to_value(partner.configuration()).map_err(Refusal::bad_request)?;
    if let Some(fields) = merged.as_object_mut() {
        fields.extend(changes);
    }
    let configuration: Configuration =
        serde_json::from_value(merged).map_err(Refusal::bad_request)?;
    configuration.check().map_err(Refusal::bad_request)?;
    partner.configure(configuration);
    let now = partner.now();
    Ok(Json(ClockReading { now }))
}

async fn remove(State(partners): Shared, Path(id): Path<String>) -> Result<Json<Value>, Refusal> {
    if partners.remove(&id) {
        return Ok(Json(Value::Null));
    }
    Err(Refusal::not_found(format!("no partner {id}")))
}

async fn clock(State(partners): Shared, Path(id): Path<String>) -> Result<Response, Refusal> {
    let now = partner(&partners, &id)?.now();
    Ok(Json(ClockReading { now }).into_response())
}

async fn advance_clock(
    State(partners): Shared,
    Path(id): Path<String>,
    Json(advance): Json<Advance>,
) -> Result<Response, Refusal> {
    let now = partner(&partners, &id)?.advance_clock(advance.seconds);
    Ok(Json(ClockReading { now }).into_response())
}

async fn run_due(State(partners): Shared, Path(id): Path<String>) -> Result<Response, Refusal> {
    Ok(Json(partner(&partners, &id)?.run_due()).into_response())
}

async fn create(
    State(partners): Shared,
    Path(id): Path<String>,
    Json(wanted): Json<NewSubscription>,
) -> Result<Response, Refusal> {
    let outcome = partner(&partners, &id)?.create(&wanted)?;
    Ok((StatusCode::CREATED, Json(outcome)).into_response())
}

async fn list(State(partners): Shared, Path(id): Path<String>) -> Result<Response, Refusal> {
    Ok(Json(partner(&partners, &id)?.subscriptions()).into_response())
}

async fn show(
    State(partners): Shared,
    Path((id, subscription_id)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let found = partner(&partners, &id)?.subscription(&subscription_id);
    Ok(Json(found.ok_or(ActionError::UnknownSubscription)?).into_response())
}

async fn act(
    State(partners): Shared,
    Path((id, subscription_id, action)): Path<(String, String, Action)>,
    options: Option<Json<ActionOptions>>,
) -> Result<Response, Refusal> {
    let Json(options) = options.unwrap_or_default();
    let outcome = partner(&partners, &id)?.act(&subscription_id, action, &options)?;
    Ok(Json(outcome).into_response())
}

async fn send(
    State(partners): Shared,
    Path(id): Path<String>,
    Json(custom): Json<CustomNotification>,
) -> Result<Response, Refusal> {
    Ok(Json(partner(&partners, &id)?.send(custom)?).into_response())
}

async fn calls(State(partners): Shared, Path(id): Path<String>) -> Result<Response, Refusal> {
    Ok(Json(partner(&partners, &id)?.calls()).into_response())
}

async fn set_faults(
    State(partners): Shared,
    Path(id): Path<String>,
    Json(faults): Json<Faults>,
) -> Result<Json<Value>, Refusal> {
    partner(&partners, &id)?.set_faults(faults);
    Ok(Json(Value::Null))
}

async fn clear_faults(
    State(partners): Shared,
    Path(id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    partner(&partners, &id)?.set_faults(Faults::default());
    Ok(Json(Value::Null))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FlushQuery {
    timeout_seconds: Option<u64>,
}

async fn flush(
    State(partners): Shared,
    Path(id): Path<String>,
    Query(query): Query<FlushQuery>,
) -> Result<Response, Refusal> {
    let seconds = query.timeout_seconds.unwrap_or(DEFAULT_FLUSH_SECONDS);
    let partner = partner(&partners, &id)?;
    let counts = partner.outbox.flush(Duration::from_secs(seconds)).await;
    Ok(Json(counts).into_response())
}

//! The control API under `/control/samsung-tv/{appId}`.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post, put},
};
use serde_json::Value;

use super::{
    Action, ActionOutcome, ApiCalls, Applications, Configuration, NewPurchase, Options, Purchase,
    application::Application, openapi, purchase::ActionError,
};
use crate::{
    clock::{Advance, ClockReading},
    faults::Faults,
    refusal::Refusal,
};

type Shared = State<Arc<Applications>>;
type Outcome<T> = Result<Json<T>, Refusal>;

/// The routes of this store.
pub(crate) fn router() -> Router {
    let control = Router::new()
        .route("/", put(configure).patch(reconfigure).delete(remove))
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance_clock))
        .route("/purchases", post(create))
        .route("/purchases/{id}", get(show))
        .route("/purchases/{id}/{action}", post(act))
        .route("/calls", get(calls))
        .route("/faults", put(set_faults).delete(clear_faults));
    Router::new()
        .nest("/control/samsung-tv/{app_id}", control)
        .route("/openapi/{group}/{name}", post(openapi::call))
        .with_state(Arc::new(Applications::default()))
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownPurchase => StatusCode::NOT_FOUND,
            ActionError::Missing(_) | ActionError::UnknownProduct(_) | ActionError::Plan(_) => {
                StatusCode::BAD_REQUEST
            }
            ActionError::Exists | ActionError::WrongStatus(_) => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

fn application(applications: &Applications, id: &str) -> Result<Arc<Application>, Refusal> {
    let unknown = || Refusal::not_found(format!("no application {id}"));
    applications.find(id).ok_or_else(unknown)
}

async fn configure(
    State(applications): Shared,
    Path(id): Path<String>,
    Json(configuration): Json<Configuration>,
) -> Outcome<ClockReading> {
    configuration.check().map_err(Refusal::bad_request)?;
    let now = applications.find_or_add(&id).configure(configuration);
    Ok(Json(ClockReading { now }))
}

/// Replaces only the fields that are given.
async fn reconfigure(
    State(applications): Shared,
    Path(id): Path<String>,
    Json(changes): Json<serde_json::Map<String, Value>>,
) -> Outcome<ClockReading> {
    let current = application(&applications, &id)?.configuration();
    let mut merged = serde_json::to_value(current).map_err(Refusal::bad_request)?;
    if let Some(fields) = merged.as_object_mut() {
        fields.extend(changes);
    }
    let merged = serde_json::from_value(merged).map_err(Refusal::bad_request)?;
    configure(State(applications), Path(id), Json(merged)).await
}

async fn remove(State(applications): Shared, Path(id): Path<String>) -> Outcome<Value> {
    if applications.remove(&id) {
        return Ok(Json(Value::Null));
    }
    Err(Refusal::not_found(format!("no application {id}")))
}

async fn clock(State(applications): Shared, Path(id): Path<String>) -> Outcome<ClockReading> {
    let now = application(&applications, &id)?.now();
    Ok(Json(ClockReading { now }))
}

async fn advance_clock(
    State(applications): Shared,
    Path(id): Path<String>,
    Json(advance): Json<Advance>,
) -> Outcome<ClockReading> {
    let now = application(&applications, &id)?.advance_clock(advance.seconds);
    Ok(Json(ClockReading { now }))
}

async fn create(
    State(applications): Shared,
    Path(id): Path<String>,
    Json(wanted): Json<NewPurchase>,
) -> Outcome<ActionOutcome> {
    Ok(Json(application(&applications, &id)?.create(&wanted)?))
}

async fn show(
    State(applications): Shared,
    Path((id, purchase)): Path<(String, String)>,
) -> Outcome<Purchase> {
    Ok(Json(application(&applications, &id)?.purchase(&purchase)?))
}

async fn act(
    State(applications): Shared,
    Path((id, purchase, action)): Path<(String, String, Action)>,
    Json(options): Json<Options>,
) -> Outcome<ActionOutcome> {
    let application = application(&applications, &id)?;
    Ok(Json(application.act(&purchase, action, &options)?))
}

async fn calls(State(applications): Shared, Path(id): Path<String>) -> Outcome<ApiCalls> {
    Ok(Json(application(&applications, &id)?.calls()))
}

async fn set_faults(
    State(applications): Shared,
    Path(id): Path<String>,
    Json(faults): Json<Faults>,
) -> Outcome<Value> {
    application(&applications, &id)?.set_faults(faults);
    Ok(Json(Value::Null))
}

async fn clear_faults(State(applications): Shared, Path(id): Path<String>) -> Outcome<Value> {
    application(&applications, &id)?.set_faults(Faults::default());
    Ok(Json(Value::Null))
}

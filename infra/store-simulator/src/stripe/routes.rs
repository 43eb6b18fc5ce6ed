//! The control API under `/control/stripe/{accountId}`.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{any, get, post, put},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Accounts, ActionOutcome, Calls, Configuration, CustomEvent, SentEvent,
    account::Account,
    api,
    model::{Action, ActionError, NewCheckout, Options, Purchase},
};
use crate::{
    clock::{Advance, ClockReading},
    delivery::DeliveryCounts,
    faults::Faults,
    refusal::Refusal,
};

const DEFAULT_FLUSH_SECONDS: u64 = 60;

type Shared = State<Arc<Accounts>>;
type Outcome<T> = Result<Json<T>, Refusal>;

/// The routes of this store.
pub(crate) fn router(http: reqwest::Client) -> Router {
    let control = Router::new()
        .route("/", put(configure).patch(reconfigure).delete(remove))
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance_clock))
        .route("/clock/run-due", post(run_due))
        .route("/purchases", post(create).get(list))
        .route("/purchases/{id}", get(show))
        .route("/purchases/{id}/{action}", post(act))
        .route("/notifications", post(notify))
        .route("/events", get(events))
        .route("/events/{id}/resend", post(resend))
        .route("/calls", get(calls))
        .route("/faults", put(set_faults).delete(clear_faults))
        .route("/deliveries/flush", post(flush));
    Router::new()
        .nest("/control/stripe/{account_id}", control)
        .route("/v1/{*path}", any(api::call))
        .with_state(Arc::new(Accounts::new(http)))
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownPurchase => StatusCode::NOT_FOUND,
            ActionError::Missing(_)
            | ActionError::UnknownPrice(_)
            | ActionError::Period(_)
            | ActionError::NotRecurring => StatusCode::BAD_REQUEST,
            _ => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

fn account(accounts: &Accounts, id: &str) -> Result<Arc<Account>, Refusal> {
    let unknown = || Refusal::not_found(format!("no account {id}"));
    accounts.find(id).ok_or_else(unknown)
}

async fn configure(
    State(accounts): Shared,
    Path(id): Path<String>,
    Json(configuration): Json<Configuration>,
) -> Outcome<ClockReading> {
    configuration.check().map_err(Refusal::bad_request)?;
    for key in &configuration.api_keys {
        let holder = accounts.find_by_key(&key.key);
        if holder.is_some_and(|(holder, _)| holder.id() != id) {
            let reason = format!("{} is a key of another account", key.shown());
            return Err(Refusal(StatusCode::CONFLICT, reason));
        }
    }
    let now = accounts.find_or_add(&id).configure(configuration);
    Ok(Json(ClockReading { now }))
}

/// Replaces only the fields that are given.
async fn reconfigure(
    State(accounts): Shared,
    Path(id): Path<String>,
    Json(changes): Json<serde_json::Map<String, Value>>,
) -> Outcome<ClockReading> {
    let current = account(&accounts, &id)?.configuration();
    let mut merged = serde_json::to_value(&*current).map_err(Refusal::bad_request)?;
    if let Some(fields) = merged.as_object_mut() {
        fields.extend(changes);
    }
    let merged = serde_json::from_value(merged).map_err(Refusal::bad_request)?;
    configure(State(accounts), Path(id), Json(merged)).await
}

async fn remove(State(accounts): Shared, Path(id): Path<String>) -> Outcome<Value> {
    account(&accounts, &id)?;
    accounts.remove(&id);
    Ok(Json(Value::Null))
}

async fn clock(State(accounts): Shared, Path(id): Path<String>) -> Outcome<ClockReading> {
    let now = account(&accounts, &id)?.now();
    Ok(Json(ClockReading { now }))
}

async fn advance_clock(
    State(accounts): Shared,
    Path(id): Path<String>,
    Json(advance): Json<Advance>,
) -> Outcome<ClockReading> {
    let now = account(&accounts, &id)?.advance_clock(advance.seconds);
    Ok(Json(ClockReading { now }))
}

async fn run_due(State(accounts): Shared, Path(id): Path<String>) -> Outcome<Vec<ActionOutcome>> {
    Ok(Json(account(&accounts, &id)?.run_due()))
}

async fn create(
    State(accounts): Shared,
    Path(id): Path<String>,
    Json(wanted): Json<NewCheckout>,
) -> Result<(StatusCode, Json<ActionOutcome>), Refusal> {
    let outcome = account(&accounts, &id)?.create(&wanted)?;
    Ok((StatusCode::CREATED, Json(outcome)))
}

async fn list(State(accounts): Shared, Path(id): Path<String>) -> Outcome<Vec<Purchase>> {
    let account = account(&accounts, &id)?;
    Ok(Json(account.read(|all| all.purchases().cloned().collect())))
}

async fn show(
    State(accounts): Shared,
    Path((id, object)): Path<(String, String)>,
) -> Outcome<Purchase> {
    let found = account(&accounts, &id)?.purchase(&object);
    Ok(Json(found.ok_or(ActionError::UnknownPurchase)?))
}

async fn act(
    State(accounts): Shared,
    Path((id, object, action)): Path<(String, String, Action)>,
    options: Option<Json<Options>>,
) -> Outcome<ActionOutcome> {
    let Json(options) = options.unwrap_or_default();
    Ok(Json(
        account(&accounts, &id)?.act(&object, action, &options)?,
    ))
}

async fn notify(
    State(accounts): Shared,
    Path(id): Path<String>,
    Json(custom): Json<CustomEvent>,
) -> Outcome<SentEvent> {
    Ok(Json(account(&accounts, &id)?.notify(custom)))
}

async fn events(State(accounts): Shared, Path(id): Path<String>) -> Outcome<Vec<Value>> {
    let events = account(&accounts, &id)?.events().into_iter();
    Ok(Json(events.map(|(event, _)| event).collect()))
}

async fn resend(
    State(accounts): Shared,
    Path((id, event)): Path<(String, String)>,
) -> Outcome<SentEvent> {
    let sent = account(&accounts, &id)?.resend(&event);
    Ok(Json(sent.ok_or_else(|| {
        Refusal::not_found("no event has this id")
    })?))
}

async fn calls(State(accounts): Shared, Path(id): Path<String>) -> Outcome<Calls> {
    Ok(Json(account(&accounts, &id)?.calls()))
}

async fn set_faults(
    State(accounts): Shared,
    Path(id): Path<String>,
    Json(faults): Json<Faults>,
) -> Outcome<Value> {
    account(&accounts, &id)?.set_faults(faults);
    Ok(Json(Value::Null))
}

async fn clear_faults(State(accounts): Shared, Path(id): Path<String>) -> Outcome<Value> {
    account(&accounts, &id)?.set_faults(Faults::default());
    Ok(Json(Value::Null))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FlushLimit {
    timeout_seconds: Option<u64>,
}

async fn flush(
    State(accounts): Shared,
    Path(id): Path<String>,
    Query(limit): Query<FlushLimit>,
) -> Outcome<DeliveryCounts> {
    let account = account(&accounts, &id)?;
    let limit = limit.timeout_seconds.unwrap_or(DEFAULT_FLUSH_SECONDS);
    let counts = account.outbox.flush(Duration::from_secs(limit)).await;
    Ok(Json(counts))
}

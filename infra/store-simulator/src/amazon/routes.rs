//! The control API under `/control/amazon/{packageName}`, and the store's own routes.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    ActionOutcome, Apps, Calls, Configuration, CustomMessage, Endpoint, PublishedCertificate,
    SentMessage,
    app::App,
    bodies::{EnteredToken, Rotation},
    model::{Action, ActionError, NewPurchase, Options, Receipt},
    service_pages,
    signing_key::KeyError,
    subscription::WrongToken,
    verification,
};
use crate::{
    clock::{Advance, ClockReading},
    delivery::DeliveryCounts,
    faults::Faults,
    refusal::Refusal,
};

const DEFAULT_FLUSH_SECONDS: u64 = 60;

type Shared = State<Arc<Apps>>;
type Outcome<T> = Result<Json<T>, Refusal>;

/// The routes of this store.
pub(crate) fn router(http: reqwest::Client) -> Router {
    let control = Router::new()
        .route("/", put(configure).patch(reconfigure).delete(remove))
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance_clock))
        .route("/clock/run-due", post(run_due))
        .route("/receipts", post(buy).get(list))
        .route("/receipts/{receipt_id}", get(show))
        .route("/receipts/{receipt_id}/{action}", post(act))
        .route("/notifications", post(send))
        .route("/endpoint", get(endpoint))
        .route("/endpoint/confirmation", post(ask_confirmation))
        .route("/endpoint/token", post(enter_token))
        .route("/endpoint/unsubscription", post(unsubscribe))
        .route("/certificate", get(certificate))
        .route("/certificate/rotate", post(rotate_certificate))
        .route("/calls", get(calls))
        .route("/faults", put(set_faults).delete(clear_faults))
        .route("/deliveries/flush", post(flush));
    Router::new()
        .nest("/control/amazon/{package_name}", control)
        .route(
            "/version/1.0/verifyReceiptId/developer/{*rest}",
            get(verification::production),
        )
        .route(
            "/sandbox/version/1.0/verifyReceiptId/developer/{*rest}",
            get(verification::sandbox),
        )
        .route("/", get(service_pages::act))
        .route("/{file}", get(service_pages::certificate))
        .with_state(Arc::new(Apps::new(http)))
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        let status = match error {
            ActionError::UnknownReceipt => StatusCode::NOT_FOUND,
            ActionError::Missing(_) | ActionError::UnknownProduct(_) | ActionError::Period(_) => {
                StatusCode::BAD_REQUEST
            }
            ActionError::Exists | ActionError::NotSubscription | ActionError::WrongState(_) => {
                StatusCode::CONFLICT
            }
        };
        Self(status, error.to_string())
    }
}

impl From<KeyError> for Refusal {
    fn from(error: KeyError) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl From<WrongToken> for Refusal {
    fn from(WrongToken: WrongToken) -> Self {
        Self::bad_request("the token is not known, of another topic, or too old")
    }
}

fn app(apps: &Apps, name: &str) -> Result<Arc<App>, Refusal> {
    let unknown = || Refusal::not_found(format!("no package {name}"));
    apps.find(name).ok_or_else(unknown)
}

async fn configure(
    State(apps): Shared,
    Path(name): Path<String>,
    Json(configuration): Json<Configuration>,
) -> Outcome<ClockReading> {
    configuration.check().map_err(Refusal::bad_request)?;
    let now = apps.find_or_add(&name)?.configure(configuration)?;
    Ok(Json(ClockReading { now }))
}

/// Replaces only the fields that are given.
async fn reconfigure(
    State(apps): Shared,
    Path(name): Path<String>,
    Json(changes): Json<serde_json::Map<String, Value>>,
) -> Outcome<ClockReading> {
    let current = app(&apps, &name)?.configuration();
    let mut merged = serde_json::to_value(&*current).map_err(Refusal::bad_request)?;
    if let Some(fields) = merged.as_object_mut() {
        fields.extend(changes);
    }
    let merged = serde_json::from_value(merged).map_err(Refusal::bad_request)?;
    configure(State(apps), Path(name), Json(merged)).await
}

async fn remove(State(apps): Shared, Path(name): Path<String>) -> Outcome<Value> {
    app(&apps, &name)?;
    apps.remove(&name);
    Ok(Json(Value::Null))
}

async fn clock(State(apps): Shared, Path(name): Path<String>) -> Outcome<ClockReading> {
    let now = app(&apps, &name)?.now();
    Ok(Json(ClockReading { now }))
}

async fn advance_clock(
    State(apps): Shared,
    Path(name): Path<String>,
    Json(advance): Json<Advance>,
) -> Outcome<ClockReading> {
    let now = app(&apps, &name)?.advance_clock(advance.seconds);
    Ok(Json(ClockReading { now }))
}

async fn run_due(State(apps): Shared, Path(name): Path<String>) -> Outcome<Vec<ActionOutcome>> {
    Ok(Json(app(&apps, &name)?.run_due()?))
}

async fn buy(
    State(apps): Shared,
    Path(name): Path<String>,
    Json(wanted): Json<NewPurchase>,
) -> Result<(StatusCode, Json<ActionOutcome>), Refusal> {
    let outcome = app(&apps, &name)?.buy(&wanted)?;
    Ok((StatusCode::CREATED, Json(outcome)))
}

async fn list(State(apps): Shared, Path(name): Path<String>) -> Outcome<Vec<Receipt>> {
    Ok(Json(app(&apps, &name)?.receipts()))
}

async fn show(
    State(apps): Shared,
    Path((name, receipt_id)): Path<(String, String)>,
) -> Outcome<Receipt> {
    let found = app(&apps, &name)?.receipt(&receipt_id);
    Ok(Json(found.ok_or(ActionError::UnknownReceipt)?))
}

async fn act(
    State(apps): Shared,
    Path((name, receipt_id, action)): Path<(String, String, Action)>,
    options: Option<Json<Options>>,
) -> Outcome<ActionOutcome> {
    let Json(options) = options.unwrap_or_default();
    let app = app(&apps, &name)?;
    Ok(Json(app.act(&receipt_id, action, &options)?))
}

async fn send(
    State(apps): Shared,
    Path(name): Path<String>,
    Json(custom): Json<CustomMessage>,
) -> Outcome<SentMessage> {
    let app = app(&apps, &name)?;
    let sent = app.send(&mut app.lock(), custom)?;
    Ok(Json(sent))
}

async fn endpoint(State(apps): Shared, Path(name): Path<String>) -> Outcome<Endpoint> {
    Ok(Json(app(&apps, &name)?.endpoint()))
}

async fn ask_confirmation(State(apps): Shared, Path(name): Path<String>) -> Outcome<SentMessage> {
    Ok(Json(app(&apps, &name)?.ask_confirmation()?))
}

async fn enter_token(
    State(apps): Shared,
    Path(name): Path<String>,
    Json(entered): Json<EnteredToken>,
) -> Outcome<Endpoint> {
    Ok(Json(app(&apps, &name)?.enter_token(&entered.token)?))
}

async fn unsubscribe(State(apps): Shared, Path(name): Path<String>) -> Outcome<SentMessage> {
    Ok(Json(app(&apps, &name)?.unsubscribe()?))
}

async fn certificate(
    State(apps): Shared,
    Path(name): Path<String>,
) -> Outcome<PublishedCertificate> {
    Ok(Json(app(&apps, &name)?.certificate()?))
}

async fn rotate_certificate(
    State(apps): Shared,
    Path(name): Path<String>,
    Json(rotation): Json<Rotation>,
) -> Outcome<PublishedCertificate> {
    let app = app(&apps, &name)?;
    Ok(Json(app.rotate_certificate(rotation.same_address)?))
}

async fn calls(State(apps): Shared, Path(name): Path<String>) -> Outcome<Calls> {
    Ok(Json(app(&apps, &name)?.calls()))
}

async fn set_faults(
    State(apps): Shared,
    Path(name): Path<String>,
    Json(faults): Json<Faults>,
) -> Outcome<Value> {
    app(&apps, &name)?.set_faults(faults);
    Ok(Json(Value::Null))
}

async fn clear_faults(State(apps): Shared, Path(name): Path<String>) -> Outcome<Value> {
    app(&apps, &name)?.set_faults(Faults::default());
    Ok(Json(Value::Null))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FlushLimit {
    timeout_seconds: Option<u64>,
}

async fn flush(
    State(apps): Shared,
    Path(name): Path<String>,
    Query(limit): Query<FlushLimit>,
) -> Outcome<DeliveryCounts> {
    let app = app(&apps, &name)?;
    let limit = limit.timeout_seconds.unwrap_or(DEFAULT_FLUSH_SECONDS);
    let counts = app.outbox.flush(Duration::from_secs(limit)).await;
    Ok(Json(counts))
}

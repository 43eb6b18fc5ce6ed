//! The control API under `/control/apple/{bundleId}`.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::digest;
use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    routing::{get, post, put},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    ActionOutcome, ApiKey, ApiRefusal, Apps, Calls, Configuration, CustomNotification,
    RootCertificate, SentNotification, Signing, api,
    app::{App, Refused},
    bodies::{Rotation, SignedTransaction},
    certificates::{self, SigningError},
    model::{Action, ActionError, Environment, NewPurchase, Options, Purchase},
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
        .route("/root", get(root))
        .route("/api-key", get(api_key))
        .route("/api-key/rotate", post(rotate))
        .route("/refusals", put(refuse))
        .route("/purchases", post(buy).get(list))
        .route("/purchases/{id}", get(show))
        .route("/purchases/{id}/signed-transaction", post(signed))
        .route("/purchases/{id}/{action}", post(act))
        .route("/notifications", post(send))
        .route("/calls", get(calls))
        .route("/faults", put(set_faults).delete(clear_faults))
        .route("/deliveries/flush", post(flush));
    Router::new()
        .nest("/control/apple/{bundle_id}", control)
        .nest("/apple/production", api::routes(Environment::Production))
        .nest("/apple/sandbox", api::routes(Environment::Sandbox))
        .route("/apple/root.cer", get(api::root))
        .with_state(Arc::new(Apps::new(http)))
}

impl From<SigningError> for Refusal {
    fn from(error: SigningError) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let error = match refused {
            Refused::Signing(error) => return error.into(),
            Refused::Action(error) => error,
        };
        let status = match error {
            ActionError::UnknownPurchase => StatusCode::NOT_FOUND,
            ActionError::Missing(_)
            | ActionError::UnknownProduct(_)
            | ActionError::UnknownOffer(_)
            | ActionError::Amount(_)
            | ActionError::Period(_) => StatusCode::BAD_REQUEST,
            ActionError::Subscribed
            | ActionError::NotRenewable
            | ActionError::OtherGroup
            | ActionError::NotSharable
            | ActionError::NotShared
            | ActionError::NothingPending
            | ActionError::NoTransaction
            | ActionError::WrongState(_)
            | ActionError::Renewals => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

fn app(apps: &Apps, bundle_id: &str) -> Result<Arc<App>, Refusal> {
    let unknown = || Refusal::not_found(format!("no app {bundle_id}"));
    apps.find(bundle_id).ok_or_else(unknown)
}

async fn configure(
    State(apps): Shared,
    Path(bundle_id): Path<String>,
    Json(configuration): Json<Configuration>,
) -> Outcome<ClockReading> {
    configuration.check().map_err(Refusal::bad_request)?;
    let now = apps.find_or_add(&bundle_id)?.configure(configuration);
    Ok(Json(ClockReading { now }))
}

/// Replaces only the fields that are given.
async fn reconfigure(
    State(apps): Shared,
    Path(bundle_id): Path<String>,
    Json(changes): Json<Map<String, Value>>,
) -> Outcome<ClockReading> {
    let current = app(&apps, &bundle_id)?.configuration();
    let mut merged = serde_json::to_value(&*current).map_err(Refusal::bad_request)?;
    if let Some(fields) = merged.as_object_mut() {
        fields.extend(changes);
    }
    let merged = serde_json::from_value(merged).map_err(Refusal::bad_request)?;
    configure(State(apps), Path(bundle_id), Json(merged)).await
}

async fn remove(State(apps): Shared, Path(bundle_id): Path<String>) -> Outcome<Value> {
    app(&apps, &bundle_id)?;
    apps.remove(&bundle_id);
    Ok(Json(Value::Null))
}

async fn clock(State(apps): Shared, Path(bundle_id): Path<String>) -> Outcome<ClockReading> {
    let now = app(&apps, &bundle_id)?.now();
    Ok(Json(ClockReading { now }))
}

async fn advance_clock(
    State(apps): Shared,
    Path(bundle_id): Path<String>,
    Json(advance): Json<Advance>,
) -> Outcome<ClockReading> {
    let now = app(&apps, &bundle_id)?.advance_clock(advance.seconds);
    Ok(Json(ClockReading { now }))
}

async fn run_due(
    State(apps): Shared,
    Path(bundle_id): Path<String>,
) -> Outcome<Vec<ActionOutcome>> {
    Ok(Json(app(&apps, &bundle_id)?.run_due()?))
}

async fn root() -> Outcome<RootCertificate> {
    let authority = certificates::store()?;
    let der = &authority.root.der;
    Ok(Json(RootCertificate {
        der: STANDARD.encode(der),
        sha256: hex::encode(digest::digest(&digest::SHA256, der)),
    }))
}

async fn api_key(State(apps): Shared, Path(bundle_id): Path<String>) -> Outcome<ApiKey> {
    Ok(Json(app(&apps, &bundle_id)?.api_key()?))
}

async fn rotate(
    State(apps): Shared,
    Path(bundle_id): Path<String>,
    Json(rotation): Json<Rotation>,
) -> Outcome<ApiKey> {
    Ok(Json(app(&apps, &bundle_id)?.rotate(rotation.keep_old)?))
}

async fn refuse(
    State(apps): Shared,
    Path(bundle_id): Path<String>,
    Json(refusals): Json<Vec<ApiRefusal>>,
) -> Outcome<Value> {
    app(&apps, &bundle_id)?.refuse(refusals);
    Ok(Json(Value::Null))
}

async fn buy(
    State(apps): Shared,
    Path(bundle_id): Path<String>,
    Json(wanted): Json<NewPurchase>,
) -> Result<(StatusCode, Json<ActionOutcome>), Refusal> {
    let outcome = app(&apps, &bundle_id)?.buy(&wanted)?;
    Ok((StatusCode::CREATED, Json(outcome)))
}

async fn list(State(apps): Shared, Path(bundle_id): Path<String>) -> Outcome<Vec<Purchase>> {
    Ok(Json(app(&apps, &bundle_id)?.purchases()))
}

async fn show(
    State(apps): Shared,
    Path((bundle_id, id)): Path<(String, String)>,
) -> Outcome<Purchase> {
    let found = app(&apps, &bundle_id)?.purchase(&id);
    let unknown = || Refused::from(ActionError::UnknownPurchase);
    Ok(Json(found.ok_or_else(unknown)?))
}

async fn act(
    State(apps): Shared,
    Path((bundle_id, id, action)): Path<(String, String, Action)>,
    options: Option<Json<Options>>,
) -> Outcome<ActionOutcome> {
    let Json(options) = options.unwrap_or_default();
    Ok(Json(app(&apps, &bundle_id)?.act(&id, action, &options)?))
}

async fn signed(
    State(apps): Shared,
    Path((bundle_id, id)): Path<(String, String)>,
    signing: Option<Json<Signing>>,
) -> Outcome<SignedTransaction> {
    let Json(signing) = signing.unwrap_or_default();
    let signed = app(&apps, &bundle_id)?.signed_transaction(&id, &signing)?;
    Ok(Json(SignedTransaction {
        signed_transaction_info: signed,
    }))
}

async fn send(
    State(apps): Shared,
    Path(bundle_id): Path<String>,
    Json(custom): Json<CustomNotification>,
) -> Outcome<SentNotification> {
    Ok(Json(app(&apps, &bundle_id)?.send(&custom)?))
}

async fn calls(State(apps): Shared, Path(bundle_id): Path<String>) -> Outcome<Calls> {
    Ok(Json(app(&apps, &bundle_id)?.calls()))
}

async fn set_faults(
    State(apps): Shared,
    Path(bundle_id): Path<String>,
    Json(faults): Json<Faults>,
) -> Outcome<Value> {
    app(&apps, &bundle_id)?.set_faults(&faults);
    Ok(Json(Value::Null))
}

async fn clear_faults(State(apps): Shared, Path(bundle_id): Path<String>) -> Outcome<Value> {
    app(&apps, &bundle_id)?.set_faults(&Faults::default());
    Ok(Json(Value::Null))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FlushLimit {
    timeout_seconds: Option<u64>,
}

async fn flush(
    State(apps): Shared,
    Path(bundle_id): Path<String>,
    Query(limit): Query<FlushLimit>,
) -> Outcome<DeliveryCounts> {
    let app = app(&apps, &bundle_id)?;
    let limit = limit.timeout_seconds.unwrap_or(DEFAULT_FLUSH_SECONDS);
    Ok(Json(app.flush(Duration::from_secs(limit)).await))
}

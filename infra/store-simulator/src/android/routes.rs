//! The control API under `/control/android/{packageName}`.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    ActionOutcome, Calls, Configuration, CurrentKey, CustomPush, Packages, Rotation, SentPush,
    account, certs,
    model::{Action, ActionError, NewPurchase, Options, Purchase},
    one_time_routes,
    package::Package,
    publisher,
    signing_key::{KeyError, SigningKey},
    voided,
};
use crate::{
    clock::{Advance, ClockReading},
    delivery::DeliveryCounts,
    faults::Faults,
    refusal::Refusal,
};

const DEFAULT_FLUSH_SECONDS: u64 = 60;

pub(super) type Shared = State<Arc<Packages>>;
pub(super) type Outcome<T> = Result<Json<T>, Refusal>;

/// The routes of this store.
pub(crate) fn router(http: reqwest::Client) -> Router {
    let control = Router::new()
        .route("/", put(configure).patch(reconfigure).delete(remove))
        .route("/clock", get(clock))
        .route("/clock/advance", post(advance_clock))
        .route("/clock/run-due", post(run_due))
        .route("/service-account", get(service_account))
        .route("/access-tokens/expire", post(expire_access_tokens))
        .route("/keys/rotate", post(rotate))
        .route("/purchases", post(buy).get(list))
        .route("/purchases/{token}", get(show))
        .route("/purchases/{token}/{action}", post(act))
        .route("/notifications", post(send))
        .route("/calls", get(calls))
        .route("/faults", put(set_faults).delete(clear_faults))
        .route("/deliveries/flush", post(flush))
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
    Router::new()
        .nest("/control/android/{package_name}", control)
        .nest(
            "/androidpublisher/v3/applications/{package_name}/purchases",
            purchases,
        )
        .route("/token", post(account::token))
        .route("/oauth2/v3/certs", get(certs::certs))
        .with_state(Arc::new(Packages::new(http)))
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
            | ActionError::NoInstallments
            | ActionError::WrongState(_)
            | ActionError::WrongOneTimeState(_) => StatusCode::CONFLICT,
        };
        Self(status, error.to_string())
    }
}

impl From<KeyError> for Refusal {
    fn from(error: KeyError) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

pub(super) fn package(packages: &Packages, name: &str) -> Result<Arc<Package>, Refusal> {
    let unknown = || Refusal::not_found(format!("no package {name}"));
    packages.find(name).ok_or_else(unknown)
}

async fn configure(
    State(packages): Shared,
    Path(name): Path<String>,
    Json(configuration): Json<Configuration>,
) -> Outcome<ClockReading> {
    configuration.check().map_err(Refusal::bad_request)?;
    let package = packages.find_or_add(&name)?;
    let now = package.configure(configuration);
    Ok(Json(ClockReading { now }))
}

/// Replaces only the fields that are given.
async fn reconfigure(
    State(packages): Shared,
    Path(name): Path<String>,
    Json(changes): Json<serde_json::Map<String, Value>>,
) -> Outcome<ClockReading> {
    let current = package(&packages, &name)?.configuration();
    let mut merged = serde_json::to_value(&*current).map_err(Refusal::bad_request)?;
    if let Some(fields) = merged.as_object_mut() {
        fields.extend(changes);
    }
    let merged = serde_json::from_value(merged).map_err(Refusal::bad_request)?;
    configure(State(packages), Path(name), Json(merged)).await
}

async fn remove(State(packages): Shared, Path(name): Path<String>) -> Outcome<Value> {
    package(&packages, &name)?;
    packages.remove(&name);
    Ok(Json(Value::Null))
}

async fn clock(State(packages): Shared, Path(name): Path<String>) -> Outcome<ClockReading> {
    let now = package(&packages, &name)?.now();
    Ok(Json(ClockReading { now }))
}

async fn advance_clock(
    State(packages): Shared,
    Path(name): Path<String>,
    Json(advance): Json<Advance>,
) -> Outcome<ClockReading> {
    let now = package(&packages, &name)?.advance_clock(advance.seconds);
    Ok(Json(ClockReading { now }))
}

async fn run_due(State(packages): Shared, Path(name): Path<String>) -> Outcome<Vec<ActionOutcome>> {
    Ok(Json(package(&packages, &name)?.run_due()))
}

async fn service_account(
    State(packages): Shared,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Outcome<Value> {
    let package = package(&packages, &name)?;
    Ok(Json(account::key_file(&package, &headers)?))
}

async fn expire_access_tokens(State(packages): Shared, Path(name): Path<String>) -> Outcome<Value> {
    package(&packages, &name)?.expire_access_tokens();
    Ok(Json(Value::Null))
}

async fn rotate(
    State(packages): Shared,
    Path(name): Path<String>,
    Json(rotation): Json<Rotation>,
) -> Outcome<CurrentKey> {
    let package = package(&packages, &name)?;
    let key = SigningKey::generate()?;
    let kid = key.id().to_owned();
    package.rotate(key, rotation.keep_old);
    Ok(Json(CurrentKey { kid }))
}

async fn buy(
    State(packages): Shared,
    Path(name): Path<String>,
    Json(wanted): Json<NewPurchase>,
) -> Result<(StatusCode, Json<ActionOutcome>), Refusal> {
    let outcome = package(&packages, &name)?.buy(&wanted)?;
    Ok((StatusCode::CREATED, Json(outcome)))
}

async fn list(State(packages): Shared, Path(name): Path<String>) -> Outcome<Vec<Purchase>> {
    Ok(Json(package(&packages, &name)?.purchases()))
}

async fn show(
    State(packages): Shared,
    Path((name, token)): Path<(String, String)>,
) -> Outcome<Purchase> {
    let found = package(&packages, &name)?.purchase(&token);
    Ok(Json(found.ok_or(ActionError::UnknownPurchase)?))
}

async fn act(
    State(packages): Shared,
    Path((name, token, action)): Path<(String, String, Action)>,
    options: Option<Json<Options>>,
) -> Outcome<ActionOutcome> {
    let Json(options) = options.unwrap_or_default();
    Ok(Json(
        package(&packages, &name)?.act(&token, action, &options)?,
    ))
}

async fn send(
    State(packages): Shared,
    Path(name): Path<String>,
    Json(custom): Json<CustomPush>,
) -> Outcome<SentPush> {
    Ok(Json(package(&packages, &name)?.send(custom)?))
}

async fn calls(State(packages): Shared, Path(name): Path<String>) -> Outcome<Calls> {
    Ok(Json(package(&packages, &name)?.calls()))
}

async fn set_faults(
    State(packages): Shared,
    Path(name): Path<String>,
    Json(faults): Json<Faults>,
) -> Outcome<Value> {
    package(&packages, &name)?.set_faults(faults);
    Ok(Json(Value::Null))
}

async fn clear_faults(State(packages): Shared, Path(name): Path<String>) -> Outcome<Value> {
    package(&packages, &name)?.set_faults(Faults::default());
    Ok(Json(Value::Null))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FlushLimit {
    timeout_seconds: Option<u64>,
}

async fn flush(
    State(packages): Shared,
    Path(name): Path<String>,
    Query(limit): Query<FlushLimit>,
) -> Outcome<DeliveryCounts> {
    let package = package(&packages, &name)?;
    let limit = limit.timeout_seconds.unwrap_or(DEFAULT_FLUSH_SECONDS);
    let counts = package.outbox.flush(Duration::from_secs(limit)).await;
    Ok(Json(counts))
}

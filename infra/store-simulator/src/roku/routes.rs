//! The control API under `/control/roku/{account}`.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Accounts, ActionOutcome, Calls, Configuration, CurrentKey, CustomPush, Replay, Rotation,
    SentPush,
    account::Account,
    jwks,
    model::{Action, ActionError, NewPurchase, Options, Purchase},
    service,
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
        .route("/keys/rotate", post(rotate))
        .route("/purchases", post(buy).get(list))
        .route("/purchases/{id}", get(show))
        .route("/purchases/{id}/{action}", post(act))
        .route("/notifications", post(send))
        .route("/notifications/replay", post(replay))
        .route("/calls", get(calls))
        .route("/faults", put(set_faults).delete(clear_faults))
        .route("/deliveries/flush", post(flush));
    let service = Router::new()
        .route(
            "/validate-transaction/{api_key}/{*id}",
            get(service::validate_transaction),
        )
        .route(
            "/validate-refund/{api_key}/{*id}",
            get(service::validate_refund),
        );
    Router::new()
        .nest("/control/roku/{account}", control)
        .nest("/listen/transaction-service.svc", service)
        .route(jwks::PATH, get(jwks::production))
        .route(jwks::TEST_PATH, get(jwks::test))
        .route(jwks::FORGED_PATH, get(jwks::forged))
        .with_state(Arc::new(Accounts::new(http)))
}

fn account(accounts: &Accounts, name: &str) -> Result<Arc<Account>, Refusal> {
    let unknown = || Refusal::not_found(format!("no account {name}"));
    accounts.find(name).ok_or_else(unknown)
}

async fn configure(
    State(accounts): Shared,
    Path(name): Path<String>,
    Json(configuration): Json<Configuration>,
) -> Outcome<ClockReading> {
    configuration.check().map_err(Refusal::bad_request)?;
    if accounts.others_have_a_key_of(&name, &configuration) {
        let reason = "apiKeys: another account has one of them";
        return Err(Refusal::bad_request(reason));
    }
    let account = accounts.find_or_add(&name)?;
    let now = account.configure(configuration)?;
    Ok(Json(ClockReading { now }))
}

/// Replaces only the fields that are given.
async fn reconfigure(
    State(accounts): Shared,
    Path(name): Path<String>,
    Json(changes): Json<serde_json::Map<String, Value>>,
) -> Outcome<ClockReading> {
    let current = account(&accounts, &name)?.configuration();
    let mut merged = serde_json::to_value(&*current).map_err(Refusal::bad_request)?;
    if let Some(fields) = merged.as_object_mut() {
        fields.extend(changes);
    }
    let merged = serde_json::from_value(merged).map_err(Refusal::bad_request)?;
    configure(State(accounts), Path(name), Json(merged)).await
}

async fn remove(State(accounts): Shared, Path(name): Path<String>) -> Outcome<Value> {
    account(&accounts, &name)?;
    accounts.remove(&name);
    Ok(Json(Value::Null))
}

async fn clock(State(accounts): Shared, Path(name): Path<String>) -> Outcome<ClockReading> {
    let now = account(&accounts, &name)?.now();
    Ok(Json(ClockReading { now }))
}

async fn advance_clock(
    State(accounts): Shared,
    Path(name): Path<String>,
    Json(advance): Json<Advance>,
) -> Outcome<ClockReading> {
    let now = account(&accounts, &name)?.advance_clock(advance.seconds);
    Ok(Json(ClockReading { now }))
}

async fn run_due(State(accounts): Shared, Path(name): Path<String>) -> Outcome<Vec<ActionOutcome>> {
    Ok(Json(account(&accounts, &name)?.run_due()))
}

async fn rotate(
    State(accounts): Shared,
    Path(name): Path<String>,
    Json(rotation): Json<Rotation>,
) -> Outcome<CurrentKey> {
    let account = account(&accounts, &name)?;
    let keys = if rotation.test {
        &account.test_keys
    } else {
        &account.keys
    };
    let kid = keys.rotate(rotation.keep_old)?;
    Ok(Json(CurrentKey { kid }))
}

async fn buy(
    State(accounts): Shared,
    Path(name): Path<String>,
    Json(wanted): Json<NewPurchase>,
) -> Result<(StatusCode, Json<ActionOutcome>), Refusal> {
    let outcome = account(&accounts, &name)?.buy(&wanted)?;
    Ok((StatusCode::CREATED, Json(outcome)))
}

async fn list(State(accounts): Shared, Path(name): Path<String>) -> Outcome<Vec<Purchase>> {
    Ok(Json(account(&accounts, &name)?.purchases()))
}

async fn show(
    State(accounts): Shared,
    Path((name, id)): Path<(String, String)>,
) -> Outcome<Purchase> {
    let found = account(&accounts, &name)?.purchase(&id);
    Ok(Json(found.ok_or(ActionError::UnknownPurchase)?))
}

async fn act(
    State(accounts): Shared,
    Path((name, id, action)): Path<(String, String, Action)>,
    options: Option<Json<Options>>,
) -> Outcome<ActionOutcome> {
    let Json(options) = options.unwrap_or_default();
    let account = account(&accounts, &name)?;
    Ok(Json(account.act(&id, action, &options)?))
}

async fn send(
    State(accounts): Shared,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(custom): Json<CustomPush>,
) -> Outcome<SentPush> {
    let host = headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let forged_jwks_url = format!("http://{host}{}", jwks::FORGED_PATH);
    let account = account(&accounts, &name)?;
    Ok(Json(account.send_custom(custom, &forged_jwks_url)?))
}

async fn replay(
    State(accounts): Shared,
    Path(name): Path<String>,
    Json(wanted): Json<Replay>,
) -> Outcome<Vec<SentPush>> {
    Ok(Json(account(&accounts, &name)?.replay(&wanted)?))
}

async fn calls(State(accounts): Shared, Path(name): Path<String>) -> Outcome<Calls> {
    Ok(Json(account(&accounts, &name)?.calls()))
}

async fn set_faults(
    State(accounts): Shared,
    Path(name): Path<String>,
    Json(faults): Json<Faults>,
) -> Outcome<Value> {
    account(&accounts, &name)?.set_faults(faults);
    Ok(Json(Value::Null))
}

async fn clear_faults(State(accounts): Shared, Path(name): Path<String>) -> Outcome<Value> {
    account(&accounts, &name)?.set_faults(Faults::default());
    Ok(Json(Value::Null))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FlushLimit {
    timeout_seconds: Option<u64>,
}

/// The counts are of both streams.
async fn flush(
    State(accounts): Shared,
    Path(name): Path<String>,
    Query(limit): Query<FlushLimit>,
) -> Outcome<DeliveryCounts> {
    let account = account(&accounts, &name)?;
    let limit = limit.timeout_seconds.unwrap_or(DEFAULT_FLUSH_SECONDS);
    let limit = Duration::from_secs(limit);
    let (ours, test) = tokio::join!(
        account.outbox.flush(limit),
        account.test_outbox.flush(limit)
    );
    Ok(Json(DeliveryCounts {
        pending: ours.pending + test.pending,
        delivered: ours.delivered + test.delivered,
        refused: ours.refused + test.refused,
        failed: ours.failed + test.failed,
        dropped: ours.dropped + test.dropped,
        unaddressed: ours.unaddressed + test.unaddressed,
    }))
}

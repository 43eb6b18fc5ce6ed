//! Control API of every store, under `/control/{store}/{tenant}`.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{FromRequestParts, Path, Query, RawPathParams, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    DeliveryCounts, Faults, NotifyingStore, SimulatedStore,
    clock::{Advance, ClockReading},
    refusal::{Refusal, Reply},
    registry::Registry,
    tenant::{ConfigurationOf, NotifiedTenant, OutcomeOf, Registration as _, Tenant},
};

const DEFAULT_FLUSH_SECONDS: u64 = 60;

type Tenants<T> = State<Arc<Registry<T>>>;

/// Extractor of the tenant that a path names.
pub(crate) struct Named<T>(pub(crate) Arc<T>);

impl<T: Tenant> FromRequestParts<Arc<Registry<T>>> for Named<T> {
    type Rejection = Refusal;

    async fn from_request_parts(
        parts: &mut Parts,
        tenants: &Arc<Registry<T>>,
    ) -> Result<Self, Refusal> {
        let params = RawPathParams::from_request_parts(parts, tenants).await;
        let params = params.map_err(Refusal::bad_request)?;
        let named = params.iter().find(|(name, _)| *name == "tenant");
        let id = named.map(|(_, id)| id).unwrap_or_default();
        let found = tenants.find(id);
        Ok(Self(found.ok_or_else(|| unknown::<T>(id))?))
    }
}

fn unknown<T: Tenant>(id: &str) -> Refusal {
    Refusal::not_found(format!("no {} {id}", T::NOUN))
}

/// Builds the control routes of a store, with the `further` ones that only this store has.
pub(crate) fn control<T: Tenant>(further: Router<Arc<Registry<T>>>) -> Router<Arc<Registry<T>>> {
    let purchases = <T::Store as SimulatedStore>::PURCHASES;
    let routes = Router::new()
        .route(
            "/",
            put(configure::<T>)
                .patch(reconfigure::<T>)
                .delete(remove::<T>),
        )
        .route("/clock", get(clock::<T>))
        .route("/clock/advance", post(advance_clock::<T>))
        .route(&format!("/{purchases}"), post(buy::<T>).get(list::<T>))
        .route(&format!("/{purchases}/{{id}}"), get(show::<T>))
        .route(&format!("/{purchases}/{{id}}/{{action}}"), post(act::<T>))
        .route("/calls", get(calls::<T>))
        .route("/faults", put(set_faults::<T>).delete(clear_faults::<T>))
        .merge(further);
    let path = format!("/control/{}/{{tenant}}", T::Store::SLUG);
    Router::new().nest(&path, routes)
}

/// Builds the further routes of a store that renews by itself and sends notifications.
pub(crate) fn notifying<T: NotifiedTenant>() -> Router<Arc<Registry<T>>> {
    Router::new()
        .route("/clock/run-due", post(run_due::<T>))
        .route("/notifications", post(notify::<T>))
        .route("/deliveries/flush", post(flush::<T>))
}

async fn configure<T: Tenant>(
    State(tenants): Tenants<T>,
    Path(id): Path<String>,
    Json(configuration): Json<ConfigurationOf<T>>,
) -> Reply<ClockReading> {
    configuration.check().map_err(Refusal::bad_request)?;
    T::admit(&tenants, &id, &configuration)?;
    let tenant = tenants.find_or_open(&id, |http| T::open(&id, http))?;
    tenant.configure(configuration)?;
    Ok(reading(&*tenant))
}

/// Replaces only the given fields of the configuration.
async fn reconfigure<T: Tenant>(
    State(tenants): Tenants<T>,
    Path(id): Path<String>,
    Named(tenant): Named<T>,
    Json(changes): Json<Map<String, Value>>,
) -> Reply<ClockReading> {
    let current = tenant.configuration();
    let mut merged = serde_json::to_value(&*current).map_err(Refusal::bad_request)?;
    if let Some(fields) = merged.as_object_mut() {
        fields.extend(changes);
    }
    let merged = serde_json::from_value(merged).map_err(Refusal::bad_request)?;
    configure::<T>(State(tenants), Path(id), Json(merged)).await
}

async fn remove<T: Tenant>(
    State(tenants): Tenants<T>,
    Path(id): Path<String>,
    Named(_): Named<T>,
) -> Json<Value> {
    tenants.remove(&id);
    Json(Value::Null)
}

async fn clock<T: Tenant>(Named(tenant): Named<T>) -> Json<ClockReading> {
    reading(&*tenant)
}

async fn advance_clock<T: Tenant>(
    Named(tenant): Named<T>,
    Json(advance): Json<Advance>,
) -> Json<ClockReading> {
    tenant.tenancy().clock.advance(advance.seconds);
    reading(&*tenant)
}

fn reading(tenant: &impl Tenant) -> Json<ClockReading> {
    Json(ClockReading { now: tenant.now() })
}

async fn buy<T: Tenant>(
    Named(tenant): Named<T>,
    Json(wanted): Json<<T::Store as SimulatedStore>::NewPurchase>,
) -> Result<(StatusCode, Json<OutcomeOf<T>>), Refusal> {
    Ok((StatusCode::CREATED, Json(tenant.buy(&wanted)?)))
}

async fn list<T: Tenant>(
    Named(tenant): Named<T>,
) -> Json<Vec<<T::Store as SimulatedStore>::Purchase>> {
    Json(tenant.purchases())
}

async fn show<T: Tenant>(
    Named(tenant): Named<T>,
    Path((_, id)): Path<(String, String)>,
) -> Reply<<T::Store as SimulatedStore>::Purchase> {
    let found = tenant.purchase(&id);
    Ok(Json(found.ok_or_else(|| {
        Refusal::not_found("there is no purchase with this id")
    })?))
}

async fn act<T: Tenant>(
    Named(tenant): Named<T>,
    Path((_, id, action)): Path<(String, String, <T::Store as SimulatedStore>::Action)>,
    options: Option<Json<<T::Store as SimulatedStore>::Options>>,
) -> Reply<OutcomeOf<T>> {
    let Json(options) = options.unwrap_or_default();
    Ok(Json(tenant.act(&id, action, &options)?))
}

async fn calls<T: Tenant>(Named(tenant): Named<T>) -> Json<<T::Store as SimulatedStore>::Calls> {
    Json(tenant.calls())
}

async fn set_faults<T: Tenant>(Named(tenant): Named<T>, Json(faults): Json<Faults>) -> Json<Value> {
    tenant.set_faults(faults);
    Json(Value::Null)
}

async fn clear_faults<T: Tenant>(Named(tenant): Named<T>) -> Json<Value> {
    tenant.set_faults(Faults::default());
    Json(Value::Null)
}

async fn run_due<T: NotifiedTenant>(Named(tenant): Named<T>) -> Reply<Vec<OutcomeOf<T>>> {
    Ok(Json(tenant.run_due()?))
}

async fn notify<T: NotifiedTenant>(
    Named(tenant): Named<T>,
    headers: HeaderMap,
    Json(custom): Json<<T::Store as NotifyingStore>::CustomNotification>,
) -> Reply<<T::Store as NotifyingStore>::SentNotification> {
    Ok(Json(tenant.notify(custom, &origin(&headers))?))
}

/// Returns the simulator's address, as the caller addressed it.
pub(crate) fn origin(headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("http://{host}")
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FlushLimit {
    timeout_seconds: Option<u64>,
}

async fn flush<T: Tenant>(
    Named(tenant): Named<T>,
    Query(limit): Query<FlushLimit>,
) -> Json<DeliveryCounts> {
    let limit = limit.timeout_seconds.unwrap_or(DEFAULT_FLUSH_SECONDS);
    Json(tenant.flush(Duration::from_secs(limit)).await)
}

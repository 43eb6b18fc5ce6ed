//! Published keys of the push tokens.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::package::Package;
use crate::{lookup_faults::status_of, registry::Registry, tenant::Tenant as _};

/// Serves `GET /oauth2/v3/certs`: the keys of every app together, with the shortest `max-age` of
/// all apps.
pub(super) async fn certs(State(packages): State<Arc<Registry<Package>>>) -> Response {
    let packages = packages.all();
    for package in &packages {
        package.count(|calls| calls.certs += 1);
    }
    let configurations = packages.iter().map(|package| package.configuration());
    let refusal = configurations.clone().find_map(|one| one.refusals.certs);
    if let Some(status) = refusal {
        return status_of(status).into_response();
    }
    let ages = configurations.map(|one| one.certs_max_age_seconds);
    let age = ages.min().unwrap_or_default();
    let keys: Vec<Value> = packages.iter().flat_map(|package| package.jwks()).collect();
    let caching = format!("public, max-age={age}, must-revalidate, no-transform");
    (
        [(header::CACHE_CONTROL, caching)],
        Json(json!({ "keys": keys })),
    )
        .into_response()
}

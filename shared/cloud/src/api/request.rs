//! What handlers read from a request.

use domain::{CorrelationId, Store, Timestamp};
use lambda_http::http::StatusCode;
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::{ApiError, concerns_store};
use crate::clock;

/// Largest body that is accepted from callers, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// Largest body that is accepted from stores, in bytes: a message of Amazon SNS, escaped as JSON.
pub const NOTIFICATION_LIMIT: usize = 512 * 1024;

/// Returns the store that the path names, and adds it to the log lines of this request.
///
/// # Errors
/// 404 if there is no such store.
pub fn store(request: &Request) -> Result<Store, ApiError> {
    let store = path_parameter(request, "store")?
        .parse()
        .map_err(|_| ApiError::not_found("no such store"))?;
    concerns_store(store);
    Ok(store)
}

/// Returns the caller's correlation id, or a new one if the header is absent or empty.
///
/// # Errors
/// 400 `REQ0004` if the header `Correlation-Id` is not a UUID.
pub fn correlation_id(request: &Request) -> Result<CorrelationId, ApiError> {
    match header_text(request, "correlation-id").map(str::trim) {
        // Clients send an empty header where their variable is not set.
        None | Some("") => Ok(new_correlation_id()),
        Some(text) => text
            .parse()
            .map_err(|_| ApiError::header("Correlation-Id must be a UUID")),
    }
}

/// Creates a correlation id.
#[must_use]
pub fn new_correlation_id() -> CorrelationId {
    CorrelationId(Uuid::new_v4())
}

/// Returns a header's value if it is present and text.
#[must_use]
pub fn header_text<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// Parses the body as a JSON object.
///
/// # Errors
/// 413 over [`BODY_LIMIT`], 415 for another content type, 400 `REQ0001` if it is no JSON object.
pub fn json_object(request: &Request) -> Result<Value, ApiError> {
    let bytes = body_bytes(request, BODY_LIMIT)?;
    let content_type = header_text(request, "content-type").unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "REQ0004",
            "Content-Type must be application/json",
        ));
    }
    // Tolerates half a surrogate pair in a field that nobody reads: apps and proxies cut texts.
    let value = domain::read_json(bytes)
        .map_err(|error| ApiError::body(format!("the body must be JSON: {error}")))?;
    if value.is_object() {
        Ok(value)
    } else {
        Err(ApiError::body("the body must be a JSON object"))
    }
}

/// Parses the body as a value of a known shape.
///
/// # Errors
/// As [`json_object`]; 400 `REQ0001` names the field that is missing, unknown or of the wrong type.
pub fn json_body<T: DeserializeOwned>(request: &Request) -> Result<T, ApiError> {
    // serde's own messages name the field but not where in the body it is.
    serde_path_to_error::deserialize(json_object(request)?).map_err(|error| {
        let path = error.path().to_string();
        let inner = error.into_inner();
        ApiError::body(match path.as_str() {
            "." => inner.to_string(),
            _ => format!("{path}: {inner}"),
        })
    })
}

/// Returns the body's bytes exactly as they were sent; signatures are computed over them.
///
/// # Errors
/// 413 over `limit`.
pub fn body_bytes(request: &Request, limit: usize) -> Result<&[u8], ApiError> {
    let bytes: &[u8] = request.body().as_ref();
    if bytes.len() > limit {
        return Err(ApiError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "REQ0001",
            format!("the body must have at most {limit} bytes"),
        ));
    }
    Ok(bytes)
}

/// Returns the route that API Gateway matched, such as `GET /entitlements/{offerId}`.
#[must_use]
pub fn route(request: &Request) -> String {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) => context.route_key.clone(),
        _ => None,
    }
    .unwrap_or_else(|| format!("{} {}", request.method(), request.uri().path()))
}

/// Returns the time of receipt: by this function's clock, or by API Gateway's if that is earlier.
/// It orders what the function stores, so a clock that is ahead must not decide it (ADR 27).
#[must_use]
pub fn received_at(request: &Request) -> Timestamp {
    let now = clock::now();
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV2(context)) if context.time_epoch > 0 => {
            Timestamp::from_millisecond(context.time_epoch).map_or(now, |at| at.min(now))
        }
        _ => now,
    }
}

/// Returns a percent-decoded parameter of the path.
///
/// An HTTP API decodes the whole path before it matches a route, so that both `rawPath` and
/// `pathParameters` of payload 2.0 arrive decoded: decoding again would read `%41` as `A`. An
/// encoded slash separates like a plain one (no route matches), and an encoded question mark ends
/// the path. Observed on AWS:
/// <https://github.com/aws-powertools/powertools-lambda-python/issues/1098> (a space),
/// <https://github.com/honojs/hono/issues/2156> (`%2F`, `%23`) and
/// <https://github.com/middleapi/standard-server/pull/93> (`?`).
///
/// # Errors
/// 404 if the route has none of that name.
pub fn path_parameter(request: &Request, name: &str) -> Result<String, ApiError> {
    let parameters = request.path_parameters_ref();
    let raw = parameters
        .and_then(|parameters| parameters.first(name))
        .ok_or_else(|| ApiError::not_found("no such resource"))?;
    Ok(raw.to_owned())
}

/// Returns a parameter of the query.
#[must_use]
pub fn query_parameter(request: &Request, name: &str) -> Option<String> {
    let parameters = request.query_string_parameters_ref()?;
    parameters.first(name).map(str::to_owned)
}

/// Parses the `limit` of a listing: 1 to 100, 50 if absent.
///
/// # Errors
/// 400 `REQ0002` for anything else.
pub fn limit(request: &Request) -> Result<i32, ApiError> {
    match query_parameter(request, "limit") {
        None => Ok(50),
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=100).contains(limit))
            .ok_or_else(|| ApiError::query("limit must be a whole number from 1 to 100")),
    }
}

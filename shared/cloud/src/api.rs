//! HTTP requests and answers, with one shape of error for all routes.

use std::fmt;
use std::time::Duration;

use domain::{BroadcasterId, CorrelationId, Store, Timestamp};
use lambda_http::http::{StatusCode, header};
use lambda_http::request::RequestContext;
use lambda_http::{Body, Request, RequestExt, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};
use uuid::Uuid;

use crate::{CloudError, clock};

/// Largest body that is accepted from callers, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// Largest body that is accepted from stores, in bytes: a message of Amazon SNS, escaped as JSON.
pub const NOTIFICATION_LIMIT: usize = 512 * 1024;

/// HTTP answer of a function.
pub type Answer = Response<Body>;

/// Error answer: `{"code","message","correlationId"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable code for programs.
    pub code: &'static str,
    /// Sentence for people: the field and the rule.
    pub message: String,
    /// Value of the header `Retry-After`.
    pub retry_after: Option<Duration>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
        }
    }

    /// Builds the error 400 `REQ0001`: the body breaks a rule.
    pub fn body(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "REQ0001", message)
    }

    /// Builds the error 400 `REQ0002`: the path or the query breaks a rule.
    pub fn query(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "REQ0002", message)
    }

    /// Builds the error 400 `REQ0004`: a header breaks a rule.
    pub fn header(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "REQ0004", message)
    }

    /// Builds the error 401 `AUTH0001`: no credentials were sent.
    #[must_use]
    pub fn credentials_missing() -> Self {
        let message = "send X-Publisher-Token, or Authorization: Bearer with a customer's JWT";
        Self::new(StatusCode::UNAUTHORIZED, "AUTH0001", message)
    }

    /// Builds the error 401 `AUTH0002`: the credentials prove nothing.
    #[must_use]
    pub fn credentials_invalid() -> Self {
        Self::new(
            // One answer for an unknown, an expired and a forged credential: more would help to
            // guess.
            StatusCode::UNAUTHORIZED,
            "AUTH0002",
            "the credentials are not valid",
        )
    }

    /// Builds the error 403 `AUTH0003`: the caller is known but not allowed.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "AUTH0003", message)
    }

    /// Builds the error 404 `REQ0100`: the resource does not exist, or belongs to somebody else.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "REQ0100", message)
    }

    /// Builds the error 409: the request contradicts the stored state.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, message)
    }

    /// Builds the error 429 `REQ0005`: the limit is used up until `retry_after` has passed.
    pub fn too_many(message: impl Into<String>, retry_after: Duration) -> Self {
        Self {
            retry_after: Some(retry_after),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "REQ0005", message)
        }
    }

    /// Builds the error 503 `S0503`: the same request may succeed later.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "S0503", message)
    }
}

impl ApiError {
    /// Writes the log line of a refusal, and returns its answer.
    fn logged(self, correlation: CorrelationId, began: Timestamp) -> Answer {
        let (status, latency_ms) = (self.status.as_u16(), clock::milliseconds_since(began));
        tracing::info!(status, code = self.code, %correlation, latency_ms, "refused");
        self.answer(correlation)
    }

    fn answer(self, correlation: CorrelationId) -> Answer {
        let body = json!({
            "code": self.code,
            "message": self.message,
            "correlationId": correlation,
        });
        let mut answer = Response::new(Body::Text(body.to_string()));
        *answer.status_mut() = self.status;
        for (name, value) in [
            // Answers hold customers' data, which no shared cache may keep.
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
        ] {
            answer
                .headers_mut()
                .insert(name, header::HeaderValue::from_static(value));
        }
        if let Some(wait) = self.retry_after {
            let seconds = header::HeaderValue::from(wait.as_secs());
            answer.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        answer
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.message)
    }
}

impl From<CloudError> for ApiError {
    fn from(error: CloudError) -> Self {
        // Another writer was faster for several attempts. That is load and no error of ours.
        if let CloudError::Busy(what) = error {
            tracing::warn!(%error, "a request could not be carried out now");
            return Self::unavailable(format!("{what} is busy; try again"));
        }
        if let CloudError::Conflict(what) = error {
            return Self::unavailable(format!("{what} is being changed; try again"));
        }
        tracing::error!(%error, "internal error while answering a request");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "S0500",
            "something went wrong here; try again",
        )
    }
}

impl From<domain::FieldError> for ApiError {
    fn from(error: domain::FieldError) -> Self {
        Self::body(error.to_string())
    }
}

/// Serialises a value as a JSON answer.
pub fn answer<T: Serialize>(status: StatusCode, value: &T) -> Result<Answer, ApiError> {
    let text = serde_json::to_string(value).map_err(|error| {
        ApiError::from(CloudError::Stored {
            what: "answer",
            reason: error.to_string(),
        })
    })?;
    respond(status, "application/json", Body::Text(text))
}

/// Builds an answer without a body.
pub fn empty(status: StatusCode) -> Result<Answer, ApiError> {
    respond(status, "application/json", Body::Empty)
}

/// Builds a 200 with a line of text, or without a body if the text is empty.
pub fn plain(text: String) -> Result<Answer, ApiError> {
    let body = if text.is_empty() {
        Body::Empty
    } else {
        Body::Text(text)
    };
    respond(StatusCode::OK, "text/plain; charset=utf-8", body)
}

fn respond(status: StatusCode, content_type: &'static str, body: Body) -> Result<Answer, ApiError> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CACHE_CONTROL, "no-store")
        .body(body)
        .map_err(|error| {
            ApiError::from(CloudError::Stored {
                what: "answer",
                reason: error.to_string(),
            })
        })
}

/// Awaits a handler, turns its result into an answer and writes the request's one log line.
///
/// All lines that are logged meanwhile name the route and, once they are known, the broadcaster and
/// the store.
pub async fn serve(
    route: &str,
    correlation: CorrelationId,
    handler: impl Future<Output = Result<Answer, ApiError>>,
) -> Answer {
    let logged = async {
        let began = clock::now();
        let answer = handler.await?;
        let (status, latency_ms) = (answer.status().as_u16(), clock::milliseconds_since(began));
        tracing::info!(status, %correlation, latency_ms, "answered");
        Ok(answer)
    };
    serve_logged(route, correlation, logged).await
}

/// Serves a request as [`serve`] does, for a handler that writes the log line of its answers itself.
/// A refusal is logged here.
pub async fn serve_logged(
    route: &str,
    correlation: CorrelationId,
    handler: impl Future<Output = Result<Answer, ApiError>>,
) -> Answer {
    async {
        let began = clock::now();
        // On the heap, because handlers' futures are large and a thread's stack is not.
        match Box::pin(handler).await {
            Ok(answer) => answer,
            Err(error) => error.logged(correlation, began),
        }
    }
    .instrument(span_of(route))
    .await
}

fn span_of(route: &str) -> Span {
    tracing::info_span!("request", route, broadcaster = Empty, store = Empty)
}

/// Adds the broadcaster to the log lines of this request.
pub(crate) fn concerns_broadcaster(broadcaster: &BroadcasterId) {
    Span::current().record("broadcaster", tracing::field::display(broadcaster));
}

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

/// Adds the store to the log lines of this request.
pub fn concerns_store(store: Store) {
    Span::current().record("store", tracing::field::display(store));
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

/// Builds a page as JSON: `{"<name>": [...], "next": "…" or null}`.
#[must_use]
pub fn page(name: &str, rows: Vec<Value>, next: Option<String>) -> Value {
    let mut page = Map::new();
    page.insert(name.to_owned(), Value::Array(rows));
    page.insert("next".to_owned(), next.map_or(Value::Null, Value::String));
    Value::Object(page)
}

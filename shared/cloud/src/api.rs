//! HTTP requests and answers of all routes, with one shape of error.

use std::fmt;
use std::time::Duration;

use domain::{BroadcasterId, CorrelationId, Store, Timestamp};
use lambda_http::http::{StatusCode, header};
use lambda_http::{Body, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use tracing::field::Empty;
use tracing::{Instrument as _, Span};

use crate::{CloudError, clock};

mod request;

pub use request::{
    BODY_LIMIT, NOTIFICATION_LIMIT, body_bytes, correlation_id, header_text, json_body,
    json_object, limit, new_correlation_id, path_parameter, query_parameter, received_at, route,
    store,
};

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

/// Adds the store to the log lines of this request.
pub fn concerns_store(store: Store) {
    Span::current().record("store", tracing::field::display(store));
}

/// Builds a page as JSON: `{"<name>": [...], "next": "…" or null}`.
#[must_use]
pub fn page(name: &str, rows: Vec<Value>, next: Option<String>) -> Value {
    let mut page = Map::new();
    page.insert(name.to_owned(), Value::Array(rows));
    page.insert("next".to_owned(), next.map_or(Value::Null, Value::String));
    Value::Object(page)
}

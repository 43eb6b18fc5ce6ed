//! Errors of the API.

use axum::{
    Json,
    http::{HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value};

use crate::stripe::model::ExpandError;

/// Error in the store's envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ApiError {
    status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<String>,
    message: String,
}

impl ApiError {
    fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            kind,
            code: None,
            param: None,
            message: message.into(),
        }
    }

    pub(super) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message)
    }

    pub(super) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(401, "invalid_request_error", message)
    }

    pub(super) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(403, "invalid_request_error", message)
    }

    pub(super) fn unknown_parameter(name: &str) -> Self {
        Self {
            code: Some("parameter_unknown"),
            param: Some(name.to_owned()),
            ..Self::invalid_request(format!("Received unknown parameter: {name}"))
        }
    }

    pub(super) fn missing_parameter(name: &str) -> Self {
        Self {
            code: Some("parameter_missing"),
            param: Some(name.to_owned()),
            ..Self::invalid_request(format!("Missing required param: {name}."))
        }
    }

    pub(super) fn invalid_parameter(name: &str, value: &str) -> Self {
        Self {
            param: Some(name.to_owned()),
            ..Self::invalid_request(format!("Invalid {name}: {value}"))
        }
    }

    pub(super) fn unknown_url(method: &str, path: &str) -> Self {
        let message = format!("Unrecognized request URL ({method}: {path}).");
        Self::new(404, "invalid_request_error", message)
    }

    /// Returns the error for an id that no object of the kind has.
    pub(super) fn missing(noun: &str, param: &str, id: &str) -> Self {
        let message = format!("No such {noun}: '{id}'");
        Self {
            code: Some("resource_missing"),
            param: Some(param.to_owned()),
            ..Self::new(404, "invalid_request_error", message)
        }
    }

    /// Returns the error for an object that exists only in the other mode than the key's.
    pub(super) fn of_other_mode(noun: &str, param: &str, id: &str, livemode: bool) -> Self {
        let (its, keys) = if livemode {
            ("test", "live")
        } else {
            ("live", "test")
        };
        let hint = format!(
            "; a similar object exists in {its} mode, but a {keys} mode key was used to make this \
             request."
        );
        let mut error = Self::missing(noun, param, id);
        error.message.push_str(&hint);
        error
    }

    /// Returns the error for too many calls of one kind.
    pub(super) fn too_many() -> Self {
        Self {
            code: Some("rate_limit"),
            ..Self::new(429, "invalid_request_error", "Request rate limit exceeded.")
        }
    }

    /// Returns the error that the store sends with this status, whatever the request.
    pub(super) fn of_status(status: u16) -> Self {
        match status {
            401 => Self::unauthorized("Invalid API Key provided"),
            403 => Self::forbidden("The provided key does not have the required permissions."),
            404 => Self::missing("object", "id", "?"),
            409 => Self::new(
                409,
                "invalid_request_error",
                "The request conflicts with another one.",
            ),
            429 => Self::too_many(),
            500.. => Self::new(status, "api_error", "An unknown error occurred"),
            _ => Self::new(status, "invalid_request_error", "The request failed."),
        }
    }
}

impl From<ExpandError> for ApiError {
    fn from(error: ExpandError) -> Self {
        let code = match error {
            ExpandError::TooDeep(_) => Some("property_expansion_max_depth"),
            ExpandError::NotExpandable(_) => None,
        };
        Self {
            code,
            param: Some("expand".to_owned()),
            ..Self::invalid_request(error.to_string())
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut error = Map::new();
        let mut add = |name: &str, value: Value| error.insert(name.to_owned(), value);
        add("type", self.kind.into());
        add("message", self.message.into());
        if let Some(code) = self.code {
            add("code", code.into());
        }
        if let Some(param) = self.param {
            add("param", param.into());
        }
        let log = "https://dashboard.stripe.com/logs";
        add("request_log_url", log.into());
        let status = StatusCode::from_u16(self.status);
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = Json(serde_json::json!({"error": error}));
        let mut response = (status, body).into_response();
        if status == StatusCode::TOO_MANY_REQUESTS {
            let reason = HeaderValue::from_static("endpoint-rate");
            let headers = response.headers_mut();
            headers.insert("stripe-rate-limited-reason", reason);
        }
        response
    }
}

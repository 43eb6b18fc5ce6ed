//! Errors of the Android Publisher API.

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::lookup_faults::status_of;

/// Error with a status and a reason, in Google's envelope.
#[derive(Debug, Clone, Copy)]
pub(super) struct GoogleError {
    status: u16,
    reason: &'static str,
    message: &'static str,
}

impl GoogleError {
    pub(super) const fn new(status: u16, reason: &'static str, message: &'static str) -> Self {
        Self {
            status,
            reason,
            message,
        }
    }

    /// Returns the usual error of a status.
    pub(super) fn of_status(status: u16) -> Self {
        let (reason, message) = match status {
            400 => ("invalid", "Invalid Value"),
            401 => ("authError", "Invalid Credentials"),
            403 => ("userInsufficientPermission", "Insufficient permissions"),
            404 => ("purchaseTokenNotFound", "The purchase token was not found."),
            409 => ("concurrentUpdate", "Another change is in progress."),
            410 => (
                "subscriptionPurchaseNoLongerAvailable",
                "The subscription purchase is no longer available for query because it has been \
                 expired for too long.",
            ),
            429 => ("rateLimitExceeded", "Quota exceeded."),
            _ => ("backendError", "Backend Error"),
        };
        Self::new(status, reason, message)
    }
}

impl IntoResponse for GoogleError {
    fn into_response(self) -> Response {
        let Self {
            status,
            reason,
            message,
        } = self;
        let body = json!({"error": {
            "code": status,
            "message": message,
            "errors": [{"domain": "androidpublisher", "reason": reason, "message": message}],
        }});
        (status_of(status), Json(body)).into_response()
    }
}

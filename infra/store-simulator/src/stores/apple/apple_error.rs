//! Errors of the store's API.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde_json::json;

/// Error of a call. The code begins with the HTTP status; 401 is the status alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AppleError {
    pub(super) code: u64,
    /// Delay in seconds from now; the `Retry-After` header carries the instant.
    pub(super) retry_after: Option<u64>,
}

pub(super) const UNAUTHENTICATED: AppleError = AppleError::new(401);
pub(super) const NO_TRANSACTION: AppleError = AppleError::new(4_040_010);
pub(super) const NO_ADDRESS: AppleError = AppleError::new(4_040_007);
pub(super) const NO_TEST: AppleError = AppleError::new(4_040_008);
pub(super) const WRONG_TRANSACTION_ID: AppleError = AppleError::new(4_000_006);
pub(super) const INTERNAL: AppleError = AppleError::new(5_000_000);

impl AppleError {
    pub(super) const fn new(code: u64) -> Self {
        Self {
            code,
            retry_after: None,
        }
    }

    /// Returns the error that the store sends with this status.
    pub(super) fn of_status(status: u16, retry_after: Option<u64>) -> Self {
        let code = match status {
            401 => 401,
            404 => NO_TRANSACTION.code,
            status => u64::from(status) * 10_000,
        };
        Self { code, retry_after }
    }

    fn message(self) -> &'static str {
        match self.code {
            4_000_005 => "Invalid request revision.",
            4_000_006 => "Invalid transaction id.",
            4_000_012 => "The start date is earlier than the earliest allowed date.",
            4_000_013 => "The end date precedes the start date.",
            4_000_014 => "Invalid pagination token.",
            4_000_015 => "Invalid start date.",
            4_000_016 => "Invalid end date.",
            4_000_019 => "Multiple filters supplied.",
            4_000_020 => "Invalid test notification token.",
            4_040_002 | 4_040_004 | 4_040_006 | 5_000_001 => "Try again.",
            4_040_005 => "Original transaction id not found.",
            4_040_007 => "App Store Server Notification URL not configured for this environment.",
            4_040_008 => "Test notification not found.",
            4_040_010 => "Transaction id not found.",
            4_290_000 => "Rate limit exceeded.",
            5_000_000 => "An unknown error occurred.",
            _ => "General bad request.",
        }
    }
}

impl IntoResponse for AppleError {
    fn into_response(self) -> Response {
        if self.code == UNAUTHENTICATED.code {
            return (StatusCode::UNAUTHORIZED, "Unauthenticated\n").into_response();
        }
        let status = u16::try_from(self.code / 10_000).ok();
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = json!({"errorCode": self.code, "errorMessage": self.message()});
        let mut response = (status, Json(body)).into_response();
        let seconds = self
            .retry_after
            .and_then(|seconds| i64::try_from(seconds).ok());
        if let Some(seconds) = seconds {
            let now = Timestamp::now().as_millisecond();
            let moment = now.saturating_add(seconds.saturating_mul(1_000));
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, moment.into());
        }
        response
    }
}

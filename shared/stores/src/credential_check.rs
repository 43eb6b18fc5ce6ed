//! Findings of a credential check.

use serde::Serialize;

use crate::LookUpError;

/// Result of one check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Subject of the check: `credentials`, `permissions`, `environment`, `notifications`, …
    pub tried: &'static str,
    /// Whether it is in order; `None` if that could not be determined now.
    pub ok: Option<bool>,
    /// Finding and remedy, for people. Contains no credential.
    pub message: String,
}

impl Finding {
    /// Builds a finding that is in order.
    pub(crate) fn good(tried: &'static str, message: impl Into<String>) -> Self {
        Self {
            tried,
            ok: Some(true),
            message: message.into(),
        }
    }

    /// Builds a finding that has to be corrected.
    pub(crate) fn bad(tried: &'static str, message: impl Into<String>) -> Self {
        Self {
            tried,
            ok: Some(false),
            message: message.into(),
        }
    }

    /// Builds a finding that could not be determined now.
    pub(crate) fn unclear(tried: &'static str, message: impl Into<String>) -> Self {
        Self {
            tried,
            ok: None,
            message: message.into(),
        }
    }
}

/// Derives a finding about the credentials from the look-up of a purchase that can't exist.
pub(crate) fn credentials(answer: Result<(), LookUpError>) -> Finding {
    let tried = "credentials";
    match answer {
        // The store has read the request and denies the purchase, so it accepted the credentials.
        Ok(()) | Err(LookUpError::NotFound | LookUpError::Rejected(_)) => {
            Finding::good(tried, "the store accepts the credentials")
        }
        Err(LookUpError::Unauthorized) => Finding::bad(
            tried,
            "the store refuses the credentials: they are wrong, expired, withdrawn, or of another account or environment",
        ),
        Err(LookUpError::Throttled { .. }) => {
            Finding::unclear(tried, "the store asks to wait; try again later")
        }
        Err(LookUpError::InvalidRequest(reason)) => Finding::bad(tried, reason),
        Err(error @ (LookUpError::Unreachable(_) | LookUpError::Unavailable(_))) => {
            Finding::unclear(tried, error.to_string())
        }
        // Perhaps a proxy, or a base URL that is another service's.
        Err(LookUpError::Malformed(reason)) => Finding::unclear(
            tried,
            format!("something answered, but not as the store does: {reason}"),
        ),
    }
}

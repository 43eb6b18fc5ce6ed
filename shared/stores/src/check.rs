//! What trying a broadcaster's credentials showed.

use serde::Serialize;

use crate::LookUpError;

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// What was tried: `credentials`, `permissions`, `environment`, `notifications`, …
    pub tried: &'static str,
    /// Whether it is as it should be; `None` if it could not be told now.
    pub ok: Option<bool>,
    /// What was found, and what to do about it, in words. Holds no credential.
    pub message: String,
}

impl Finding {
    /// It is as it should be.
    pub(crate) fn good(tried: &'static str, message: impl Into<String>) -> Self {
        Self {
            tried,
            ok: Some(true),
            message: message.into(),
        }
    }

    /// It has to be put right.
    pub(crate) fn bad(tried: &'static str, message: impl Into<String>) -> Self {
        Self {
            tried,
            ok: Some(false),
            message: message.into(),
        }
    }

    /// It can't be told now.
    pub(crate) fn unclear(tried: &'static str, message: impl Into<String>) -> Self {
        Self {
            tried,
            ok: None,
            message: message.into(),
        }
    }
}

/// What the answer to a question about a purchase that can't exist says of the credentials.
pub(crate) fn credentials(answer: Result<(), LookUpError>) -> Finding {
    let tried = "credentials";
    match answer {
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
        Err(LookUpError::Unavailable(reason)) => {
            Finding::unclear(tried, format!("the store could not be reached: {reason}"))
        }
        Err(LookUpError::Malformed(reason)) => Finding::unclear(
            tried,
            format!("something answered, but not as the store does: {reason}"),
        ),
    }
}

//! Google's refusals as errors.

use serde_json::Value;

use crate::LookUpError;
use crate::http::Answer;

/// Reasons of a 403 that are about the rate of requests and not about the caller.
const QUOTA: [&str; 5] = [
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "RATE_LIMIT_EXCEEDED",
];

/// Error, and the status of the API's refusal; no status if the API was not reached.
pub(in crate::connectors::android) struct Refused {
    status: Option<u16>,
    pub(in crate::connectors::android) error: LookUpError,
}

impl Refused {
    /// Whether Google has nothing under this token any more: it expired long ago, or is another
    /// kind of purchase.
    pub(in crate::connectors::android) fn gone(&self) -> bool {
        self.status == Some(410)
    }

    /// Whether the service account may not ask about the application, or Google does not know it.
    /// Other applications of the same account may be answered.
    pub(in crate::connectors::android) fn about_application(&self) -> bool {
        match self.status {
            Some(403) => self.error == LookUpError::Unauthorized,
            status => status == Some(404),
        }
    }
}

impl From<LookUpError> for Refused {
    fn from(error: LookUpError) -> Self {
        let status = None;
        Self { status, error }
    }
}

impl From<Refused> for LookUpError {
    fn from(refused: Refused) -> Self {
        refused.error
    }
}

/// Maps an answer to an error; `None` for a success.
pub(in crate::connectors::android) fn refusal(answer: &Answer) -> Option<Refused> {
    if answer.status.is_success() {
        return None;
    }
    let status = answer.status.as_u16();
    meaning(answer, status).map(|error| Refused {
        status: Some(status),
        error,
    })
}

fn meaning(answer: &Answer, status: u16) -> Option<LookUpError> {
    // Google uses 403 for missing permissions and for some quotas. The former alarms a person, the
    // latter only waits.
    let reasons = reasons(&answer.body);
    let by_quota = reasons
        .iter()
        .any(|reason| QUOTA.contains(&reason.as_str()));
    let reason = reasons.first().map_or("no reason", String::as_str);
    tracing::debug!(
        store = "android",
        status,
        reason,
        "google refused a request"
    );
    match status {
        400 => Some(LookUpError::Rejected(format!("status 400, {reason}"))),
        401 | 403 if !by_quota => {
            tracing::warn!(
                store = "android",
                status,
                reason,
                "the service account is refused"
            );
            Some(LookUpError::Unauthorized)
        }
        403 => Some(LookUpError::Throttled {
            retry_after: answer.retry_after(),
        }),
        // Expired more than 60 days ago, or withdrawn.
        410 => Some(LookUpError::NotFound),
        _ => answer.refusal(),
    }
}

/// Reads the reasons of a refusal, as single words. The body may be anything.
fn reasons(body: &[u8]) -> Vec<String> {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let listed = |pointer| json.pointer(pointer).and_then(Value::as_array);
    let (errors, details) = (listed("/error/errors"), listed("/error/details"));
    // Only words reach a log or an error: messages may repeat the token.
    let is_word = |text: &&str| {
        let plain = |b: u8| b.is_ascii_alphabetic() || b == b'_';
        (1..=64).contains(&text.len()) && text.bytes().all(plain)
    };
    errors
        .into_iter()
        .chain(details)
        .flatten()
        .filter_map(|error| error.get("reason"))
        .chain(json.pointer("/error/status"))
        .filter_map(Value::as_str)
        .filter(is_word)
        .map(str::to_owned)
        .collect()
}

//! HTTP requests of look-ups.

use std::time::Duration;

use domain::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use reqwest::header::{HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};

use crate::{LookUpError, NetworkError};

/// Largest answer about one purchase, in bytes.
const LARGEST_ANSWER: usize = 256 * 1024;

/// Longest wait that a store may ask for.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Answer of any status. The body of a refusal that can't be read is empty.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Maps the status to an error; `None` for 200.
    pub(crate) fn refusal(&self) -> Option<LookUpError> {
        refusal(self.status, &self.headers, Timestamp::now())
    }

    /// Returns how long the store asks to wait, at most a day.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers, Timestamp::now())
    }
}

/// Sends a request and returns the answer, for stores whose body says what a status means.
pub(crate) async fn exchange(request: RequestBuilder) -> Result<Answer, LookUpError> {
    exchange_of_at_most(request, LARGEST_ANSWER).await
}

/// Sends a request and accepts an answer of up to `most` bytes.
pub(crate) async fn exchange_of_at_most(
    request: RequestBuilder,
    most: usize,
) -> Result<Answer, LookUpError> {
    let response = request.send().await.map_err(|error| transport(&error))?;
    let status = response.status();
    let headers = response.headers().clone();
    // A refusal counts by its status, even if its body breaks off.
    let body = match body(response, most).await {
        Err(error) if status.is_success() => return Err(error),
        read => read.unwrap_or_default(),
    };
    Ok(Answer {
        status,
        headers,
        body,
    })
}

/// Sends a request about a purchase and returns the body of a 200.
pub(crate) async fn ask(request: RequestBuilder) -> Result<Vec<u8>, LookUpError> {
    let response = request.send().await.map_err(|error| transport(&error))?;
    match refusal(response.status(), response.headers(), Timestamp::now()) {
        Some(error) => Err(error),
        None => body(response, LARGEST_ANSWER).await,
    }
}

async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, LookUpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
        // Checked while reading and not by `Content-Length`, which may be missing or wrong.
        if body.len().saturating_add(chunk.len()) > most {
            let most = most / 1024;
            return Err(LookUpError::Malformed(format!(
                "it is larger than {most} KiB"
            )));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Maps a status to an error; `None` for 200.
fn refusal(status: StatusCode, headers: &HeaderMap, now: Timestamp) -> Option<LookUpError> {
    let named = || format!("status {}", status.as_u16());
    match status.as_u16() {
        200 => None,
        // Stores that use these for anything but a bad id map their answers themselves.
        400 | 422 => Some(LookUpError::Rejected(named())),
        401 | 403 => Some(LookUpError::Unauthorized),
        404 => Some(LookUpError::NotFound),
        429 => Some(LookUpError::Throttled {
            retry_after: retry_after(headers, now),
        }),
        _ => Some(LookUpError::Unavailable(named())),
    }
}

/// Parses the seconds to wait, or the date until which to wait.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = DateTimeParser::new().parse_timestamp(text).ok()?;
            Duration::try_from(until.duration_since(now)).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

/// Maps a failed connection.
fn transport(error: &reqwest::Error) -> LookUpError {
    // Found only when it is sent, before anything was sent.
    if error.is_builder() {
        return LookUpError::InvalidRequest("the http client refuses it");
    }
    LookUpError::Unreachable(NetworkError::from(error))
}

/// Builds a header whose value is left out of the debug output of the HTTP client.
pub(crate) fn secret_header(value: &str) -> Result<HeaderValue, LookUpError> {
    let mut header = HeaderValue::from_str(value)
        .map_err(|_| LookUpError::InvalidRequest("a credential does not fit into a header"))?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(text: &'static str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(text));
        retry_after(&headers, "2026-12-05T09:30:00Z".parse().unwrap())
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(wait("120"), Some(Duration::from_secs(120)));
        let date = "Sat, 05 Dec 2026 09:31:30 GMT";
        assert_eq!(wait(date), Some(Duration::from_secs(90)));
        let past = "Sat, 05 Dec 2026 09:00:00 GMT";
        assert_eq!(wait(past), Some(Duration::ZERO));
        assert_eq!(wait("999999999"), Some(LONGEST_WAIT));
        assert_eq!(wait("soon"), None);
    }

    #[test]
    fn each_status_has_its_meaning() {
        let kind = |status| {
            let status = StatusCode::from_u16(status).unwrap();
            refusal(status, &HeaderMap::new(), Timestamp::UNIX_EPOCH).map(|error| error.kind())
        };
        assert_eq!(kind(200), None);
        for (status, expected) in [
            (204, "unavailable"),
            (302, "unavailable"),
            (400, "rejected"),
            (401, "unauthorized"),
            (403, "unauthorized"),
            (404, "not_found"),
            (408, "unavailable"),
            (422, "rejected"),
            (429, "throttled"),
            (500, "unavailable"),
            (503, "unavailable"),
        ] {
            assert_eq!(kind(status), Some(expected), "{status}");
        }
    }

    #[test]
    fn a_credential_that_fits_into_no_header_is_sent_nowhere() {
        assert!(secret_header("Bearer abc").unwrap().is_sensitive());
        let error = secret_header("two\nlines").unwrap_err();
        assert_eq!(
            (error.kind(), error.is_transient()),
            ("invalid_request", true)
        );
    }

    #[tokio::test]
    async fn a_request_that_the_client_refuses_was_not_sent() {
        let asked = reqwest::get("no address").await;
        assert_eq!(transport(&asked.unwrap_err()).kind(), "invalid_request");
    }
}

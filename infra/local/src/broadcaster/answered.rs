//! Responses of the deployed API.

use anyhow::Context as _;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;

/// Response of the API.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// HTTP status.
    pub status: StatusCode,
    /// Body as JSON; null if it is empty.
    pub body: Value,
}

impl Answered {
    /// Sends a request, with a JSON body if there is one, and reads its response.
    pub(super) async fn to(request: RequestBuilder, body: Option<&Value>) -> anyhow::Result<Self> {
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        Self::read(request.send().await?).await
    }

    /// Reads a response.
    ///
    /// # Errors
    /// If its body is not JSON.
    pub async fn read(response: Response) -> anyhow::Result<Self> {
        let status = response.status();
        let text = response.text().await?;
        let body = match text.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text).with_context(|| format!("{status}: {text}"))?,
        };
        Ok(Self { status, body })
    }
}

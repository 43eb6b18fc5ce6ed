//! Typed client of the control API.

use std::time::Duration;

use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};

const TIMEOUT: Duration = Duration::from_secs(30);

/// Error of a control call.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The simulator cannot be reached, or its response cannot be read.
    #[error("control call to {path} failed")]
    Http {
        /// Path of the call.
        path: String,
        /// Underlying error of the HTTP client.
        source: reqwest::Error,
    },
    /// The simulator refused the call: 400 bad request, 404 unknown partner or subscription, 409
    /// not possible in the subscription's current state.
    #[error("control call to {path} was refused with {status}: {message}")]
    Refused {
        /// Path of the call.
        path: String,
        /// HTTP status.
        status: u16,
        /// Reason that the simulator gave.
        message: String,
    },
}

impl ControlError {
    /// Replaces the path in the error, because the real one contains the id of a purchase.
    pub(crate) fn at_path(mut self, shown: &str) -> Self {
        match &mut self {
            Self::Http { path, .. } | Self::Refused { path, .. } => shown.clone_into(path),
        }
        self
    }
}

/// Client that controls a simulator over HTTP.
#[derive(Debug, Clone)]
pub struct Control {
    base_url: String,
    http: reqwest::Client,
}

impl Control {
    /// Creates a client of the simulator at `base_url`, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn new(base_url: impl Into<String>) -> Self {
        let http = https::client(|builder| builder);
        Self {
            base_url: base_url.into().trim_end_matches('/').to_owned(),
            http: http.unwrap_or_default(),
        }
    }

    /// Returns the address at which connectors find the stores' own APIs: the same as that of the
    /// control API.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) async fn call<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
        allowed: Duration,
    ) -> Result<A, ControlError> {
        let failed = |source: reqwest::Error| ControlError::Http {
            path: path.to_owned(),
            source: source.without_url(),
        };
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base_url))
            .timeout(allowed.saturating_add(TIMEOUT));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        if status.is_success() {
            return response.json().await.map_err(failed);
        }
        Err(ControlError::Refused {
            path: path.to_owned(),
            status: status.as_u16(),
            message: response.text().await.unwrap_or_default(),
        })
    }
}

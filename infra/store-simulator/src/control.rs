//! The typed client of the control API.

use std::time::Duration;

use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    amazon::AmazonControl, android::AndroidControl, apple::AppleControl, roku::RokuControl,
    samsung_tv::SamsungTvControl, stripe::StripeControl, vizio::VizioControl,
};

const TIMEOUT: Duration = Duration::from_secs(30);

/// Why a control call failed.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The simulator cannot be reached, or its answer cannot be read.
    #[error("control call to {path} failed")]
    Http {
        /// Which call.
        path: String,
        /// What went wrong.
        source: reqwest::Error,
    },
    /// The simulator refused: 400 bad request, 404 unknown partner or subscription,
    /// 409 not possible in the subscription's present state.
    #[error("control call to {path} was refused with {status}: {message}")]
    Refused {
        /// Which call.
        path: String,
        /// The HTTP status.
        status: u16,
        /// The simulator's reason.
        message: String,
    },
}

impl ControlError {
    /// The same error under another path, where the real one names a purchase.
    pub(crate) fn at_path(mut self, shown: &str) -> Self {
        match &mut self {
            Self::Http { path, .. } | Self::Refused { path, .. } => shown.clone_into(path),
        }
        self
    }
}

/// Steers a simulator over HTTP.
#[derive(Debug, Clone)]
pub struct Control {
    base_url: String,
    http: reqwest::Client,
}

impl Control {
    /// A client of the simulator at `base_url`, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn new(base_url: impl Into<String>) -> Self {
        let http = reqwest::Client::builder().no_proxy().build();
        Self {
            base_url: base_url.into().trim_end_matches('/').to_owned(),
            http: http.unwrap_or_default(),
        }
    }

    /// The Vizio store as one partner sees it.
    #[must_use]
    pub fn vizio(&self, partner_id: impl Into<String>) -> VizioControl {
        VizioControl::new(self.clone(), partner_id.into())
    }

    /// Samsung Checkout as one application sees it.
    #[must_use]
    pub fn samsung_tv(&self, app_id: impl Into<String>) -> SamsungTvControl {
        SamsungTvControl::new(self.clone(), app_id.into())
    }

    /// The Amazon Appstore as one app sees it.
    #[must_use]
    pub fn amazon(&self, package_name: impl Into<String>) -> AmazonControl {
        AmazonControl::new(self.clone(), package_name.into())
    }

    /// Google Play as one app sees it.
    #[must_use]
    pub fn android(&self, package_name: impl Into<String>) -> AndroidControl {
        AndroidControl::new(self.clone(), package_name.into())
    }

    /// Roku Pay as one developer account sees it.
    #[must_use]
    pub fn roku(&self, account: impl Into<String>) -> RokuControl {
        RokuControl::new(self.clone(), account.into())
    }

    /// The Apple App Store as one app sees it.
    #[must_use]
    pub fn apple(&self, bundle_id: impl Into<String>) -> AppleControl {
        AppleControl::new(self.clone(), bundle_id.into())
    }

    /// Stripe as one account sees it.
    #[must_use]
    pub fn stripe(&self, account_id: impl Into<String>) -> StripeControl {
        StripeControl::new(self.clone(), account_id.into())
    }

    /// Where a connector finds the stores' own APIs; the same address.
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

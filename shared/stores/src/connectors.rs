//! The way to the stores.

use std::time::Duration;

use domain::{StoreSnapshot, Timestamp};

use crate::{ConnectorsError, Locator, LookUpError, StoreConfig, samsung_tv, vizio};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Shorter than what servers and load balancers keep a silent connection open.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// The connectors of all stores, over one HTTP client: TLS only by rustls, no redirects, no proxy,
/// 3 s to connect; the time for a whole call is the configuration's. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connectors {
    http: reqwest::Client,
}

impl Connectors {
    /// Builds the client. Do it once: it keeps connections.
    ///
    /// # Errors
    /// When the system's root certificates can't be read.
    pub fn new() -> Result<Self, ConnectorsError> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("purchase-beacon/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(ConnectorsError)?;
        Ok(Self { http })
    }

    /// Asks the store what a purchase is now. `observed_at` is when the caller began: the snapshot's
    /// place in the order of observations. Never retries.
    ///
    /// # Errors
    /// [`LookUpError`] tells the store's "no" from everything that says nothing of the purchase.
    pub async fn look_up(
        &self,
        config: &StoreConfig,
        locator: &Locator,
        observed_at: Timestamp,
    ) -> Result<StoreSnapshot, LookUpError> {
        match config {
            StoreConfig::Vizio(config) => {
                vizio::look_up(&self.http, config, locator, observed_at).await
            }
            StoreConfig::SamsungTv(config) => {
                samsung_tv::look_up(&self.http, config, locator, observed_at).await
            }
        }
    }
}

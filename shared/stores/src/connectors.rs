//! The way to the stores.

use std::time::Duration;

use domain::{StoreState, Timestamp};

use crate::{
    ConnectorsError, Locator, LookUpError, LookedUp, NotificationError, Received, StoreConfig,
    android, samsung_tv, vizio,
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Shorter than what servers and load balancers keep a silent connection open.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// The connectors of all stores, over one HTTP client: TLS only by rustls, no redirects, no proxy,
/// 3 s to connect; the time for a whole call is the configuration's. Keeps access tokens and public
/// keys in memory. Cheap to clone; clones share what is kept.
#[derive(Debug, Clone)]
pub struct Connectors {
    http: reqwest::Client,
    android: android::Kept,
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
        Ok(Self {
            http,
            android: android::Kept::default(),
        })
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
    ) -> Result<LookedUp, LookUpError> {
        match config {
            StoreConfig::Vizio(config) => {
                vizio::look_up(&self.http, config, locator, observed_at).await
            }
            StoreConfig::SamsungTv(config) => {
                samsung_tv::look_up(&self.http, config, locator, observed_at).await
            }
            StoreConfig::Android(config) => {
                android::look_up(&self.http, &self.android, config, locator, observed_at).await
            }
        }
    }

    /// Tells the store that a purchase was delivered, where its state asks for that
    /// ([`StoreState::acknowledge_by`]). Telling it twice does no harm.
    ///
    /// # Errors
    /// [`LookUpError`]; the store has not heard, or it isn't known.
    pub async fn acknowledge(
        &self,
        config: &StoreConfig,
        locator: &Locator,
        state: &StoreState,
    ) -> Result<(), LookUpError> {
        match config {
            StoreConfig::Android(config) => {
                android::acknowledge(&self.http, &self.android, config, locator, state).await
            }
            StoreConfig::Vizio(_) | StoreConfig::SamsungTv(_) => Ok(()),
        }
    }

    /// Proves the origin of a notification over the bytes as they were received, then reads it.
    ///
    /// `headers` are names (in any case) and values; a name may occur more than once.
    ///
    /// # Errors
    /// [`NotificationError`] tells how to answer. What isn't proven is never read.
    pub async fn read_notification(
        &self,
        config: &StoreConfig,
        headers: &[(String, String)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Received, NotificationError> {
        match config {
            StoreConfig::Vizio(config) => {
                vizio::read_notification(config, headers, body, now).map(Received::About)
            }
            StoreConfig::SamsungTv(_) => samsung_tv::read_notification().map(Received::About),
            StoreConfig::Android(config) => {
                let (http, kept) = (&self.http, &self.android);
                android::read_notification(http, kept, config, headers, body, now).await
            }
        }
    }
}

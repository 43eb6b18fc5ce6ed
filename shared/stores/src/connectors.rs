//! The way to the stores.

use std::time::Duration;

use crate::ConnectorsError;
use crate::registry::Kept;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Shorter than what servers and load balancers keep a silent connection open.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// The connectors of all stores, over one HTTP client: TLS only by rustls, no redirects, no proxy,
/// 3 s to connect; the time for a whole call is the configuration's. Keeps access tokens and public
/// keys in memory. Cheap to clone; clones share what is kept.
#[derive(Debug, Clone)]
pub struct Connectors {
    pub(crate) http: reqwest::Client,
    pub(crate) kept: Kept,
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
            kept: Kept::default(),
        })
    }
}

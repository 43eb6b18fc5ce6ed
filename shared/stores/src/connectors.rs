//! Entry point to all connectors.

use std::time::Duration;

use crate::ConnectorsError;
use crate::registry::Cache;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Shorter than the time after which servers and load balancers close a silent connection.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// Connectors of all stores, over one HTTP client: TLS by rustls only, no redirects, no proxy, 3 s
/// to connect; the time limit of a call is part of the configuration. Caches access tokens and
/// public keys in memory. Cheap to clone; clones share the caches.
#[derive(Debug, Clone)]
pub struct Connectors {
    pub(crate) http: reqwest::Client,
    pub(crate) cache: Cache,
}

impl Connectors {
    /// Builds the client. Call once, because it keeps connections.
    ///
    /// # Errors
    /// [`ConnectorsError`] if the system's root certificates can't be read.
    pub fn new() -> Result<Self, ConnectorsError> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("purchase-beacon/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            // A redirect would carry a URL or header with a credential to another host.
            .redirect(reqwest::redirect::Policy::none())
            // The environment must not decide where credentials are sent.
            .no_proxy()
            .build()
            .map_err(ConnectorsError)?;
        Ok(Self {
            http,
            cache: Cache::default(),
        })
    }
}

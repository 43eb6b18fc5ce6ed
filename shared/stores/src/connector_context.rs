//! Context of the calls to stores: HTTP client and caches.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::ConnectorsError;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Shorter than the time after which servers and load balancers close a silent connection.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// HTTP client and caches that all connectors share: TLS by rustls only, no redirects, no proxy, 3
/// s to connect; the time limit of a call is part of the configuration. Access tokens and public
/// keys are cached in memory. Cheap to clone; clones share the caches.
#[derive(Debug, Clone)]
pub struct ConnectorContext {
    pub(crate) http: reqwest::Client,
    caches: Arc<Mutex<HashMap<TypeId, Box<dyn Any + Send>>>>,
}

impl ConnectorContext {
    /// Builds the client. Call once, because it keeps connections.
    ///
    /// # Errors
    /// [`ConnectorsError`] if the TLS library refuses its configuration.
    pub fn new() -> Result<Self, ConnectorsError> {
        let user_agent = concat!("purchase-beacon/", env!("CARGO_PKG_VERSION"));
        let http = https::client(|builder| {
            builder
                .user_agent(user_agent)
                .connect_timeout(CONNECT_TIMEOUT)
                .pool_idle_timeout(IDLE_TIMEOUT)
        });
        let http = http.map_err(ConnectorsError)?;
        Ok(Self {
            http,
            caches: Arc::default(),
        })
    }

    /// Returns the cache of this type, whose clones share their content. There is one of each type,
    /// made when it is first needed, so that each connector defines its own.
    pub(crate) fn cache<C: Any + Clone + Default + Send>(&self) -> C {
        let mut caches = self.caches.lock().unwrap_or_else(PoisonError::into_inner);
        let cache = caches
            .entry(TypeId::of::<C>())
            .or_insert_with(|| Box::new(C::default()));
        cache.downcast_ref::<C>().cloned().unwrap_or_default()
    }
}

//! What the typed control clients of all stores have in common.

use std::{marker::PhantomData, time::Duration};

use jiff::Timestamp;
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    Control, ControlError, DeliveryCounts, Faults,
    clock::{Advance, ClockReading},
};

pub(crate) type Answer<T> = Result<T, ControlError>;

/// A call without a body.
pub(crate) const NONE: Option<&()> = None;

/// A store that can be steered.
pub trait SimulatedStore {
    /// Its folder in the control API: `/control/{SLUG}/{tenant}`.
    const SLUG: &'static str;
    /// How a tenant is registered with it.
    type Configuration: Serialize + Sync;
    /// What it counts: calls to its own API, and deliveries.
    type Calls: DeserializeOwned;
}

/// Steers one tenant's side of a store: a partner, an application, an account. Every call fails
/// with a [`ControlError`] when the simulator cannot be reached or refuses. What only one store can
/// do stands in that store's folder.
#[derive(Debug, Clone)]
pub struct StoreControl<S> {
    control: Control,
    tenant: String,
    store: PhantomData<S>,
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl<S: SimulatedStore> StoreControl<S> {
    pub(crate) fn new(control: Control, tenant: String) -> Self {
        Self {
            control,
            tenant,
            store: PhantomData,
        }
    }

    /// The id under which the store knows the tenant.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// The simulator's address, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.control.base_url()
    }

    /// Registers the tenant, or replaces its registration; purchases and counts stay. Gives the
    /// clock.
    pub async fn configure(&self, configuration: &S::Configuration) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::PUT, "", Some(configuration)).await?;
        Ok(reading.now)
    }

    /// Replaces only the fields that the JSON object has, named as in the store's configuration
    /// but in camel case.
    pub async fn reconfigure(&self, changes: &Value) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::PATCH, "", Some(changes)).await?;
        Ok(reading.now)
    }

    /// Forgets the tenant and all that it has.
    pub async fn remove(&self) -> Answer<()> {
        self.send(Method::DELETE, "", NONE).await
    }

    /// The tenant's clock.
    pub async fn now(&self) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::GET, "/clock", NONE).await?;
        Ok(reading.now)
    }

    /// Moves the clock forward; nothing renews or ends by that.
    pub async fn advance_clock(&self, seconds: u64) -> Answer<Timestamp> {
        let path = "/clock/advance";
        let body = Advance { seconds };
        let reading: ClockReading = self.send(Method::POST, path, Some(&body)).await?;
        Ok(reading.now)
    }

    /// Calls and deliveries so far.
    pub async fn calls(&self) -> Answer<S::Calls> {
        self.send(Method::GET, "/calls", NONE).await
    }

    /// Lets things go wrong from now on, instead of what was set before. The store's folder says
    /// which calls a rule for look-ups is about, and what its subscription id is compared with.
    pub async fn set_faults(&self, faults: &Faults) -> Answer<()> {
        self.send(Method::PUT, "/faults", Some(faults)).await
    }

    /// Lets nothing go wrong any more. What is delayed or held back stays so.
    pub async fn clear_faults(&self) -> Answer<()> {
        self.send(Method::DELETE, "/faults", NONE).await
    }

    /// Sends what is held back and waits until every delivery has ended, or until the time is
    /// over (then some are `pending`). A store that sends nothing refuses with 404.
    pub async fn flush(&self, limit: Duration) -> Answer<DeliveryCounts> {
        let path = format!("/deliveries/flush?timeoutSeconds={}", limit.as_secs());
        self.send_within(Method::POST, &path, NONE, limit).await
    }

    /// Any control call; `path` begins below the tenant.
    pub(crate) async fn send<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Answer<A> {
        self.send_within(method, path, body, Duration::ZERO).await
    }

    async fn send_within<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
        limit: Duration,
    ) -> Answer<A> {
        let path = format!("/control/{}/{}{path}", S::SLUG, self.tenant);
        self.control.call(method, &path, body, limit).await
    }
}

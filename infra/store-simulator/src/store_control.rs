//! Typed control client that all stores share.

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

/// Absent body of a call.
pub(crate) const NONE: Option<&()> = None;

/// Body of the control API, shared by client and server.
pub trait Body: Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Body for T {}

/// Store that the control API can steer.
pub trait SimulatedStore {
    /// Path segment of the store in the control API: `/control/{SLUG}/{tenant}`.
    const SLUG: &'static str;
    /// Path segment of purchases in the control API: `/control/{SLUG}/{tenant}/{PURCHASES}/{id}`.
    const PURCHASES: &'static str = "purchases";
    /// Registration of a tenant.
    type Configuration: Body + Clone + Default;
    /// Counts of calls to the store's own API, and of deliveries.
    type Calls: Body;
    /// Purchase to make.
    type NewPurchase: Body;
    /// The store's record of a purchase.
    type Purchase: Body;
    /// Action on a purchase.
    type Action: Body;
    /// Options of an action.
    type Options: Body + Default;
    /// Result of an action.
    type Outcome: Body;
}

/// Store that renews by itself when something is due, and sends notifications.
pub trait NotifyingStore: SimulatedStore {
    /// Notification that no action causes.
    type CustomNotification: Body;
    /// Notification that was handed to the delivery.
    type SentNotification: Body;
}

impl Control {
    /// Returns a control client of one tenant of a store.
    #[must_use]
    pub fn tenant<S: SimulatedStore>(&self, tenant: impl Into<String>) -> StoreControl<S> {
        StoreControl::new(self.clone(), tenant.into())
    }
}

/// Control client of one tenant of a store: a partner, an application, an account. Every call fails
/// with a [`ControlError`] when the simulator cannot be reached or refuses. Calls that only one
/// store has are in that store's folder.
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
    fn new(control: Control, tenant: String) -> Self {
        Self {
            control,
            tenant,
            store: PhantomData,
        }
    }

    /// Returns the id under which the store knows the tenant.
    #[must_use]
    pub fn tenant(&self) -> &str {
        &self.tenant
    }

    /// Returns the simulator's address, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.control.base_url()
    }

    /// Registers the tenant, or replaces its registration; purchases and counts stay. Returns the
    /// clock's time.
    pub async fn configure(&self, configuration: &S::Configuration) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::PUT, "", Some(configuration)).await?;
        Ok(reading.now)
    }

    /// Replaces only the fields that the JSON object has, named as in the store's configuration but
    /// in camel case.
    pub async fn reconfigure(&self, changes: &Value) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::PATCH, "", Some(changes)).await?;
        Ok(reading.now)
    }

    /// Removes the tenant with all its data.
    pub async fn remove(&self) -> Answer<()> {
        self.send(Method::DELETE, "", NONE).await
    }

    /// Returns the time of the tenant's clock.
    pub async fn now(&self) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::GET, "/clock", NONE).await?;
        Ok(reading.now)
    }

    /// Moves the clock forward; this alone renews and ends nothing.
    pub async fn advance_clock(&self, seconds: u64) -> Answer<Timestamp> {
        let path = "/clock/advance";
        let body = Advance { seconds };
        let reading: ClockReading = self.send(Method::POST, path, Some(&body)).await?;
        Ok(reading.now)
    }

    /// Returns the calls and deliveries so far.
    pub async fn calls(&self) -> Answer<S::Calls> {
        self.send(Method::GET, "/calls", NONE).await
    }

    /// Replaces the faults from now on. The store's folder documents which calls a look-up rule
    /// applies to, and what its subscription id is compared with.
    pub async fn set_faults(&self, faults: &Faults) -> Answer<()> {
        self.send(Method::PUT, "/faults", Some(faults)).await
    }

    /// Removes all faults. Notifications that are already delayed or held back stay so.
    pub async fn clear_faults(&self) -> Answer<()> {
        self.send(Method::DELETE, "/faults", NONE).await
    }

    /// Makes a purchase.
    pub async fn buy(&self, wanted: &S::NewPurchase) -> Answer<S::Outcome> {
        let path = format!("/{}", S::PURCHASES);
        self.send(Method::POST, &path, Some(wanted)).await
    }

    /// Applies an action to a purchase.
    pub async fn act(
        &self,
        id: &str,
        action: S::Action,
        options: &S::Options,
    ) -> Answer<S::Outcome> {
        let action = name_of(&action);
        let path = format!("/{}/{}/{action}", S::PURCHASES, encoded(id));
        let answer = self.send(Method::POST, &path, Some(options)).await;
        answer.map_err(|error| error.at_path(&action))
    }

    /// Applies an action without options.
    pub async fn plainly(&self, id: &str, action: S::Action) -> Answer<S::Outcome> {
        self.act(id, action, &S::Options::default()).await
    }

    /// Returns the store's record of a purchase.
    pub async fn purchase(&self, id: &str) -> Answer<S::Purchase> {
        let path = format!("/{}/{}", S::PURCHASES, encoded(id));
        let answer = self.send(Method::GET, &path, NONE).await;
        answer.map_err(|error| error.at_path("/purchases/{id}"))
    }

    /// Returns every purchase.
    pub async fn purchases(&self) -> Answer<Vec<S::Purchase>> {
        let path = format!("/{}", S::PURCHASES);
        self.send(Method::GET, &path, NONE).await
    }

    /// Sends any control call; `path` begins below the tenant.
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

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl<S: NotifyingStore> StoreControl<S> {
    /// Does everything that is due by the clock.
    pub async fn run_due(&self) -> Answer<Vec<S::Outcome>> {
        self.send(Method::POST, "/clock/run-due", NONE).await
    }

    /// Sends a notification that no action causes.
    pub async fn notify(&self, custom: &S::CustomNotification) -> Answer<S::SentNotification> {
        self.send(Method::POST, "/notifications", Some(custom))
            .await
    }

    /// Sends what is held back and waits until every delivery has ended, or until `limit` has
    /// passed (then some are `pending`).
    pub async fn flush(&self, limit: Duration) -> Answer<DeliveryCounts> {
        let path = format!("/deliveries/flush?timeoutSeconds={}", limit.as_secs());
        self.send_within(Method::POST, &path, NONE, limit).await
    }
}

/// Returns the name of an action, as its path ends.
pub(crate) fn name_of(action: &impl Serialize) -> String {
    let name = serde_json::to_value(action).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

/// Percent-encodes an id as a path segment. Some ids contain characters that are reserved there.
pub(crate) fn encoded(id: &str) -> String {
    let sign = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    id.bytes().map(sign).collect()
}

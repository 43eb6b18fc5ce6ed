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

/// A body of the control API, as both its ends use it.
pub trait Body: Serialize + DeserializeOwned + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Body for T {}

/// A store that can be steered.
pub trait SimulatedStore {
    /// Its folder in the control API: `/control/{SLUG}/{tenant}`.
    const SLUG: &'static str;
    /// How the control API calls what is bought: `/control/{SLUG}/{tenant}/{PURCHASES}/{id}`.
    const PURCHASES: &'static str = "purchases";
    /// How a tenant is registered with it.
    type Configuration: Body + Clone + Default;
    /// What it counts: calls to its own API, and deliveries.
    type Calls: Body;
    /// A purchase to make.
    type NewPurchase: Body;
    /// Its record of a purchase.
    type Purchase: Body;
    /// Something that happens to a purchase.
    type Action: Body;
    /// What an action can be told.
    type Options: Body + Default;
    /// What an action did.
    type Outcome: Body;
}

/// A store that does by itself what is due, and sends notifications.
pub trait NotifyingStore: SimulatedStore {
    /// A notification that no action causes.
    type CustomNotification: Body;
    /// A notification that was handed to the delivery.
    type SentNotification: Body;
}

impl Control {
    /// A store as one of its tenants sees it.
    #[must_use]
    pub fn tenant<S: SimulatedStore>(&self, tenant: impl Into<String>) -> StoreControl<S> {
        StoreControl::new(self.clone(), tenant.into())
    }
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
    fn new(control: Control, tenant: String) -> Self {
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

    /// A customer buys something.
    pub async fn buy(&self, wanted: &S::NewPurchase) -> Answer<S::Outcome> {
        let path = format!("/{}", S::PURCHASES);
        self.send(Method::POST, &path, Some(wanted)).await
    }

    /// Lets something happen to a purchase.
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

    /// An action that needs to be told nothing.
    pub async fn plainly(&self, id: &str, action: S::Action) -> Answer<S::Outcome> {
        self.act(id, action, &S::Options::default()).await
    }

    /// The store's record of a purchase.
    pub async fn purchase(&self, id: &str) -> Answer<S::Purchase> {
        let path = format!("/{}/{}", S::PURCHASES, encoded(id));
        let answer = self.send(Method::GET, &path, NONE).await;
        answer.map_err(|error| error.at_path("/purchases/{id}"))
    }

    /// Every purchase.
    pub async fn purchases(&self) -> Answer<Vec<S::Purchase>> {
        let path = format!("/{}", S::PURCHASES);
        self.send(Method::GET, &path, NONE).await
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

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl<S: NotifyingStore> StoreControl<S> {
    /// Does whatever is due by the clock.
    pub async fn run_due(&self) -> Answer<Vec<S::Outcome>> {
        self.send(Method::POST, "/clock/run-due", NONE).await
    }

    /// Sends a notification that no action causes.
    pub async fn notify(&self, custom: &S::CustomNotification) -> Answer<S::SentNotification> {
        self.send(Method::POST, "/notifications", Some(custom))
            .await
    }

    /// Sends what is held back and waits until every delivery has ended, or until the time is
    /// over (then some are `pending`).
    pub async fn flush(&self, limit: Duration) -> Answer<DeliveryCounts> {
        let path = format!("/deliveries/flush?timeoutSeconds={}", limit.as_secs());
        self.send_within(Method::POST, &path, NONE, limit).await
    }
}

/// The name of an action, as its paths end.
pub(crate) fn name_of(action: &impl Serialize) -> String {
    let name = serde_json::to_value(action).unwrap_or_default();
    name.as_str().unwrap_or_default().to_owned()
}

/// An id as a part of a path. Some ids have signs that mean something there.
pub(crate) fn encoded(id: &str) -> String {
    let sign = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    id.bytes().map(sign).collect()
}

//! The typed control client of this store.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Action, ActionOutcome, ApiCalls, Configuration, NewPurchase, Options, Purchase};
use crate::{
    Control, ControlError, Faults,
    clock::{Advance, ClockReading},
};

type Answer<T> = Result<T, ControlError>;

/// Steers one application's side of the store. Every call fails with a [`ControlError`] when the
/// simulator cannot be reached or refuses. A purchase is named by one of its listed invoices, or by
/// its subscription id.
#[derive(Debug, Clone)]
pub struct SamsungTvControl {
    control: Control,
    app_id: String,
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl SamsungTvControl {
    pub(crate) fn new(control: Control, app_id: String) -> Self {
        Self { control, app_id }
    }

    /// The application's id, as it stands in every call.
    #[must_use]
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// The address of the store's own API.
    #[must_use]
    pub fn api_base_url(&self) -> String {
        format!("{}/openapi", self.control.base_url())
    }

    /// Registers the application, or replaces its registration; purchases and counts stay. Gives
    /// the clock.
    pub async fn configure(&self, configuration: &Configuration) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::PUT, "", Some(configuration)).await?;
        Ok(reading.now)
    }

    /// Replaces only the fields that the JSON object has, named as in [`Configuration`] but in
    /// camel case.
    pub async fn reconfigure(&self, changes: &Value) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::PATCH, "", Some(changes)).await?;
        Ok(reading.now)
    }

    /// Forgets the application and all that it has.
    pub async fn remove(&self) -> Answer<()> {
        self.send(Method::DELETE, "", NONE).await
    }

    /// The application's clock.
    pub async fn now(&self) -> Answer<Timestamp> {
        let reading: ClockReading = self.send(Method::GET, "/clock", NONE).await?;
        Ok(reading.now)
    }

    /// Moves the clock forward; nothing renews or ends by that.
    pub async fn advance_clock(&self, seconds: u64) -> Answer<Timestamp> {
        let body = Advance { seconds };
        let reading: ClockReading = self
            .send(Method::POST, "/clock/advance", Some(&body))
            .await?;
        Ok(reading.now)
    }

    /// A customer buys a product.
    pub async fn create(&self, wanted: &NewPurchase) -> Answer<ActionOutcome> {
        self.send(Method::POST, "/purchases", Some(wanted)).await
    }

    /// Lets something happen to a purchase.
    pub async fn act(&self, id: &str, action: Action, options: &Options) -> Answer<ActionOutcome> {
        let path = format!("/purchases/{id}/{}", action.as_str());
        self.send(Method::POST, &path, Some(options)).await
    }

    /// An action that needs to be told nothing.
    pub async fn plainly(&self, id: &str, action: Action) -> Answer<ActionOutcome> {
        self.act(id, action, &Options::default()).await
    }

    /// Takes another product, now or at the next renewal.
    pub async fn change_product(
        &self,
        id: &str,
        action: Action,
        item_id: &str,
    ) -> Answer<ActionOutcome> {
        let options = Options {
            item_id: Some(item_id.to_owned()),
            ..Options::default()
        };
        self.act(id, action, &options).await
    }

    /// The store's record of a purchase.
    pub async fn purchase(&self, id: &str) -> Answer<Purchase> {
        self.send(Method::GET, &format!("/purchases/{id}"), NONE)
            .await
    }

    /// The application's calls to the store so far.
    pub async fn calls(&self) -> Answer<ApiCalls> {
        self.send(Method::GET, "/calls", NONE).await
    }

    /// Lets calls go wrong from now on, instead of what was set before. A rule's subscription id is
    /// compared with the `CustomID`; nothing is delivered, so nothing can go wrong with that.
    pub async fn set_faults(&self, faults: &Faults) -> Answer<()> {
        self.send(Method::PUT, "/faults", Some(faults)).await
    }

    /// Lets nothing go wrong any more.
    pub async fn clear_faults(&self) -> Answer<()> {
        self.send(Method::DELETE, "/faults", NONE).await
    }

    async fn send<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Answer<A> {
        let path = format!("/control/samsung-tv/{}{path}", self.app_id);
        let control = &self.control;
        control.call(method, &path, body, Duration::ZERO).await
    }
}

const NONE: Option<&()> = None;

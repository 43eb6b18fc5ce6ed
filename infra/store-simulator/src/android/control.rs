//! The typed control client of this store.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    ActionOutcome, Calls, Configuration, CurrentKey, CustomPush, Rotation, SentPush,
    model::{Action, NewPurchase, Options, Purchase},
};
use crate::{
    Control, ControlError, DeliveryCounts, Faults,
    clock::{Advance, ClockReading},
};

type Answer<T> = Result<T, ControlError>;

/// Steers one app's side of the store. Every call fails with a [`ControlError`] when the simulator
/// cannot be reached or refuses.
#[derive(Debug, Clone)]
pub struct AndroidControl {
    control: Control,
    package_name: String,
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl AndroidControl {
    pub(crate) fn new(control: Control, package_name: String) -> Self {
        Self {
            control,
            package_name,
        }
    }

    /// The app.
    #[must_use]
    pub fn package_name(&self) -> &str {
        &self.package_name
    }

    /// The simulator's address, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        self.control.base_url()
    }

    /// The address of the Android Publisher API.
    #[must_use]
    pub fn api_base_url(&self) -> String {
        format!("{}/androidpublisher/v3", self.base_url())
    }

    /// Where access tokens are granted.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("{}/token", self.base_url())
    }

    /// Where the push tokens' keys are.
    #[must_use]
    pub fn certs_url(&self) -> String {
        format!("{}/oauth2/v3/certs", self.base_url())
    }

    /// Registers the app, or replaces its registration; purchases and counts stay. Gives the
    /// clock.
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

    /// Forgets the app and all that it has.
    pub async fn remove(&self) -> Answer<()> {
        self.send(Method::DELETE, "", NONE).await
    }

    /// The app's clock.
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

    /// Does whatever is due by the clock, and takes back what was not acknowledged in time.
    pub async fn run_due(&self) -> Answer<Vec<ActionOutcome>> {
        self.send(Method::POST, "/clock/run-due", NONE).await
    }

    /// A customer buys a plan.
    pub async fn buy(&self, wanted: &NewPurchase) -> Answer<ActionOutcome> {
        self.send(Method::POST, "/purchases", Some(wanted)).await
    }

    /// Lets something happen to a purchase.
    pub async fn act(
        &self,
        token: &str,
        action: Action,
        options: &Options,
    ) -> Answer<ActionOutcome> {
        let path = format!("/purchases/{token}/{}", action.as_str());
        let answer = self.send(Method::POST, &path, Some(options)).await;
        answer.map_err(|error| error.at_path(action.as_str()))
    }

    /// An action that needs to be told nothing.
    pub async fn plainly(&self, token: &str, action: Action) -> Answer<ActionOutcome> {
        self.act(token, action, &Options::default()).await
    }

    /// The store's record of a purchase.
    pub async fn purchase(&self, token: &str) -> Answer<Purchase> {
        let path = format!("/purchases/{token}");
        let answer = self.send(Method::GET, &path, NONE).await;
        answer.map_err(|error| error.at_path("/purchases/{token}"))
    }

    /// Every purchase, by token.
    pub async fn purchases(&self) -> Answer<Vec<Purchase>> {
        self.send(Method::GET, "/purchases", NONE).await
    }

    /// Sends a push that no action causes.
    pub async fn notify(&self, custom: &CustomPush) -> Answer<SentPush> {
        self.send(Method::POST, "/notifications", Some(custom))
            .await
    }

    /// The key file of the app's service account.
    pub async fn service_account(&self) -> Answer<Value> {
        self.send(Method::GET, "/service-account", NONE).await
    }

    /// No access token that was granted so far is good any more.
    pub async fn expire_access_tokens(&self) -> Answer<()> {
        self.send(Method::POST, "/access-tokens/expire", NONE).await
    }

    /// Pushes are signed with a new key from now on. Gives its id.
    pub async fn rotate_keys(&self, keep_old: bool) -> Answer<String> {
        let body = Rotation { keep_old };
        let key: CurrentKey = self.send(Method::POST, "/keys/rotate", Some(&body)).await?;
        Ok(key.kid)
    }

    /// Calls and pushes so far.
    pub async fn calls(&self) -> Answer<Calls> {
        self.send(Method::GET, "/calls", NONE).await
    }

    /// Lets things go wrong from now on, instead of what was set before. A rule for look-ups is
    /// about `purchases.subscriptionsv2.get`, its subscription id is a purchase token.
    pub async fn set_faults(&self, faults: &Faults) -> Answer<()> {
        self.send(Method::PUT, "/faults", Some(faults)).await
    }

    /// Lets nothing go wrong any more. What is delayed or held back stays so.
    pub async fn clear_faults(&self) -> Answer<()> {
        self.send(Method::DELETE, "/faults", NONE).await
    }

    /// Sends what is held back and waits until every delivery has ended, or until the time is
    /// over (then some are `pending`).
    pub async fn flush(&self, limit: Duration) -> Answer<DeliveryCounts> {
        let path = format!("/deliveries/flush?timeoutSeconds={}", limit.as_secs());
        let path = self.path(&path);
        let control = &self.control;
        control.call(Method::POST, &path, NONE, limit).await
    }

    async fn send<A: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
    ) -> Answer<A> {
        let path = self.path(path);
        let control = &self.control;
        control.call(method, &path, body, Duration::ZERO).await
    }

    fn path(&self, path: &str) -> String {
        format!("/control/android/{}{path}", self.package_name)
    }
}

const NONE: Option<&()> = None;

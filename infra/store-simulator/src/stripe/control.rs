//! The typed control client of this store.

use reqwest::Method;
use serde_json::Value;

use super::{
    ActionOutcome, Calls, Configuration, CustomEvent, SentEvent,
    model::{Action, NewCheckout, Options, Purchase, Subscription},
};
use crate::{
    SimulatedStore, StoreControl,
    store_control::{Answer, NONE},
};

/// Stripe, as [`StoreControl`] names it.
#[derive(Debug, Clone, Copy)]
pub struct Stripe;

impl SimulatedStore for Stripe {
    const SLUG: &'static str = "stripe";
    type Configuration = Configuration;
    type Calls = Calls;
}

/// Steers one account's side of the store. A rule for look-ups is about every call of the API; its
/// subscription id is the id that is asked for or by which a list is filtered, else the kind of the
/// call.
pub type StripeControl = StoreControl<Stripe>;

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl StoreControl<Stripe> {
    /// The account.
    #[must_use]
    pub fn account_id(&self) -> &str {
        self.tenant()
    }

    /// The address of the API, without a slash at the end.
    #[must_use]
    pub fn api_base_url(&self) -> String {
        format!("{}/v1", self.base_url())
    }

    /// A customer buys something.
    pub async fn create(&self, wanted: &NewCheckout) -> Answer<ActionOutcome> {
        self.send(Method::POST, "/purchases", Some(wanted)).await
    }

    /// Lets something happen to a purchase, which any of its objects' ids names.
    pub async fn act(&self, id: &str, action: Action, options: &Options) -> Answer<ActionOutcome> {
        let path = format!("/purchases/{id}/{}", action.as_str());
        let answer = self.send(Method::POST, &path, Some(options)).await;
        answer.map_err(|error| error.at_path(action.as_str()))
    }

    /// An action that needs to be told nothing.
    pub async fn plainly(&self, id: &str, action: Action) -> Answer<ActionOutcome> {
        self.act(id, action, &Options::default()).await
    }

    /// Does whatever is due by the clock.
    pub async fn run_due(&self) -> Answer<Vec<ActionOutcome>> {
        self.send(Method::POST, "/clock/run-due", NONE).await
    }

    /// The store's record of a purchase, which any of its objects' ids names.
    pub async fn purchase(&self, id: &str) -> Answer<Purchase> {
        let path = format!("/purchases/{id}");
        let answer = self.send(Method::GET, &path, NONE).await;
        answer.map_err(|error| error.at_path("/purchases/{id}"))
    }

    /// The store's record of a subscription; `None` for what was bought once.
    pub async fn subscription(&self, id: &str) -> Answer<Option<Subscription>> {
        Ok(self.purchase(id).await?.subscription)
    }

    /// Every purchase, oldest first.
    pub async fn purchases(&self) -> Answer<Vec<Purchase>> {
        self.send(Method::GET, "/purchases", NONE).await
    }

    /// Sends an event that no action causes.
    pub async fn notify(&self, custom: &CustomEvent) -> Answer<SentEvent> {
        self.send(Method::POST, "/notifications", Some(custom))
            .await
    }

    /// Every event of the last 30 days, newest first, sent or not.
    pub async fn events(&self) -> Answer<Vec<Value>> {
        self.send(Method::GET, "/events", NONE).await
    }

    /// Sends an event once more.
    pub async fn resend(&self, event_id: &str) -> Answer<SentEvent> {
        let path = format!("/events/{event_id}/resend");
        self.send(Method::POST, &path, NONE).await
    }
}

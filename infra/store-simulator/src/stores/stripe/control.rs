//! Typed control client of this store.

use reqwest::Method;
use serde_json::Value;

use super::{
    ActionOutcome, Calls, Configuration, CustomEvent, SentEvent,
    model::{Action, NewCheckout, Options, Purchase, Subscription},
};
use crate::{
    Control,
    store_control::{Answer, NONE, NotifyingStore, SimulatedStore, StoreControl},
};

/// Stripe, as the store of a [`StoreControl`].
#[derive(Debug, Clone, Copy)]
pub struct Stripe;

impl SimulatedStore for Stripe {
    const SLUG: &'static str = "stripe";
    type Configuration = Configuration;
    type Calls = Calls;
    type NewPurchase = NewCheckout;
    type Purchase = Purchase;
    type Action = Action;
    type Options = Options;
    type Outcome = ActionOutcome;
}

impl NotifyingStore for Stripe {
    type CustomNotification = CustomEvent;
    type SentNotification = SentEvent;
}

/// Control client of one account. A look-up rule applies to every call of the API; its subscription
/// id is the requested id or the id by which a list is filtered, otherwise the kind of the call.
pub type StripeControl = StoreControl<Stripe>;

impl Control {
    /// Returns a control client of one account of Stripe.
    #[must_use]
    pub fn stripe(&self, account_id: impl Into<String>) -> StripeControl {
        self.tenant(account_id)
    }
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl StoreControl<Stripe> {
    /// Returns the account id.
    #[must_use]
    pub fn account_id(&self) -> &str {
        self.tenant()
    }

    /// Returns the address of the API, without a trailing slash.
    #[must_use]
    pub fn api_base_url(&self) -> String {
        format!("{}/v1", self.base_url())
    }

    /// Returns the store's record of a subscription; `None` for a one-time purchase.
    pub async fn subscription(&self, id: &str) -> Answer<Option<Subscription>> {
        Ok(self.purchase(id).await?.subscription)
    }

    /// Returns every event of the last 30 days, newest first, sent or not.
    pub async fn events(&self) -> Answer<Vec<Value>> {
        self.send(Method::GET, "/events", NONE).await
    }

    /// Sends an event again.
    pub async fn resend(&self, event_id: &str) -> Answer<SentEvent> {
        let path = format!("/events/{event_id}/resend");
        self.send(Method::POST, &path, NONE).await
    }
}

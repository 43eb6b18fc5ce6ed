//! The typed control client of this store.

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

/// Stripe, as [`StoreControl`] names it.
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

/// Steers one account's side of the store. A rule for look-ups is about every call of the API; its
/// subscription id is the id that is asked for or by which a list is filtered, else the kind of the
/// call.
pub type StripeControl = StoreControl<Stripe>;

impl Control {
    /// Stripe as one account sees it.
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

    /// The store's record of a subscription; `None` for what was bought once.
    pub async fn subscription(&self, id: &str) -> Answer<Option<Subscription>> {
        Ok(self.purchase(id).await?.subscription)
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

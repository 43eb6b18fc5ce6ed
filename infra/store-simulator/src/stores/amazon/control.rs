//! Typed control client of this store.

use reqwest::Method;

use super::{
    ActionOutcome, Calls, Configuration, CustomMessage, Endpoint, PublishedCertificate,
    SentMessage,
    bodies::{EnteredToken, Rotation},
    model::{Action, NewPurchase, Options, Receipt},
};
use crate::{
    Control,
    store_control::{Answer, NONE, NotifyingStore, SimulatedStore, StoreControl},
};

/// The Amazon Appstore. A look-up rule applies to the verification service; its subscription id is
/// a receipt id.
#[derive(Debug, Clone, Copy)]
pub struct Amazon;

impl SimulatedStore for Amazon {
    const SLUG: &'static str = "amazon";
    const PURCHASES: &'static str = "receipts";
    type Configuration = Configuration;
    type Calls = Calls;
    type NewPurchase = NewPurchase;
    type Purchase = Receipt;
    type Action = Action;
    type Options = Options;
    type Outcome = ActionOutcome;
}

impl NotifyingStore for Amazon {
    type CustomNotification = CustomMessage;
    type SentNotification = SentMessage;
}

/// Control client of one app.
pub type AmazonControl = StoreControl<Amazon>;

impl Control {
    /// Returns a control client of one app of the Amazon Appstore.
    #[must_use]
    pub fn amazon(&self, package_name: impl Into<String>) -> AmazonControl {
        self.tenant(package_name)
    }
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl StoreControl<Amazon> {
    /// Returns the package name of the app.
    #[must_use]
    pub fn package_name(&self) -> &str {
        self.tenant()
    }

    /// Returns the address that stands in for `https://appstore-sdk.amazon.com`.
    #[must_use]
    pub fn rvs_base_url(&self) -> String {
        self.base_url().to_owned()
    }

    /// Returns the address that stands in for `https://sns.{region}.amazonaws.com`.
    #[must_use]
    pub fn sns_base_url(&self) -> String {
        self.base_url().to_owned()
    }

    /// Sends a request for confirmation to the notification address.
    pub async fn ask_confirmation(&self) -> Answer<SentMessage> {
        self.send(Method::POST, "/endpoint/confirmation", NONE)
            .await
    }

    /// Enters the token of a confirmation, as in the store's console.
    pub async fn enter_token(&self, token: &str) -> Answer<Endpoint> {
        let body = EnteredToken {
            token: token.to_owned(),
        };
        self.send(Method::POST, "/endpoint/token", Some(&body))
            .await
    }

    /// Unsubscribes the address, and sends it an `UnsubscribeConfirmation`. Nothing else is sent
    /// until it is confirmed again.
    pub async fn unsubscribe(&self) -> Answer<SentMessage> {
        self.send(Method::POST, "/endpoint/unsubscription", NONE)
            .await
    }

    /// Returns the subscription of the notification address.
    pub async fn endpoint(&self) -> Answer<Endpoint> {
        self.send(Method::GET, "/endpoint", NONE).await
    }

    /// Returns the certificate that messages name.
    pub async fn certificate(&self) -> Answer<PublishedCertificate> {
        self.send(Method::GET, "/certificate", NONE).await
    }

    /// Signs messages with a new key from now on; its certificate is published at another URL,
    /// unless `same_address` is set.
    pub async fn rotate_certificate(&self, same_address: bool) -> Answer<PublishedCertificate> {
        let body = Rotation { same_address };
        self.send(Method::POST, "/certificate/rotate", Some(&body))
            .await
    }
}

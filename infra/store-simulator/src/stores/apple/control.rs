//! Typed control client of this store.

use reqwest::Method;

use super::{
    ActionOutcome, ApiKey, ApiRefusal, Calls, Configuration, CustomNotification, RootCertificate,
    SentNotification, Signing,
    bodies::{Rotation, SignedTransaction},
    model::{Action, Environment, NewPurchase, Options, Purchase},
};
use crate::{
    Control,
    store_control::{Answer, NONE, NotifyingStore, SimulatedStore, StoreControl},
};

/// The Apple App Store. A look-up rule applies to every call of its API; the subscription id is the
/// `originalTransactionId` of the requested purchase.
#[derive(Debug, Clone, Copy)]
pub struct Apple;

impl SimulatedStore for Apple {
    const SLUG: &'static str = "apple";
    type Configuration = Configuration;
    type Calls = Calls;
    type NewPurchase = NewPurchase;
    type Purchase = Purchase;
    type Action = Action;
    type Options = Options;
    type Outcome = ActionOutcome;
}

impl NotifyingStore for Apple {
    type CustomNotification = CustomNotification;
    type SentNotification = SentNotification;
}

/// Control client of one app. A purchase is identified by any of its transactions.
pub type AppleControl = StoreControl<Apple>;

impl Control {
    /// Returns a control client of one app of the Apple App Store.
    #[must_use]
    pub fn apple(&self, bundle_id: impl Into<String>) -> AppleControl {
        self.tenant(bundle_id)
    }
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl StoreControl<Apple> {
    /// Returns the bundle id of the app.
    #[must_use]
    pub fn bundle_id(&self) -> &str {
        self.tenant()
    }

    /// Returns the base URL of the App Store Server API; `/inApps/…` follows.
    #[must_use]
    pub fn api_url(&self, environment: Environment) -> String {
        format!("{}/apple/{}", self.base_url(), environment.segment())
    }

    /// Returns the root certificate of all signatures of the store.
    pub async fn root(&self) -> Answer<RootCertificate> {
        self.send(Method::GET, "/root", NONE).await
    }

    /// Returns the credentials that the app's server needs to call the API.
    pub async fn api_key(&self) -> Answer<ApiKey> {
        self.send(Method::GET, "/api-key", NONE).await
    }

    /// Creates another key for the app's server.
    pub async fn rotate_api_key(&self, keep_old: bool) -> Answer<ApiKey> {
        let body = Rotation { keep_old };
        self.send(Method::POST, "/api-key/rotate", Some(&body))
            .await
    }

    /// Replaces the rules that refuse calls of the API; the first matching one decides.
    pub async fn refuse(&self, refusals: &[ApiRefusal]) -> Answer<()> {
        self.send(Method::PUT, "/refusals", Some(&refusals)).await
    }

    /// Returns a transaction as the app would submit it to its server, as a JWS.
    pub async fn signed_transaction(
        &self,
        transaction_id: &str,
        signing: &Signing,
    ) -> Answer<String> {
        let path = format!("/purchases/{transaction_id}/signed-transaction");
        let signed: SignedTransaction = self.send(Method::POST, &path, Some(signing)).await?;
        Ok(signed.signed_transaction_info)
    }
}

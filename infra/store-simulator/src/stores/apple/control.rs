//! The typed control client of this store.

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

/// The Apple App Store. A rule for look-ups is about every call of its API; the subscription id is
/// the `originalTransactionId` of what is asked for.
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

/// Steers one app's side of the store. A purchase is named by any of its transactions.
pub type AppleControl = StoreControl<Apple>;

impl Control {
    /// The Apple App Store as one app sees it.
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
    /// The app.
    #[must_use]
    pub fn bundle_id(&self) -> &str {
        self.tenant()
    }

    /// The address of the App Store Server API; `/inApps/…` follows.
    #[must_use]
    pub fn api_url(&self, environment: Environment) -> String {
        format!("{}/apple/{}", self.base_url(), environment.segment())
    }

    /// The root of all signatures of the store.
    pub async fn root(&self) -> Answer<RootCertificate> {
        self.send(Method::GET, "/root", NONE).await
    }

    /// What the app's server needs to call the API.
    pub async fn api_key(&self) -> Answer<ApiKey> {
        self.send(Method::GET, "/api-key", NONE).await
    }

    /// Another key for the app's server.
    pub async fn rotate_api_key(&self, keep_old: bool) -> Answer<ApiKey> {
        let body = Rotation { keep_old };
        self.send(Method::POST, "/api-key/rotate", Some(&body))
            .await
    }

    /// Refuses calls of the API from now on, instead of what was refused before; the first one that
    /// fits counts.
    pub async fn refuse(&self, refusals: &[ApiRefusal]) -> Answer<()> {
        self.send(Method::PUT, "/refusals", Some(&refusals)).await
    }

    /// A transaction as the app would hand it to its server, as a JWS.
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

//! Typed control client of this store.

use reqwest::Method;
use serde_json::Value;

use super::{
    ActionOutcome, Calls, Configuration, CurrentKey, CustomPush, Rotation, SentPush,
    model::{Action, NewPurchase, Options, Purchase},
};
use crate::{
    Control,
    store_control::{Answer, NONE, NotifyingStore, SimulatedStore, StoreControl},
};

/// Google Play. A look-up rule applies to `subscriptionsv2.get` and
/// `productsv2.getproductpurchasev2`; its subscription id is a purchase token.
#[derive(Debug, Clone, Copy)]
pub struct Android;

impl SimulatedStore for Android {
    const SLUG: &'static str = "android";
    type Configuration = Configuration;
    type Calls = Calls;
    type NewPurchase = NewPurchase;
    type Purchase = Purchase;
    type Action = Action;
    type Options = Options;
    type Outcome = ActionOutcome;
}

impl NotifyingStore for Android {
    type CustomNotification = CustomPush;
    type SentNotification = SentPush;
}

/// Control client of one app.
pub type AndroidControl = StoreControl<Android>;

impl Control {
    /// Returns a control client of one app of Google Play.
    #[must_use]
    pub fn android(&self, package_name: impl Into<String>) -> AndroidControl {
        self.tenant(package_name)
    }
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl StoreControl<Android> {
    /// Returns the package name of the app.
    #[must_use]
    pub fn package_name(&self) -> &str {
        self.tenant()
    }

    /// Returns the address of the Android Publisher API.
    #[must_use]
    pub fn api_base_url(&self) -> String {
        format!("{}/androidpublisher/v3", self.base_url())
    }

    /// Returns the URL that grants access tokens.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("{}/token", self.base_url())
    }

    /// Returns the URL of the push tokens' keys.
    #[must_use]
    pub fn certs_url(&self) -> String {
        format!("{}/oauth2/v3/certs", self.base_url())
    }

    /// Returns the key file of the app's service account.
    pub async fn service_account(&self) -> Answer<Value> {
        self.send(Method::GET, "/service-account", NONE).await
    }

    /// Invalidates all access tokens that were granted so far.
    pub async fn expire_access_tokens(&self) -> Answer<()> {
        self.send(Method::POST, "/access-tokens/expire", NONE).await
    }

    /// Signs pushes with a new key from now on, and returns its id.
    pub async fn rotate_keys(&self, keep_old: bool) -> Answer<String> {
        let body = Rotation { keep_old };
        let key: CurrentKey = self.send(Method::POST, "/keys/rotate", Some(&body)).await?;
        Ok(key.kid)
    }
}

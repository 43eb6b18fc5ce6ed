//! The typed control client of this store.

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

/// Google Play. A rule for look-ups is about `purchases.subscriptionsv2.get`, its subscription id
/// is a purchase token.
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

/// Steers one app's side of the store.
pub type AndroidControl = StoreControl<Android>;

impl Control {
    /// Google Play as one app sees it.
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
    /// The app.
    #[must_use]
    pub fn package_name(&self) -> &str {
        self.tenant()
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
}

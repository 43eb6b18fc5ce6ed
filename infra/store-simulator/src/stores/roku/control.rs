//! Typed control client of this store.

use reqwest::Method;

use super::{
    ActionOutcome, Calls, Configuration, CurrentKey, CustomPush, Replay, Rotation, SentPush,
    model::{Action, NewPurchase, Options, Purchase},
};
use crate::{
    Control,
    store_control::{Answer, NotifyingStore, SimulatedStore, StoreControl},
};

/// Path of the production keys.
pub(super) const JWKS_PATH: &str = "/keys/partner-jwks.json";
/// Path of the test stream's keys.
pub(super) const TEST_JWKS_PATH: &str = "/keys/partner-jwks-test.json";
/// Path of the forger's keys, which are real except for their owner.
pub(super) const FORGED_JWKS_PATH: &str = "/keys/forged-jwks.json";

/// Roku Pay. A look-up rule applies to both validations; its subscription id is the first
/// transaction of a purchase.
#[derive(Debug, Clone, Copy)]
pub struct Roku;

impl SimulatedStore for Roku {
    const SLUG: &'static str = "roku";
    type Configuration = Configuration;
    type Calls = Calls;
    type NewPurchase = NewPurchase;
    type Purchase = Purchase;
    type Action = Action;
    type Options = Options;
    type Outcome = ActionOutcome;
}

impl NotifyingStore for Roku {
    type CustomNotification = CustomPush;
    type SentNotification = SentPush;
}

/// Control client of one account. A purchase is identified by any of its transactions.
pub type RokuControl = StoreControl<Roku>;

impl Control {
    /// Returns a control client of one developer account of Roku Pay.
    #[must_use]
    pub fn roku(&self, account: impl Into<String>) -> RokuControl {
        self.tenant(account)
    }
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl StoreControl<Roku> {
    /// Returns the name of the account.
    #[must_use]
    pub fn account(&self) -> &str {
        self.tenant()
    }

    /// Returns the address of the web service.
    #[must_use]
    pub fn service_url(&self) -> String {
        format!("{}/listen/transaction-service.svc", self.base_url())
    }

    /// Returns the URL of the keys of the notifications.
    #[must_use]
    pub fn jwks_url(&self) -> String {
        format!("{}{}", self.base_url(), JWKS_PATH)
    }

    /// Returns the URL of the keys of the test stream.
    #[must_use]
    pub fn test_jwks_url(&self) -> String {
        format!("{}{}", self.base_url(), TEST_JWKS_PATH)
    }

    /// Returns the URL of the key that forged notifications name.
    #[must_use]
    pub fn forged_jwks_url(&self) -> String {
        format!("{}{}", self.base_url(), FORGED_JWKS_PATH)
    }

    /// Sends earlier notifications again.
    pub async fn replay(&self, wanted: &Replay) -> Answer<Vec<SentPush>> {
        let path = "/notifications/replay";
        self.send(Method::POST, path, Some(wanted)).await
    }

    /// Signs notifications with a new key from now on, and returns its id.
    pub async fn rotate_keys(&self, keep_old: bool) -> Answer<String> {
        self.rotate(Rotation {
            keep_old,
            test: false,
        })
        .await
    }

    /// As [`StoreControl::rotate_keys`], for the test stream.
    pub async fn rotate_test_keys(&self, keep_old: bool) -> Answer<String> {
        self.rotate(Rotation {
            keep_old,
            test: true,
        })
        .await
    }

    async fn rotate(&self, rotation: Rotation) -> Answer<String> {
        let path = "/keys/rotate";
        let key: CurrentKey = self.send(Method::POST, path, Some(&rotation)).await?;
        Ok(key.kid)
    }
}

//! The typed control client of this store.

use reqwest::Method;

use super::{Action, ActionOutcome, ApiCalls, Configuration, NewPurchase, Options, Purchase};
use crate::store_control::{Answer, NONE, SimulatedStore, StoreControl};

/// Samsung Checkout. It delivers nothing; the subscription id of a rule for look-ups is compared
/// with the `CustomID`.
#[derive(Debug, Clone, Copy)]
pub struct SamsungTv;

impl SimulatedStore for SamsungTv {
    const SLUG: &'static str = "samsung-tv";
    type Configuration = Configuration;
    type Calls = ApiCalls;
}

/// Steers one application's side of the store. A purchase is named by one of its listed invoices,
/// or by its subscription id.
pub type SamsungTvControl = StoreControl<SamsungTv>;

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl StoreControl<SamsungTv> {
    /// The application's id, as it stands in every call.
    #[must_use]
    pub fn app_id(&self) -> &str {
        self.tenant()
    }

    /// The address of the store's own API.
    #[must_use]
    pub fn api_base_url(&self) -> String {
        format!("{}/openapi", self.base_url())
    }

    /// A customer buys a product.
    pub async fn create(&self, wanted: &NewPurchase) -> Answer<ActionOutcome> {
        self.send(Method::POST, "/purchases", Some(wanted)).await
    }

    /// Lets something happen to a purchase.
    pub async fn act(&self, id: &str, action: Action, options: &Options) -> Answer<ActionOutcome> {
        let path = format!("/purchases/{id}/{}", action.as_str());
        self.send(Method::POST, &path, Some(options)).await
    }

    /// An action that needs to be told nothing.
    pub async fn plainly(&self, id: &str, action: Action) -> Answer<ActionOutcome> {
        self.act(id, action, &Options::default()).await
    }

    /// Takes another product, now or at the next renewal.
    pub async fn change_product(
        &self,
        id: &str,
        action: Action,
        item_id: &str,
    ) -> Answer<ActionOutcome> {
        let options = Options {
            item_id: Some(item_id.to_owned()),
            ..Options::default()
        };
        self.act(id, action, &options).await
    }

    /// The store's record of a purchase.
    pub async fn purchase(&self, id: &str) -> Answer<Purchase> {
        self.send(Method::GET, &format!("/purchases/{id}"), NONE)
            .await
    }
}

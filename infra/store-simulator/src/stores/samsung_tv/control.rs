//! Typed control client of this store.

use super::{Action, ActionOutcome, ApiCalls, Configuration, NewPurchase, Options, Purchase};
use crate::{
    Control,
    store_control::{Answer, SimulatedStore, StoreControl},
};

/// Samsung Checkout. It sends no notifications; the subscription id of a look-up rule is compared
/// with the `CustomID`.
#[derive(Debug, Clone, Copy)]
pub struct SamsungTv;

impl SimulatedStore for SamsungTv {
    const SLUG: &'static str = "samsung-tv";
    type Configuration = Configuration;
    type Calls = ApiCalls;
    type NewPurchase = NewPurchase;
    type Purchase = Purchase;
    type Action = Action;
    type Options = Options;
    type Outcome = ActionOutcome;
}

/// Control client of one application. A purchase is identified by one of its listed invoices or by
/// its subscription id.
pub type SamsungTvControl = StoreControl<SamsungTv>;

impl Control {
    /// Returns a control client of one application of Samsung Checkout.
    #[must_use]
    pub fn samsung_tv(&self, app_id: impl Into<String>) -> SamsungTvControl {
        self.tenant(app_id)
    }
}

#[expect(
    clippy::missing_errors_doc,
    reason = "the type says it for all of them"
)]
impl StoreControl<SamsungTv> {
    /// Returns the application's id, as it appears in every call.
    #[must_use]
    pub fn app_id(&self) -> &str {
        self.tenant()
    }

    /// Returns the address of the store's own API.
    #[must_use]
    pub fn api_base_url(&self) -> String {
        format!("{}/openapi", self.base_url())
    }

    /// Changes the product, now or at the next renewal.
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
}

//! What an action can be told.

use serde::{Deserialize, Serialize};

use super::{CancelledBy, PurchaseToken, ReplacementMode};

/// What an action can be told. Fields that it has no use for are ignored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Replace, resubscribe, add: the product.
    pub product_id: Option<String>,
    /// Replace, resubscribe, add: its base plan; without it the only one of the product.
    pub base_plan_id: Option<String>,
    /// Replace, resubscribe: the offer.
    pub offer_id: Option<String>,
    /// Replace, resubscribe, top up: the new purchase's token; made up if not given.
    pub purchase_token: Option<PurchaseToken>,
    /// Replace: what becomes of the paid time.
    pub mode: ReplacementMode,
    /// Replace: it is not paid yet.
    pub pending: bool,
    /// Resubscribe: in the store's own pages.
    pub in_play: bool,
    /// Resubscribe in the app: who buys, if not the same account.
    pub account_id: Option<String>,
    /// Length of the grace period, the pause or the deferral.
    pub seconds: Option<u64>,
    /// Cancel (the customer, if not given), revoke (the developer): who.
    pub by: Option<CancelledBy>,
    /// Cancel: the answer to the survey, without the common prefix.
    pub reason: Option<String>,
    /// Refund, void: the order; the last one, if not given.
    pub order_id: Option<String>,
    /// Void: take it away too.
    pub revoke: bool,
    /// Void: look-ups show what they showed before, until `catchUp`.
    pub stale: bool,
    /// Void: 0 the customer, 1 the developer, 2 the store.
    pub voided_source: u32,
    /// Void: why, by the API's numbers.
    pub voided_reason: u32,
    /// Set the state: any word.
    pub state: Option<String>,
    /// Send the notifications in the other order.
    pub reverse_order: bool,
    /// Move the clock to the end of the period if the action belongs there.
    pub move_clock: bool,
    /// Send the notifications.
    pub notify: bool,
}

/// The API's number for a charge that the customer's bank took back.
const CHARGEBACK: u32 = 7;

impl Default for Options {
    fn default() -> Self {
        Self {
            product_id: None,
            base_plan_id: None,
            offer_id: None,
            purchase_token: None,
            mode: ReplacementMode::default(),
            pending: false,
            in_play: false,
            account_id: None,
            seconds: None,
            by: None,
            reason: None,
            order_id: None,
            revoke: true,
            stale: false,
            voided_source: 0,
            voided_reason: CHARGEBACK,
            state: None,
            reverse_order: false,
            move_clock: true,
            notify: true,
        }
    }
}

// By hand: accounts are personal data.
impl std::fmt::Debug for Options {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Options")
            .field("product_id", &self.product_id)
            .field("base_plan_id", &self.base_plan_id)
            .field("mode", &self.mode)
            .field("seconds", &self.seconds)
            .field("order_id", &self.order_id)
            .finish_non_exhaustive()
    }
}

impl Options {
    /// Options that name a plan.
    #[must_use]
    pub fn to_plan(product_id: impl Into<String>, base_plan_id: impl Into<String>) -> Self {
        Self {
            product_id: Some(product_id.into()),
            base_plan_id: Some(base_plan_id.into()),
            ..Self::default()
        }
    }

    /// Options with a length of time in seconds.
    #[must_use]
    pub fn lasting(seconds: u64) -> Self {
        Self {
            seconds: Some(seconds),
            ..Self::default()
        }
    }

    /// The same options, but nothing is sent.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}

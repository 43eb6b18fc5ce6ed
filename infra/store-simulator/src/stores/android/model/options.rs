//! Options of an action.

use serde::{Deserialize, Serialize};

use super::{CancelledBy, PurchaseToken, ReplacementMode};

/// Options of an action. Fields that the action does not use are ignored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Product, for `replace`, `replaceLater`, `resubscribe` and `addItem`.
    pub product_id: Option<String>,
    /// Base plan of the product. Defaults to its only one.
    pub base_plan_id: Option<String>,
    /// Offer, for `replace`, `replaceLater`, `resubscribe` and `addItem`.
    pub offer_id: Option<String>,
    /// Token of the new purchase, for `replace`, `replaceLater`, `resubscribe` and `topUp`.
    /// Generated if not given.
    pub purchase_token: Option<PurchaseToken>,
    /// Rule for the time that is already paid, for `replace`.
    pub mode: ReplacementMode,
    /// Whether the payment is pending, for `replace`.
    pub pending: bool,
    /// Whether it is bought in the store's own pages, for `resubscribe`.
    pub in_play: bool,
    /// Account that buys in the app, if another one, for `resubscribe`.
    pub account_id: Option<String>,
    /// Length of the grace period, the pause or the deferral, in seconds.
    pub seconds: Option<u64>,
    /// Originator, for `cancel` (by default the customer) and `revoke` (by default the developer).
    pub by: Option<CancelledBy>,
    /// Answer to the cancellation survey, without the common prefix, for `cancel`.
    pub reason: Option<String>,
    /// Order, for `refund` and `void`. Defaults to the last one.
    pub order_id: Option<String>,
    /// Revokes access too, for `void`.
    pub revoke: bool,
    /// Lets look-ups show the previous state until `catchUp`, for `void`.
    pub stale: bool,
    /// Source of a void: 0 the customer, 1 the developer, 2 the store.
    pub voided_source: u32,
    /// Reason of a void, by the API's numbers.
    pub voided_reason: u32,
    /// State to show, any text, for `setState`.
    pub state: Option<String>,
    /// Sends the notifications in reverse order.
    pub reverse_order: bool,
    /// Moves the clock to the end of the period if the action belongs there.
    pub move_clock: bool,
    /// Sends the notifications.
    pub notify: bool,
}

/// The API's number for a chargeback by the customer's bank.
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
    /// Creates options that name a plan.
    #[must_use]
    pub fn to_plan(product_id: impl Into<String>, base_plan_id: impl Into<String>) -> Self {
        Self {
            product_id: Some(product_id.into()),
            base_plan_id: Some(base_plan_id.into()),
            ..Self::default()
        }
    }

    /// Creates options with a duration in seconds.
    #[must_use]
    pub fn lasting(seconds: u64) -> Self {
        Self {
            seconds: Some(seconds),
            ..Self::default()
        }
    }

    /// Suppresses the notifications.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}

//! Options of an action.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ReceiptId;

/// Options of an action. Fields that the action does not use are ignored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Plan, for `changeNow` and `changeLater`.
    pub term_sku: Option<String>,
    /// Id of the new receipt, for `changeNow`. Generated if not given.
    pub receipt_id: Option<ReceiptId>,
    /// Length of the grace period in seconds, for `enterGrace`. Defaults to five days.
    pub seconds: Option<u64>,
    /// Reason instead of the usual one, for `expire`, `cancelOrder` and `cancelByAmazon`.
    pub cancel_reason: Option<u8>,
    /// Fields that look-ups show instead, for `show`.
    pub fields: Map<String, Value>,
    /// Fields that look-ups omit, for `show`.
    pub hidden: Vec<String>,
    /// Sends a notification about the end of the old receipt too, for `changeNow`.
    pub announce_old: bool,
    /// Sends the messages in reverse order.
    pub reverse_order: bool,
    /// Moves the clock to the time at which the action belongs, such as the end of the period.
    pub move_clock: bool,
    /// Sends the messages.
    pub notify: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            term_sku: None,
            receipt_id: None,
            seconds: None,
            cancel_reason: None,
            fields: Map::new(),
            hidden: Vec::new(),
            announce_old: false,
            reverse_order: false,
            move_clock: true,
            notify: true,
        }
    }
}

// By hand: replaced fields may name a customer.
impl std::fmt::Debug for Options {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Options")
            .field("term_sku", &self.term_sku)
            .field("seconds", &self.seconds)
            .field("cancel_reason", &self.cancel_reason)
            .finish_non_exhaustive()
    }
}

impl Options {
    /// Creates options that name a plan.
    #[must_use]
    pub fn to_term(term_sku: impl Into<String>) -> Self {
        Self {
            term_sku: Some(term_sku.into()),
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

    /// Creates options with a `cancelReason`.
    #[must_use]
    pub fn because(reason: u8) -> Self {
        Self {
            cancel_reason: Some(reason),
            ..Self::default()
        }
    }

    /// Suppresses the notifications.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }

    /// Applies the action now, without moving the clock.
    #[must_use]
    pub fn without_moving_the_clock(mut self) -> Self {
        self.move_clock = false;
        self
    }
}

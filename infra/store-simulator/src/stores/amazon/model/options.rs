//! What an action can be told.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::ReceiptId;

/// What an action can be told. Fields that it has no use for are ignored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Change: the plan.
    pub term_sku: Option<String>,
    /// Change now: the new receipt's id; made up if not given.
    pub receipt_id: Option<ReceiptId>,
    /// Enter grace: its length; the configured one if not given.
    pub seconds: Option<u64>,
    /// Expire, cancel: the reason, instead of the usual one.
    pub cancel_reason: Option<u8>,
    /// Show: fields of the look-up that differ.
    pub fields: Map<String, Value>,
    /// Show: fields of the look-up that are missing.
    pub hidden: Vec<String>,
    /// Change now: the end of the old receipt is told too.
    pub announce_old: bool,
    /// Send the messages in the other order.
    pub reverse_order: bool,
    /// Move the clock to where the action belongs, such as the end of the period.
    pub move_clock: bool,
    /// Send the messages.
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
    /// Options that name a plan.
    #[must_use]
    pub fn to_term(term_sku: impl Into<String>) -> Self {
        Self {
            term_sku: Some(term_sku.into()),
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

    /// Options with a `cancelReason`.
    #[must_use]
    pub fn because(reason: u8) -> Self {
        Self {
            cancel_reason: Some(reason),
            ..Self::default()
        }
    }

    /// The same options, but nothing is sent.
    #[must_use]
    pub fn silently(mut self) -> Self {
        self.notify = false;
        self
    }

    /// The same options, but the action happens now.
    #[must_use]
    pub fn without_moving_the_clock(mut self) -> Self {
        self.move_clock = false;
        self
    }
}

//! What an action can be told.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::TransactionId;

/// What an action can be told. Fields that it has no use for are ignored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Upgrade, downgrade: the other plan.
    pub product_code: Option<String>,
    /// Upgrade: with the other plan's free trial.
    pub with_trial: bool,
    /// Grace: how long.
    pub seconds: Option<u64>,
    /// Refund (all that is left, if not given), credit, offer, price: decimal text before tax.
    pub amount: Option<String>,
    /// Offer: for how many periods.
    pub periods: usize,
    /// Refund: which charge; the last one, if not given.
    pub of: Option<TransactionId>,
    /// Refund, credit: the publisher's reference.
    pub partner_reference_id: Option<String>,
    /// Refund: the customer did not buy it, so it ends too.
    pub unauthorized: bool,
    /// Move the expiration: to when.
    pub expiration_date: Option<Timestamp>,
    /// Set the answer: members that look-ups show instead.
    pub fields: Map<String, Value>,
    /// Set the answer: members that look-ups leave out.
    pub without: Vec<String>,
    /// The id of the transaction that it makes; made up if not given.
    pub transaction_id: Option<TransactionId>,
    /// Send the notifications in the other order.
    pub reverse_order: bool,
    /// Move the clock to the end of the period if the action belongs there.
    pub move_clock: bool,
    /// Send the notifications.
    pub notify: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            product_code: None,
            with_trial: false,
            seconds: None,
            amount: None,
            periods: 1,
            of: None,
            partner_reference_id: None,
            unauthorized: false,
            expiration_date: None,
            fields: Map::new(),
            without: Vec::new(),
            transaction_id: None,
            reverse_order: false,
            move_clock: true,
            notify: true,
        }
    }
}

// By hand: what look-ups show may be personal.
impl std::fmt::Debug for Options {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Options")
            .field("product_code", &self.product_code)
            .field("with_trial", &self.with_trial)
            .field("seconds", &self.seconds)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

impl Options {
    /// Options that name another plan.
    #[must_use]
    pub fn to_product(product_code: impl Into<String>) -> Self {
        Self {
            product_code: Some(product_code.into()),
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

    /// Options with an amount, decimal text before tax.
    #[must_use]
    pub fn of_amount(amount: impl Into<String>) -> Self {
        Self {
            amount: Some(amount.into()),
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

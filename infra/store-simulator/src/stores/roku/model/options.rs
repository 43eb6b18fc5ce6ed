//! Options of an action.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::TransactionId;

/// Options of an action. Fields that the action does not use are ignored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// Plan to change to, for `upgrade` and `downgrade`.
    pub product_code: Option<String>,
    /// Takes the other plan's free trial, for `upgrade`.
    pub with_trial: bool,
    /// Length of the grace period in seconds.
    pub seconds: Option<u64>,
    /// Amount as decimal text before tax, for `refund` (by default all that remains), `credit` and
    /// `startOffer`.
    pub amount: Option<String>,
    /// Number of periods of an offer.
    pub periods: usize,
    /// Charge to refund. Defaults to the last one.
    pub of: Option<TransactionId>,
    /// Publisher's reference, for `refund` and `credit`.
    pub partner_reference_id: Option<String>,
    /// Whether the customer did not authorize the purchase, so that a refund ends it too.
    pub unauthorized: bool,
    /// New end of the period, for `moveExpiration`.
    pub expiration_date: Option<Timestamp>,
    /// Members that look-ups show instead, for `setAnswer`.
    pub fields: Map<String, Value>,
    /// Members that look-ups omit, for `setAnswer`.
    pub without: Vec<String>,
    /// Id of the transaction that the action creates. Generated if not given.
    pub transaction_id: Option<TransactionId>,
    /// Sends the notifications in reverse order.
    pub reverse_order: bool,
    /// Moves the clock to the end of the period if the action belongs there.
    pub move_clock: bool,
    /// Sends the notifications.
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
    /// Creates options that name another plan.
    #[must_use]
    pub fn to_product(product_code: impl Into<String>) -> Self {
        Self {
            product_code: Some(product_code.into()),
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

    /// Creates options with an amount, decimal text before tax.
    #[must_use]
    pub fn of_amount(amount: impl Into<String>) -> Self {
        Self {
            amount: Some(amount.into()),
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

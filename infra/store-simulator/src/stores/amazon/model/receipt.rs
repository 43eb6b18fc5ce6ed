//! The store's record of a purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ActionError, ProductType, Promotion, ReceiptId, State, UserId};

/// Change of plan that takes effect at the next renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deferred {
    /// Time of the request.
    pub at: Timestamp,
    /// New plan.
    pub term_sku: String,
}

/// Receipt in the store's records. Times are UTC.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// Receipt id.
    pub receipt_id: ReceiptId,
    /// Customer.
    pub user_id: UserId,
    /// Name that is shared by the receipts that follow each other by changes of plan and repeated
    /// purchases; not secret.
    pub chain: String,
    /// SKU; of a subscription the parent's.
    pub product_id: String,
    /// Kind of the product.
    pub product_type: ProductType,
    /// Plan.
    pub term_sku: Option<String>,
    /// Length of a period, in words.
    pub term: Option<String>,
    /// Time of purchase.
    pub purchased_at: Timestamp,
    /// Start of the current period.
    pub period_start: Option<Timestamp>,
    /// End of the current period.
    pub period_end: Option<Timestamp>,
    /// Time from which periods are counted.
    pub anchor: Timestamp,
    /// Number of periods begun since then.
    pub periods: u32,
    /// Number of renewals, including conversions and recoveries.
    pub renewals: u32,
    /// Whether it will renew.
    pub auto_renewing: bool,
    /// Time of the end.
    pub cancelled_at: Option<Timestamp>,
    /// Reason for the end.
    pub cancel_reason: Option<u8>,
    /// End of the trial, while in the trial.
    pub trial_ends: Option<Timestamp>,
    /// End of the grace period, while in it.
    pub grace_ends: Option<Timestamp>,
    /// Pending change of plan.
    pub deferred: Option<Deferred>,
    /// Promotions that the customer received.
    pub promotions: Vec<Promotion>,
    /// Time at which the app reported the fulfilment.
    pub fulfilled_at: Option<Timestamp>,
    /// Reported result of the fulfilment.
    pub fulfillment_result: Option<String>,
    /// Country of the customer.
    pub country_code: String,
    /// Receipts that this add-on belongs to.
    pub base_receipts: Vec<ReceiptId>,
    /// Whether it was bought in the store's own pages.
    pub quick_subscribe: bool,
    /// Whether only the sandbox knows it.
    pub sandbox: bool,
    /// Whether it was bought in a live test.
    pub beta: bool,
    /// Whether look-ups answer that it is no longer valid.
    pub invalid: bool,
    /// Receipt that replaced it.
    pub replaced_by: Option<ReceiptId>,
    /// Receipt that it replaced.
    pub replaces: Option<ReceiptId>,
    /// Fields that look-ups show instead of the real ones.
    pub shown: Map<String, Value>,
    /// Fields that look-ups omit.
    pub hidden: Vec<String>,
}

// By hand: customers' ids are personal data, and replaced fields may have them.
impl std::fmt::Debug for Receipt {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Receipt")
            .field("chain", &self.chain)
            .field("product_id", &self.product_id)
            .field("term_sku", &self.term_sku)
            .field("period_end", &self.period_end)
            .field("auto_renewing", &self.auto_renewing)
            .field("cancelled_at", &self.cancelled_at)
            .field("cancel_reason", &self.cancel_reason)
            .finish_non_exhaustive()
    }
}

impl Receipt {
    /// Returns the state.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> State {
        let past = |end: Option<Timestamp>| end.is_some_and(|end| end <= now);
        let lapsed = self.is_subscription() && !self.auto_renewing && past(self.period_end);
        if self.invalid || past(self.cancelled_at) || lapsed {
            State::Ended
        } else if self.grace_ends.is_some() {
            State::InGrace
        } else if self.is_subscription() && !self.auto_renewing {
            State::WontRenew
        } else if self.trial_ends.is_some() {
            State::InTrial
        } else {
            State::Active
        }
    }

    /// Returns whether the customer has access.
    #[must_use]
    pub fn grants(&self, now: Timestamp) -> bool {
        let ahead = |end: Timestamp| end > now;
        let paid = self.grace_ends.or(self.period_end).is_none_or(ahead);
        self.state(now) != State::Ended && paid
    }

    /// Returns whether it is a subscription.
    #[must_use]
    pub fn is_subscription(&self) -> bool {
        self.product_type == ProductType::Subscription
    }

    /// Returns the SKU that a purchase of its product names.
    pub(super) fn sku(&self) -> &str {
        self.term_sku.as_deref().unwrap_or(&self.product_id)
    }

    pub(super) fn must_be(&self, states: &[State], now: Timestamp) -> Result<(), ActionError> {
        let state = self.state(now);
        if states.contains(&state) {
            return Ok(());
        }
        Err(ActionError::WrongState(state))
    }

    /// Returns the end of the period; an error for anything but a subscription.
    pub(super) fn end_of_period(&self) -> Result<Timestamp, ActionError> {
        self.period_end.ok_or(ActionError::NotSubscription)
    }

    /// Ends the receipt permanently.
    pub(super) fn end(&mut self, at: Timestamp, reason: Option<u8>) {
        self.cancelled_at = Some(at);
        self.cancel_reason = reason;
        self.auto_renewing = false;
        self.trial_ends = None;
        self.grace_ends = None;
        self.deferred = None;
    }
}

//! The store's record of a purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ActionError, ProductType, Promotion, ReceiptId, State, UserId};

/// A change of the plan that waits for the next renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deferred {
    /// When.
    pub at: Timestamp,
    /// To which plan.
    pub term_sku: String,
}

/// A receipt as the store knows it. Times are UTC.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// What names it.
    pub receipt_id: ReceiptId,
    /// The customer.
    pub user_id: UserId,
    /// Names the receipts that follow each other by changes of the plan and by buying again; no
    /// secret.
    pub chain: String,
    /// The SKU, of a subscription the parent's.
    pub product_id: String,
    /// Its kind.
    pub product_type: ProductType,
    /// The plan.
    pub term_sku: Option<String>,
    /// How long a period is, in words.
    pub term: Option<String>,
    /// When it was bought.
    pub purchased_at: Timestamp,
    /// The present period.
    pub period_start: Option<Timestamp>,
    /// Its end.
    pub period_end: Option<Timestamp>,
    /// From when on periods are counted.
    pub anchor: Timestamp,
    /// How many periods were begun since then.
    pub periods: u32,
    /// How many renewals there were, conversions and recoveries too.
    pub renewals: u32,
    /// It will renew.
    pub auto_renewing: bool,
    /// When it ended.
    pub cancelled_at: Option<Timestamp>,
    /// Why.
    pub cancel_reason: Option<u8>,
    /// In the trial: its end.
    pub trial_ends: Option<Timestamp>,
    /// In the grace period: its end.
    pub grace_ends: Option<Timestamp>,
    /// A change of the plan that waits.
    pub deferred: Option<Deferred>,
    /// What the customer got.
    pub promotions: Vec<Promotion>,
    /// When the app reported what became of it.
    pub fulfilled_at: Option<Timestamp>,
    /// What that was.
    pub fulfillment_result: Option<String>,
    /// The customer's country.
    pub country_code: String,
    /// What it is added to.
    pub base_receipts: Vec<ReceiptId>,
    /// Bought in the store's own pages.
    pub quick_subscribe: bool,
    /// Only the sandbox knows it.
    pub sandbox: bool,
    /// Bought in a live test.
    pub beta: bool,
    /// Look-ups say that it is no longer valid.
    pub invalid: bool,
    /// The receipt that replaced it.
    pub replaced_by: Option<ReceiptId>,
    /// The receipt that it replaced.
    pub replaces: Option<ReceiptId>,
    /// Fields that look-ups show instead of the truth.
    pub shown: Map<String, Value>,
    /// Fields that look-ups leave out.
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
    /// Where it stands.
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

    /// Whether the customer may use it.
    #[must_use]
    pub fn grants(&self, now: Timestamp) -> bool {
        let ahead = |end: Timestamp| end > now;
        let paid = self.grace_ends.or(self.period_end).is_none_or(ahead);
        self.state(now) != State::Ended && paid
    }

    /// It renews.
    #[must_use]
    pub fn is_subscription(&self) -> bool {
        self.product_type == ProductType::Subscription
    }

    /// What names its product in a purchase.
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

    /// The end of a period that a subscription has, and nothing else.
    pub(super) fn end_of_period(&self) -> Result<Timestamp, ActionError> {
        self.period_end.ok_or(ActionError::NotSubscription)
    }

    /// Ends it, for good.
    pub(super) fn end(&mut self, at: Timestamp, reason: Option<u8>) {
        self.cancelled_at = Some(at);
        self.cancel_reason = reason;
        self.auto_renewing = false;
        self.trial_ends = None;
        self.grace_ends = None;
        self.deferred = None;
    }
}

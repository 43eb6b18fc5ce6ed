//! The store's record of a purchase: all transactions that have the same first one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Money, Origin, Plan, State, Transaction, TransactionId, TransactionType};

/// Way in which a purchase replaces another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PurchaseType {
    /// Change to a dearer plan, at once.
    Upgrade,
    /// Change to a cheaper plan, at the end of the period.
    Downgrade,
}

/// Progress of the dispute about the last charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Dispute {
    /// The bank has taken the money.
    ChargedBack,
    /// Roku has recovered it.
    Reversed,
    /// The bank has taken it again.
    ChargedBackAgain,
}

/// Terms of a retention offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RetentionOffer {
    /// Price of a period.
    pub amount: Money,
    /// Number of further periods with that price.
    pub periods: usize,
}

/// Purchase with its history.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// Name in records that anyone may read, such as `line-1`.
    pub line: String,
    /// First transaction.
    pub original_transaction_id: TransactionId,
    /// Last transaction that bought a period.
    pub transaction_id: TransactionId,
    /// Every transaction, oldest first.
    pub transactions: Vec<Transaction>,
    /// Customer's id with Roku.
    pub customer_id: String,
    /// Channel that sold it.
    pub channel_id: String,
    /// Plan.
    pub product_code: String,
    /// Stored state; [`Purchase::state_at`] also considers ends without a notification.
    pub state: State,
    /// Whether it is in its free trial.
    pub in_trial: bool,
    /// Time of the first purchase.
    pub original_purchase_date: Timestamp,
    /// End of the period; `None` if it was bought once.
    pub expiration_date: Option<Timestamp>,
    /// End of unpaid access.
    pub grace_until: Option<Timestamp>,
    /// End of the attempts at payment.
    pub hold_until: Option<Timestamp>,
    /// Retention offer in effect.
    pub offer: Option<RetentionOffer>,
    /// Remaining service credit.
    pub credit: Money,
    /// Way in which it replaces another purchase, if it does.
    pub purchase_type: Option<PurchaseType>,
    /// Transactions that were cancelled for it.
    pub cancelled_transaction_ids: Vec<TransactionId>,
    /// First transaction of the purchase that it replaces.
    pub replaces: Option<TransactionId>,
    /// First transaction of the purchase that replaces it.
    pub replaced_by: Option<TransactionId>,
    /// Dispute about the last charge.
    pub dispute: Option<Dispute>,
    /// Place of the purchase.
    pub origin: Origin,
    pub(super) personal: bool,
    /// Members that look-ups show instead of the real ones.
    pub shown: Map<String, Value>,
    /// Members that look-ups omit.
    pub hidden: Vec<String>,
}

// By hand: it names a customer.
impl std::fmt::Debug for Purchase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Purchase")
            .field("line", &self.line)
            .field("product_code", &self.product_code)
            .field("state", &self.state)
            .field("expiration_date", &self.expiration_date)
            .finish_non_exhaustive()
    }
}

impl Purchase {
    /// Returns the state at a time: a cancelled purchase has ended once its end has passed.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> State {
        let runs_out = matches!(self.state, State::Cancelled | State::PendingInactive);
        if runs_out && self.expiration_date.is_some_and(|end| end <= now) {
            return State::Ended;
        }
        self.state
    }

    /// Returns whether it gives access, whatever look-ups show.
    #[must_use]
    pub fn grants(&self, now: Timestamp) -> bool {
        match self.state_at(now) {
            State::Active
            | State::InGrace
            | State::OneTime
            | State::Cancelled
            | State::PendingInactive => true,
            State::OnHold | State::PendingActive | State::Ended => false,
        }
    }

    /// Returns its refunds, oldest first.
    pub fn refunds(&self) -> impl DoubleEndedIterator<Item = &Transaction> {
        self.of_kind(TransactionType::Refund)
    }

    /// Returns its transactions of one kind, oldest first.
    pub fn of_kind(&self, kind: TransactionType) -> impl DoubleEndedIterator<Item = &Transaction> {
        let all = self.transactions.iter();
        all.filter(move |transaction| transaction.kind == kind)
    }

    pub(super) fn transaction(&self, id: &str) -> Option<&Transaction> {
        let mut all = self.transactions.iter();
        all.find(|transaction| transaction.transaction_id.as_str() == id)
    }

    /// Returns the transaction that bought its last period.
    pub(super) fn last_charge(&self) -> Option<&Transaction> {
        self.transaction(&self.transaction_id)
    }

    /// Returns the price of the next period, before tax.
    pub(super) fn next_price(&self, plan: &Plan) -> Money {
        if let Some(offer) = &self.offer {
            return offer.amount;
        }
        let paid = self.transactions.iter();
        let paid = paid.filter(|transaction| transaction.kind.is_charge() && !transaction.trial);
        match plan.intro_amount {
            Some(amount) if paid.count() < plan.intro_periods => amount,
            _ => plan.amount,
        }
    }
}

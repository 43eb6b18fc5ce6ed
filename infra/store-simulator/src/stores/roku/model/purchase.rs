//! A purchase as the store keeps it: all transactions that have the same first one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Money, Origin, Plan, State, Transaction, TransactionId, TransactionType};

/// How a purchase came to replace another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PurchaseType {
    /// By a dearer plan, at once.
    Upgrade,
    /// By a cheaper plan, at the end of the period.
    Downgrade,
}

/// How far the dispute about the last charge has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Dispute {
    /// The bank has taken the money.
    ChargedBack,
    /// Roku has got it back.
    Reversed,
    /// The bank has taken it again.
    ChargedBackAgain,
}

/// The terms of a retention offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RetentionOffer {
    /// What a period costs.
    pub amount: Money,
    /// How many periods more cost that.
    pub periods: usize,
}

/// A purchase with its history.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// What names it in records that everybody may read, such as `line-1`.
    pub line: String,
    /// The first transaction.
    pub original_transaction_id: TransactionId,
    /// The last transaction that bought a period.
    pub transaction_id: TransactionId,
    /// Everything that happened, oldest first.
    pub transactions: Vec<Transaction>,
    /// The customer's id with Roku.
    pub customer_id: String,
    /// Which channel sold it.
    pub channel_id: String,
    /// Which plan.
    pub product_code: String,
    /// Where it stands; [`Purchase::state_at`] knows ends that nobody was told of.
    pub state: State,
    /// In its free trial.
    pub in_trial: bool,
    /// When it was first bought.
    pub original_purchase_date: Timestamp,
    /// Where the period ends; none if it was bought once.
    pub expiration_date: Option<Timestamp>,
    /// Until when access goes on unpaid.
    pub grace_until: Option<Timestamp>,
    /// Until when payment is tried.
    pub hold_until: Option<Timestamp>,
    /// The retention offer that runs.
    pub offer: Option<RetentionOffer>,
    /// What is left of service credits.
    pub credit: Money,
    /// Upgrade or downgrade of another.
    pub purchase_type: Option<PurchaseType>,
    /// The transactions that were cancelled for it.
    pub cancelled_transaction_ids: Vec<TransactionId>,
    /// The first transaction of what it replaces.
    pub replaces: Option<TransactionId>,
    /// The first transaction of what replaces it.
    pub replaced_by: Option<TransactionId>,
    /// The dispute about the last charge.
    pub dispute: Option<Dispute>,
    /// Where it was made.
    pub origin: Origin,
    pub(super) personal: bool,
    /// Members that look-ups show instead.
    pub shown: Map<String, Value>,
    /// Members that look-ups leave out.
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
    /// Where it stands at a time: what was cancelled is over once its end has come.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> State {
        let runs_out = matches!(self.state, State::Cancelled | State::PendingInactive);
        if runs_out && self.expiration_date.is_some_and(|end| end <= now) {
            return State::Ended;
        }
        self.state
    }

    /// Whether it gives access, whatever look-ups show.
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

    /// Its refunds, oldest first.
    pub fn refunds(&self) -> impl DoubleEndedIterator<Item = &Transaction> {
        self.of_kind(TransactionType::Refund)
    }

    /// Its transactions of one kind, oldest first.
    pub fn of_kind(&self, kind: TransactionType) -> impl DoubleEndedIterator<Item = &Transaction> {
        let all = self.transactions.iter();
        all.filter(move |transaction| transaction.kind == kind)
    }

    pub(super) fn transaction(&self, id: &str) -> Option<&Transaction> {
        let mut all = self.transactions.iter();
        all.find(|transaction| transaction.transaction_id.as_str() == id)
    }

    /// What bought its last period.
    pub(super) fn last_charge(&self) -> Option<&Transaction> {
        self.transaction(&self.transaction_id)
    }

    /// What the next period costs, before tax.
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

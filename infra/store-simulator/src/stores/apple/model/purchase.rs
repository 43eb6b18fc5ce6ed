//! Purchases: subscriptions with their periods, and one-time purchases.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ActionError, AppliedOffer, Environment, Ownership, ProductKind, State, Transaction};

/// All transactions under one `originalTransactionId`, with their common state.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// Id of the first transaction.
    pub original_transaction_id: String,
    /// Environment of the purchase.
    pub environment: Environment,
    /// Name of the Apple account.
    pub customer: String,
    /// Id of that account in this app.
    pub app_transaction_id: String,
    /// Kind of the product.
    pub kind: ProductKind,
    /// Subscription group, of a renewing product.
    pub group_id: Option<String>,
    /// Current product.
    pub product_id: String,
    /// Ownership: bought or shared.
    pub ownership: Ownership,
    /// Purchase of the family member who pays.
    pub shared_by: Option<String>,
    /// `appAccountToken`.
    pub app_account_token: Option<String>,
    /// Storefront, three letters.
    pub storefront: String,
    /// Stored state.
    pub state: State,
    /// Whether renewals are on.
    pub auto_renew: bool,
    /// Product of the next period.
    pub next_product_id: String,
    /// End of the grace period.
    pub grace_period_expires_date: Option<Timestamp>,
    /// Reason for the end, by number.
    pub expiration_intent: Option<u8>,
    /// Date of the first transaction.
    pub original_purchase_date: Timestamp,
    /// Start of the current uninterrupted run.
    pub recent_start: Timestamp,
    /// Transactions, oldest first.
    pub transactions: Vec<Transaction>,
}

// By hand: accounts are personal data.
impl std::fmt::Debug for Purchase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Purchase")
            .field("original_transaction_id", &self.original_transaction_id)
            .field("environment", &self.environment)
            .field("product_id", &self.product_id)
            .field("ownership", &self.ownership)
            .field("state", &self.state)
            .field("transactions", &self.transactions)
            .finish_non_exhaustive()
    }
}

impl Purchase {
    /// Returns the last transaction.
    #[must_use]
    pub fn latest(&self) -> Option<&Transaction> {
        self.transactions.last()
    }

    /// Returns the transaction with this id.
    #[must_use]
    pub fn transaction(&self, transaction_id: &str) -> Option<&Transaction> {
        let mut all = self.transactions.iter();
        all.find(|one| one.transaction_id == transaction_id)
    }

    /// Returns the end of the last period.
    #[must_use]
    pub fn expires_date(&self) -> Option<Timestamp> {
        self.latest()?.expires_date
    }

    /// Returns the state that the store shows: a cancelled subscription expires by itself, and so
    /// does a grace period; a charge that fails before the end of the period does not take access
    /// away yet.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> State {
        let passed = |time: Option<Timestamp>| time.is_some_and(|time| time <= now);
        let over = passed(self.expires_date());
        match self.state {
            State::Active if self.renews() && !self.auto_renew && over => State::Expired,
            State::Grace if passed(self.grace_period_expires_date) => State::BillingRetry,
            State::BillingRetry if !over => State::Active,
            kept => kept,
        }
    }

    /// Returns whether the customer has access.
    #[must_use]
    pub fn grants(&self, now: Timestamp) -> bool {
        let Some(latest) = self.latest() else {
            return false;
        };
        let future = |time: Option<Timestamp>| time.is_some_and(|time| time > now);
        let in_time = match latest.expires_date {
            None => true,
            end => future(end) || future(self.grace_period_expires_date),
        };
        latest.revocation.is_none() && in_time
    }

    pub(super) fn renews(&self) -> bool {
        self.kind == ProductKind::AutoRenewable
    }

    pub(super) fn is_live(&self) -> bool {
        matches!(self.state, State::Active | State::Grace)
    }

    pub(super) fn require(&self, states: &[State]) -> Result<(), ActionError> {
        if !self.renews() {
            return Err(ActionError::NotRenewable);
        }
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(ActionError::WrongState(self.state))
    }

    /// Returns the end of the last period of a renewing product.
    pub(super) fn end(&self) -> Result<Timestamp, ActionError> {
        self.expires_date().ok_or(ActionError::NotRenewable)
    }

    pub(super) fn latest_mut(&mut self) -> Result<&mut Transaction, ActionError> {
        let last = self.transactions.last_mut();
        last.ok_or(ActionError::NoTransaction)
    }

    /// Returns the offer of the next period.
    pub(super) fn offer_of_next_period(&self) -> Option<AppliedOffer> {
        let offer = self.latest()?.offer.as_ref()?;
        let goes_on = offer.periods_left > 0 && self.next_product_id == self.product_id;
        goes_on.then(|| offer.offer.applied(offer.periods_left - 1))
    }
}

//! The store's record of a purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ActionError, CancelledBy, Item, PurchaseToken, State};

/// Cancellation of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cancellation {
    /// Originator.
    pub by: CancelledBy,
    /// Time.
    pub at: Timestamp,
    /// Customer's answer to the survey, without the common prefix, such as `COST_RELATED`.
    pub reason: Option<String>,
}

/// Order of a successful charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Order id, such as `GPA.3300-1111-2222-33333..0`.
    pub order_id: String,
    /// Time of payment.
    pub paid_at: Timestamp,
    /// Whether it is in the list of voided purchases.
    pub voided: bool,
}

/// Expired purchase that was bought again in the store's own pages.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutOfApp {
    /// Token of the expired purchase.
    pub expired_purchase_token: PurchaseToken,
    /// Obfuscated account id of the expired purchase.
    pub account_id: Option<String>,
    /// Obfuscated profile id of the expired purchase.
    pub profile_id: Option<String>,
}

/// Purchase in the store's records. Times are UTC.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// Purchase token.
    pub purchase_token: PurchaseToken,
    /// First order; renewals append `..0`, `..1` and so on.
    pub order_id: String,
    /// First order of the first purchase in its chain of replacements.
    pub first_order_id: String,
    /// State after the last action.
    pub state: State,
    /// State that look-ups show instead, known to the API or not.
    pub shown_state: Option<String>,
    /// Time of the first payment.
    pub start: Option<Timestamp>,
    /// Billing country.
    pub region_code: String,
    /// `obfuscatedExternalAccountId`.
    pub account_id: Option<String>,
    /// `obfuscatedExternalProfileId`.
    pub profile_id: Option<String>,
    /// Whether a licence tester bought it.
    pub test: bool,
    /// Whether the developer acknowledged it.
    pub acknowledged: bool,
    /// Deadline of the acknowledgement.
    pub acknowledge_by: Option<Timestamp>,
    /// Purchase that this one replaces.
    pub linked_purchase_token: Option<PurchaseToken>,
    /// Purchase that replaced this one.
    pub replaced_by: Option<PurchaseToken>,
    /// Cancellation, if it no longer renews.
    pub cancellation: Option<Cancellation>,
    /// Whether access was revoked before the end.
    pub revoked: bool,
    /// Unpaid order, in the grace period or on hold.
    pub pending_order_id: Option<String>,
    /// End of the paid time, in the grace period.
    pub paid_until: Option<Timestamp>,
    /// Time at which the store gives up, on hold.
    pub hold_ends: Option<Timestamp>,
    /// Length in seconds of a pause that begins at the end of the period.
    pub pause_seconds: Option<u64>,
    /// End of the pause, while paused.
    pub resumes_at: Option<Timestamp>,
    /// Line items; never empty.
    pub items: Vec<Item>,
    /// Orders of every successful charge, oldest first.
    pub orders: Vec<Order>,
    /// Number of renewals charged.
    pub renewals: u32,
    /// Expired purchase that it follows, until acknowledged, if bought in the store's own pages.
    pub out_of_app: Option<OutOfApp>,
    /// Response that look-ups show instead of the real one.
    pub stale: Option<Value>,
    /// Number of changes.
    pub version: u64,
}

// By hand: accounts are personal data.
impl std::fmt::Debug for Purchase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Purchase")
            .field("order_id", &self.order_id)
            .field("state", &self.state)
            .field("cancellation", &self.cancellation)
            .field("acknowledged", &self.acknowledged)
            .field("revoked", &self.revoked)
            .field("items", &self.items)
            .field("orders", &self.orders)
            .finish_non_exhaustive()
    }
}

impl Purchase {
    /// Returns the latest end of its items.
    #[must_use]
    pub fn expiry(&self) -> Option<Timestamp> {
        self.items.iter().filter_map(|item| item.expiry).max()
    }

    /// Returns the last successful order, or the unpaid one.
    #[must_use]
    pub fn latest_order_id(&self) -> &str {
        let paid = self.orders.last().map(|order| order.order_id.as_str());
        let latest = self.pending_order_id.as_deref().or(paid);
        latest.unwrap_or(&self.order_id)
    }

    /// Returns whether it gives access: it runs, its end has not come, nothing replaced it, and it
    /// was not revoked.
    #[must_use]
    pub fn grants(&self, now: Timestamp) -> bool {
        let runs = matches!(
            self.state,
            State::Active | State::Canceled | State::InGracePeriod
        );
        let ahead = self.expiry().is_some_and(|end| end > now);
        runs && ahead && self.replaced_by.is_none() && !self.revoked
    }

    /// Returns the state that a look-up shows.
    #[must_use]
    pub fn state_at(&self, now: Timestamp) -> State {
        let lapses = match self.state {
            State::Canceled => true,
            State::Active => self.is_prepaid(),
            _ => false,
        };
        match self.expiry() {
            Some(end) if lapses && end <= now => State::Expired,
            _ => self.state,
        }
    }

    /// Returns whether it is topped up rather than renewed.
    #[must_use]
    pub fn is_prepaid(&self) -> bool {
        self.items.iter().any(|item| item.prepaid)
    }

    /// Returns the main item; the others are add-ons or have ended.
    pub(super) fn main_item(&self) -> Result<&Item, ActionError> {
        let first = self.items.iter().find(|item| !item.ended);
        first.or(self.items.first()).ok_or(ActionError::NoItem)
    }

    pub(super) fn must_be(&self, states: &[State]) -> Result<(), ActionError> {
        if states.contains(&self.state) {
            return Ok(());
        }
        Err(ActionError::WrongState(self.state))
    }

    pub(super) fn must_renew(&self) -> Result<(), ActionError> {
        if self.is_prepaid() {
            return Err(ActionError::Prepaid);
        }
        Ok(())
    }

    /// Returns the end of the paid time, or `otherwise` when it has none.
    pub(super) fn expiry_or(&self, otherwise: Timestamp) -> Timestamp {
        self.expiry().unwrap_or(otherwise)
    }

    /// Returns the id of the next renewal's order.
    pub(super) fn next_order_id(&self) -> String {
        format!("{}..{}", self.order_id, self.renewals)
    }

    /// Ends the purchase at `at`, or earlier if its end is earlier.
    pub(super) fn end(&mut self, at: Timestamp) {
        self.state = State::Expired;
        for item in &mut self.items {
            item.expiry = item.expiry.map(|end| end.min(at));
            item.auto_renew = false;
            item.deferred_replacement = None;
        }
        self.leave_failure();
        self.pause_seconds = None;
        self.resumes_at = None;
    }

    pub(super) fn leave_failure(&mut self) {
        self.pending_order_id = None;
        self.paid_until = None;
        self.hold_ends = None;
    }
}

//! The store's record of a purchase.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ActionError, CancelledBy, Item, PurchaseToken, State};

/// Why a purchase does not renew any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cancellation {
    /// Who ended it.
    pub by: CancelledBy,
    /// When.
    pub at: Timestamp,
    /// The customer's answer to the survey, without the common prefix, such as `COST_RELATED`.
    pub reason: Option<String>,
}

/// A charge that succeeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Order {
    /// Such as `GPA.3300-1111-2222-33333..0`.
    pub order_id: String,
    /// When.
    pub paid_at: Timestamp,
    /// It is in the list of voided purchases.
    pub voided: bool,
}

/// Whose expired purchase was bought again in the store's own pages.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutOfApp {
    /// The expired purchase.
    pub expired_purchase_token: PurchaseToken,
    /// Its obfuscated account id.
    pub account_id: Option<String>,
    /// Its obfuscated profile id.
    pub profile_id: Option<String>,
}

/// A purchase as the store knows it. Times are UTC.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// What names it.
    pub purchase_token: PurchaseToken,
    /// The first order; renewals are `..0`, `..1` and so on behind it.
    pub order_id: String,
    /// The first order of the first purchase in its chain of replacements.
    pub first_order_id: String,
    /// What was last done to it.
    pub state: State,
    /// Shown instead of the state, known to the API or not.
    pub shown_state: Option<String>,
    /// When it was paid for the first time.
    pub start: Option<Timestamp>,
    /// The billing country.
    pub region_code: String,
    /// `obfuscatedExternalAccountId`.
    pub account_id: Option<String>,
    /// `obfuscatedExternalProfileId`.
    pub profile_id: Option<String>,
    /// A licence tester bought it.
    pub test: bool,
    /// The developer acknowledged it.
    pub acknowledged: bool,
    /// Until when that must be done.
    pub acknowledge_by: Option<Timestamp>,
    /// The purchase that this one replaces.
    pub linked_purchase_token: Option<PurchaseToken>,
    /// The purchase that replaced this one.
    pub replaced_by: Option<PurchaseToken>,
    /// Why it does not renew any more.
    pub cancellation: Option<Cancellation>,
    /// It was taken away before its end.
    pub revoked: bool,
    /// In the grace period or on hold: the order that is not paid.
    pub pending_order_id: Option<String>,
    /// In the grace period: the end of what is paid.
    pub paid_until: Option<Timestamp>,
    /// On hold: when the store gives up.
    pub hold_ends: Option<Timestamp>,
    /// A pause of this many seconds begins at the end of the period.
    pub pause_seconds: Option<u64>,
    /// Paused: until when.
    pub resumes_at: Option<Timestamp>,
    /// What it consists of; never empty.
    pub items: Vec<Item>,
    /// Every charge that succeeded, oldest first.
    pub orders: Vec<Order>,
    /// How many renewals were charged.
    pub renewals: u32,
    /// Bought again in the store's own pages, and not acknowledged yet.
    pub out_of_app: Option<OutOfApp>,
    /// What look-ups show instead of the truth.
    pub stale: Option<Value>,
    /// How often it changed.
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
    /// The latest end of its items.
    #[must_use]
    pub fn expiry(&self) -> Option<Timestamp> {
        self.items.iter().filter_map(|item| item.expiry).max()
    }

    /// The last charge that succeeded, or the one that is not paid.
    #[must_use]
    pub fn latest_order_id(&self) -> &str {
        let paid = self.orders.last().map(|order| order.order_id.as_str());
        let latest = self.pending_order_id.as_deref().or(paid);
        latest.unwrap_or(&self.order_id)
    }

    /// Whether it gives access: it runs, its end has not come, nothing replaced it, and it was
    /// not taken away.
    #[must_use]
    pub fn grants(&self, now: Timestamp) -> bool {
        let runs = matches!(
            self.state,
            State::Active | State::Canceled | State::InGracePeriod
        );
        let ahead = self.expiry().is_some_and(|end| end > now);
        runs && ahead && self.replaced_by.is_none() && !self.revoked
    }

    /// The state that a look-up shows, by the API's word.
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

    /// It does not renew, it is topped up.
    #[must_use]
    pub fn is_prepaid(&self) -> bool {
        self.items.iter().any(|item| item.prepaid)
    }

    /// The item that the purchase is about; the others are add-ons or have ended.
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

    /// The end of what is paid, or `otherwise` when it has none.
    pub(super) fn expiry_or(&self, otherwise: Timestamp) -> Timestamp {
        self.expiry().unwrap_or(otherwise)
    }

    /// The id that the next renewal's order has.
    pub(super) fn next_order_id(&self) -> String {
        format!("{}..{}", self.order_id, self.renewals)
    }

    /// Ends it, at the latest now.
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

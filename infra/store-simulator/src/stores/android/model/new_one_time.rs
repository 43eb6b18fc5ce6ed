//! One-time purchase to make, and the actions on it.

use serde::{Deserialize, Serialize};

use super::{PurchaseToken, new_purchase::germany};

/// Purchase to make of any one-time product.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewOneTimePurchase {
    /// Purchase token. Generated if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_token: Option<PurchaseToken>,
    /// One-time product.
    pub product_id: String,
    /// `obfuscatedExternalAccountId`, as the app sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// `obfuscatedExternalProfileId`, as the app sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_id: Option<String>,
    /// Billing country.
    #[serde(default = "germany")]
    pub region_code: String,
    /// Whether a licence tester buys.
    #[serde(default)]
    pub test: bool,
    /// Whether the payment is pending.
    #[serde(default)]
    pub pending: bool,
    /// Number of units.
    #[serde(default = "one")]
    pub quantity: u32,
    /// Sends the notification.
    #[serde(default = "yes")]
    pub notify: bool,
}

// By hand: accounts are personal data.
impl std::fmt::Debug for NewOneTimePurchase {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("NewOneTimePurchase")
            .field("product_id", &self.product_id)
            .field("pending", &self.pending)
            .finish_non_exhaustive()
    }
}

const fn one() -> u32 {
    1
}

const fn yes() -> bool {
    true
}

impl NewOneTimePurchase {
    /// Creates a purchase of this product that names no account.
    #[must_use]
    pub fn of(product_id: impl Into<String>) -> Self {
        Self {
            purchase_token: None,
            product_id: product_id.into(),
            account_id: None,
            profile_id: None,
            region_code: germany(),
            test: false,
            pending: false,
            quantity: one(),
            notify: true,
        }
    }

    /// Sets the purchase token.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<PurchaseToken>) -> Self {
        self.purchase_token = Some(token.into());
        self
    }

    /// Names the account.
    #[must_use]
    pub fn for_account(mut self, account_id: impl Into<String>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    /// Makes it by a licence tester.
    #[must_use]
    pub const fn as_test(mut self) -> Self {
        self.test = true;
        self
    }

    /// Leaves the payment pending.
    #[must_use]
    pub const fn pending(mut self) -> Self {
        self.pending = true;
        self
    }

    /// Sets the number of units.
    #[must_use]
    pub const fn times(mut self, quantity: u32) -> Self {
        self.quantity = quantity;
        self
    }

    /// Suppresses the notification.
    #[must_use]
    pub const fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}

/// Action on a one-time purchase. The notifications are in brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OneTimeAction {
    /// The pending payment is completed (1).
    CompletePending,
    /// The purchase is cancelled before it is paid (2).
    CancelPending,
    /// The purchase is refunded and revoked (`voided`).
    Refund,
    /// Look-ups show `state` from now on, or the real one if it is not given.
    SetState,
    /// The app acknowledges the purchase, not the developer's server.
    Acknowledge,
}

/// Options of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct OneTimeOptions {
    /// State to show, any text, for `setState`.
    pub state: Option<String>,
    /// Source of a refund: 0 the customer, 1 the developer, 2 the store.
    pub voided_source: u32,
    /// Reason of a refund, by the API's numbers.
    pub voided_reason: u32,
    /// Sends the notification.
    pub notify: bool,
}

impl Default for OneTimeOptions {
    fn default() -> Self {
        Self {
            state: None,
            voided_source: 1,
            voided_reason: 0,
            notify: true,
        }
    }
}

impl OneTimeOptions {
    /// Creates options with a state that look-ups show.
    #[must_use]
    pub fn showing(state: impl Into<String>) -> Self {
        Self {
            state: Some(state.into()),
            ..Self::default()
        }
    }
}

//! What a customer buys once, and what can happen to it.

use serde::{Deserialize, Serialize};

use super::{PurchaseToken, new_purchase::germany};

/// A purchase to make of any one-time product.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewOneTimePurchase {
    /// Its token; made up if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purchase_token: Option<PurchaseToken>,
    /// The one-time product.
    pub product_id: String,
    /// `obfuscatedExternalAccountId`, as the app sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// `obfuscatedExternalProfileId`, as the app sets it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_id: Option<String>,
    /// The billing country.
    #[serde(default = "germany")]
    pub region_code: String,
    /// By a licence tester.
    #[serde(default)]
    pub test: bool,
    /// It is not paid yet.
    #[serde(default)]
    pub pending: bool,
    /// How many.
    #[serde(default = "one")]
    pub quantity: u32,
    /// Send the notification.
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
    /// One of this product, naming no account.
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

    /// The same purchase under this token.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<PurchaseToken>) -> Self {
        self.purchase_token = Some(token.into());
        self
    }

    /// The same purchase, naming the account.
    #[must_use]
    pub fn for_account(mut self, account_id: impl Into<String>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }

    /// The same purchase by a licence tester.
    #[must_use]
    pub const fn as_test(mut self) -> Self {
        self.test = true;
        self
    }

    /// The same purchase, not paid yet.
    #[must_use]
    pub const fn pending(mut self) -> Self {
        self.pending = true;
        self
    }

    /// So many of the product.
    #[must_use]
    pub const fn times(mut self, quantity: u32) -> Self {
        self.quantity = quantity;
        self
    }

    /// The same purchase, but nothing is sent.
    #[must_use]
    pub const fn silently(mut self) -> Self {
        self.notify = false;
        self
    }
}

/// Something that happens to it. In brackets: the notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum OneTimeAction {
    /// It is paid (1).
    CompletePending,
    /// It is given up before it is paid (2).
    CancelPending,
    /// It is paid back and taken away (`voided`).
    Refund,
    /// Look-ups show `state` from now on, or the truth if it is not given.
    SetState,
    /// The app acknowledges it, not the developer's server.
    Acknowledge,
}

/// What an action may be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct OneTimeOptions {
    /// Set the state: any word.
    pub state: Option<String>,
    /// Refund: 0 the customer, 1 the developer, 2 the store.
    pub voided_source: u32,
    /// Refund: why, by the API's numbers.
    pub voided_reason: u32,
    /// Send the notification.
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
    /// Look-ups show this word.
    #[must_use]
    pub fn showing(state: impl Into<String>) -> Self {
        Self {
            state: Some(state.into()),
            ..Self::default()
        }
    }
}

//! API keys, with their mode and permissions.

use serde::{Deserialize, Serialize};

use super::model::Private;

/// Permission of a restricted key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Permission {
    /// Subscriptions and their items.
    Subscriptions,
    /// Invoices and their payments.
    Invoices,
    /// Events.
    Events,
    /// Charges, payment intents, refunds and disputes.
    Charges,
    /// Checkout sessions.
    CheckoutSessions,
    /// Customers.
    Customers,
    /// Products and prices.
    Products,
    /// The account itself.
    Account,
}

impl Permission {
    /// Returns the name in errors.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Subscriptions => "rak_subscription_read",
            Self::Invoices => "rak_invoice_read",
            Self::Events => "rak_event_read",
            Self::Charges => "rak_charge_read",
            Self::CheckoutSessions => "rak_checkout_session_read",
            Self::Customers => "rak_customer_read",
            Self::Products => "rak_product_read",
            Self::Account => "rak_accounts_kyc_basic_read",
        }
    }
}

/// API key of an account: `sk_` unrestricted, `rk_` restricted, `_live_` or `_test_`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKey {
    /// Text of the key.
    pub key: Private,
    /// Permissions of a restricted key; without them it may read everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<Permission>>,
}

impl ApiKey {
    /// Creates a key that may read everything.
    #[must_use]
    pub fn secret(key: &str) -> Self {
        Self {
            key: key.into(),
            permissions: None,
        }
    }

    /// Creates a key that may read only these.
    #[must_use]
    pub fn restricted(key: &str, permissions: impl Into<Vec<Permission>>) -> Self {
        Self {
            key: key.into(),
            permissions: Some(permissions.into()),
        }
    }

    /// Returns whether the key is of the live mode; `None` if its form is not that of a key.
    pub(super) fn livemode(&self) -> Option<bool> {
        let rest = self.key.strip_prefix("sk_");
        let rest = rest.or_else(|| self.key.strip_prefix("rk_"))?;
        match rest.split_once('_')? {
            ("live", name) if !name.is_empty() => Some(true),
            ("test", name) if !name.is_empty() => Some(false),
            _ => None,
        }
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        let restricted = self.permissions.as_ref();
        restricted.is_none_or(|permissions| permissions.contains(&permission))
    }

    /// Returns the kind of key, without the secret.
    pub(super) fn shown(&self) -> String {
        let prefix: String = self.key.chars().take("rk_live_".len()).collect();
        format!("{prefix}*********")
    }
}

//! Notifications and transactions that no action causes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Forgery, model::Environment};

/// Notification that no action causes. It carries the current state of a purchase; the maps replace
/// fields, and `null` removes one.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomNotification {
    /// `notificationType`, which the store need not know. Defaults to `TEST`.
    pub notification_type: Option<String>,
    /// `subtype`.
    pub subtype: Option<String>,
    /// Transaction of the purchase that it is about; without it `data` has no signed parts.
    pub transaction_id: Option<String>,
    /// `environment`, if it is about no purchase.
    pub environment: Environment,
    /// Environment whose address it is sent to, if not its own.
    pub send_to: Option<Environment>,
    /// `notificationUUID`. Generated if not given.
    pub notification_uuid: Option<String>,
    /// `signedDate` of all parts.
    pub signed_date: Option<Timestamp>,
    /// Replaced fields of the payload.
    pub payload: Map<String, Value>,
    /// Replaced fields of `data`.
    pub data: Map<String, Value>,
    /// Replaced fields of the transaction.
    pub transaction: Map<String, Value>,
    /// Replaced fields of the renewal info.
    pub renewal: Map<String, Value>,
    /// Forgery of the payload's signature.
    pub forgery: Forgery,
    /// Forgery of the signatures of transaction and renewal info.
    pub inner_forgery: Forgery,
    /// Whole `signedPayload` instead.
    pub signed_payload: Option<String>,
    /// Whole body instead, JSON or not.
    pub body: Option<String>,
}

// By hand: what it carries names purchases and accounts.
impl std::fmt::Debug for CustomNotification {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("CustomNotification")
            .field("notification_type", &self.notification_type)
            .field("subtype", &self.subtype)
            .field("forgery", &self.forgery)
            .field("inner_forgery", &self.inner_forgery)
            .finish_non_exhaustive()
    }
}

impl CustomNotification {
    /// Creates a notification about a purchase, by one of its transactions.
    #[must_use]
    pub fn of(notification_type: impl Into<String>, transaction_id: impl Into<String>) -> Self {
        Self {
            notification_type: Some(notification_type.into()),
            transaction_id: Some(transaction_id.into()),
            ..Self::default()
        }
    }

    /// Creates a test notification.
    #[must_use]
    pub fn test(environment: Environment) -> Self {
        Self {
            environment,
            ..Self::default()
        }
    }

    /// Creates a notification with a body that is not the store's.
    #[must_use]
    pub fn body(body: impl Into<String>) -> Self {
        Self {
            body: Some(body.into()),
            ..Self::default()
        }
    }

    /// Sets the subtype.
    #[must_use]
    pub fn subtype(mut self, subtype: impl Into<String>) -> Self {
        self.subtype = Some(subtype.into());
        self
    }

    /// Forges the payload's signature.
    #[must_use]
    pub fn forged(mut self, forgery: Forgery) -> Self {
        self.forgery = forgery;
        self
    }

    /// Forges the signatures of transaction and renewal info.
    #[must_use]
    pub fn inner_forged(mut self, forgery: Forgery) -> Self {
        self.inner_forgery = forgery;
        self
    }

    /// Replaces a field of the payload.
    #[must_use]
    pub fn with_payload(mut self, name: impl Into<String>, value: Value) -> Self {
        self.payload.insert(name.into(), value);
        self
    }

    /// Replaces a field of `data`.
    #[must_use]
    pub fn with_data(mut self, name: impl Into<String>, value: Value) -> Self {
        self.data.insert(name.into(), value);
        self
    }

    /// Replaces a field of the transaction.
    #[must_use]
    pub fn with_transaction(mut self, name: impl Into<String>, value: Value) -> Self {
        self.transaction.insert(name.into(), value);
        self
    }

    /// Replaces a field of the renewal info.
    #[must_use]
    pub fn with_renewal(mut self, name: impl Into<String>, value: Value) -> Self {
        self.renewal.insert(name.into(), value);
        self
    }

    /// Sets the `signedDate`.
    #[must_use]
    pub fn signed_at(mut self, signed_date: Timestamp) -> Self {
        self.signed_date = Some(signed_date);
        self
    }

    /// Sends it to the address of that environment.
    #[must_use]
    pub fn sent_to(mut self, environment: Environment) -> Self {
        self.send_to = Some(environment);
        self
    }

    /// Returns whether the store itself could have sent it, so that its history shows it.
    pub(super) fn is_genuine(&self) -> bool {
        let good = |forgery| matches!(forgery, Forgery::Genuine | Forgery::ReissuedRoot);
        let own = self.signed_payload.is_some() || self.body.is_some();
        let changed = [&self.data, &self.transaction, &self.renewal];
        good(self.forgery)
            && good(self.inner_forgery)
            && !own
            && changed.iter().all(|fields| fields.is_empty())
    }
}

/// Signing of a transaction that the app submits to its server.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Signing {
    /// Replaced fields of the transaction; `null` removes one.
    pub transaction: Map<String, Value>,
    /// `signedDate`.
    pub signed_date: Option<Timestamp>,
    /// Forgery of the signature.
    pub forgery: Forgery,
}

impl Signing {
    /// Creates a forged signature.
    #[must_use]
    pub fn forged(forgery: Forgery) -> Self {
        Self {
            forgery,
            ..Self::default()
        }
    }

    /// Replaces a field of the transaction.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: Value) -> Self {
        self.transaction.insert(name.into(), value);
        self
    }
}

// By hand: the fields name accounts.
impl std::fmt::Debug for Signing {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Signing")
            .field("forgery", &self.forgery)
            .finish_non_exhaustive()
    }
}

/// Replaces the given fields; `null` removes one.
pub(super) fn replace(fields: &mut Map<String, Value>, given: &Map<String, Value>) {
    fields.extend(given.clone());
    fields.retain(|name, value| !(value.is_null() && given.contains_key(name)));
}

//! JSON bodies of the control API, shared by client and server.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Purchase;

/// Purchase to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPurchase {
    /// Id of the first invoice. Generated if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_id: Option<String>,
    /// Product that is bought.
    pub item_id: String,
    /// Customer, as the app named them to Samsung.
    pub custom_id: String,
    /// Country of the television.
    pub country_code: String,
}

impl NewPurchase {
    /// Creates a purchase of this product by this customer in the US.
    #[must_use]
    pub fn of(item_id: impl Into<String>, custom_id: impl Into<String>) -> Self {
        Self {
            invoice_id: None,
            item_id: item_id.into(),
            custom_id: custom_id.into(),
            country_code: "US".to_owned(),
        }
    }

    /// Sets the id of the first invoice.
    #[must_use]
    pub fn with_invoice(mut self, invoice_id: impl Into<String>) -> Self {
        self.invoice_id = Some(invoice_id.into());
        self
    }
}

/// Result of an action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// Purchase after the action.
    pub purchase: Purchase,
    /// The application's clock after the action.
    pub now: Timestamp,
}

/// Number of calls that the application made to the store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCalls {
    /// All calls, including refused ones.
    pub total: u64,
    /// Calls by the last part of the path: `list`, `verify`, `apply`, `cancel`.
    pub by_call: BTreeMap<String, u64>,
    /// Calls by result: a `CPStatus`, `http` and a status, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
}

//! The JSON bodies of the control API, as both its ends use them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Purchase;

/// A purchase to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPurchase {
    /// The first invoice's id; made up if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_id: Option<String>,
    /// Which product is bought.
    pub item_id: String,
    /// The customer, as the app named them to Samsung.
    pub custom_id: String,
    /// The television's country.
    pub country_code: String,
}

impl NewPurchase {
    /// A purchase of this product by this customer in the US.
    #[must_use]
    pub fn of(item_id: impl Into<String>, custom_id: impl Into<String>) -> Self {
        Self {
            invoice_id: None,
            item_id: item_id.into(),
            custom_id: custom_id.into(),
            country_code: "US".to_owned(),
        }
    }

    /// The same purchase under this invoice id.
    #[must_use]
    pub fn with_invoice(mut self, invoice_id: impl Into<String>) -> Self {
        self.invoice_id = Some(invoice_id.into());
        self
    }
}

/// What an action did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActionOutcome {
    /// The purchase after it.
    pub purchase: Purchase,
    /// The application's clock after it.
    pub now: Timestamp,
}

/// How often the application called the store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiCalls {
    /// All calls, the refused ones too.
    pub total: u64,
    /// By the last part of the path: `list`, `verify`, `apply`, `cancel`.
    pub by_call: BTreeMap<String, u64>,
    /// By what came of it: a `CPStatus`, `http` and a status, `hang` or `malformed`.
    pub by_outcome: BTreeMap<String, u64>,
}

//! Details of a purchase that webhooks show.

use std::collections::BTreeMap;

use domain::Locator;
use serde::{Deserialize, Serialize};

use crate::string_map::{read, written};

/// The `inAppSpecificData` of webhooks, which is also all that a look-up needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::connectors::samsung_tv) struct Details {
    /// Invoice by which the purchase was submitted: its key.
    pub(in crate::connectors::samsung_tv) invoice_id: String,
    pub(in crate::connectors::samsung_tv) samsung_customer_id: Option<String>,
    pub(in crate::connectors::samsung_tv) country_code: Option<String>,
    /// Id that joins the invoices of one subscription; known after the first look-up.
    pub(in crate::connectors::samsung_tv) subscription_id: Option<String>,
}

impl Details {
    /// Reads what the submission and earlier look-ups have kept.
    pub(in crate::connectors::samsung_tv) fn of(locator: &Locator) -> Self {
        Self {
            invoice_id: locator.key.as_str().to_owned(),
            ..read(&locator.details)
        }
    }

    /// Returns the fields as webhooks show them.
    pub(in crate::connectors::samsung_tv) fn written(&self) -> BTreeMap<String, String> {
        written(self)
    }
}

//! Details of a purchase that webhooks show.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::string_map::{read, written};

/// The `inAppSpecificData` of webhooks: exactly these two fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::connectors::vizio) struct Details {
    pub(in crate::connectors::vizio) subscription_id: String,
    pub(in crate::connectors::vizio) invoice_number: Option<String>,
}

impl Details {
    /// Reads the details of a locator or of a state.
    pub(in crate::connectors::vizio) fn of(details: &BTreeMap<String, String>) -> Self {
        read(details)
    }

    /// Returns the fields as webhooks show them.
    pub(in crate::connectors::vizio) fn written(&self) -> BTreeMap<String, String> {
        written(self)
    }
}

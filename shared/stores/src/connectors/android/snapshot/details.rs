//! Details of a purchase that webhooks show.

use std::collections::BTreeMap;

use domain::{Locator, PurchaseKey};
use serde::{Deserialize, Serialize};

use crate::string_map::{read, written};

/// The only value of `purchaseType`.
const ONE_TIME: &str = "oneTime";

/// The `inAppSpecificData` of webhooks, which is also all that a look-up needs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::connectors::android) struct Details {
    pub(in crate::connectors::android) purchase_token: String,
    pub(in crate::connectors::android) package_name: Option<String>,
    pub(in crate::connectors::android) order_id: Option<String>,
    /// Product that the app named. Google's answer decides, so only submissions have it.
    pub(in crate::connectors::android) product_id: Option<String>,
    pub(in crate::connectors::android) purchase_type: Option<String>,
}

impl Details {
    pub(in crate::connectors::android) fn new(key: &PurchaseKey, package_name: &str) -> Self {
        Self {
            purchase_token: key.as_str().to_owned(),
            package_name: Some(package_name.to_owned()),
            ..Self::default()
        }
    }

    /// Reads what the submission, notifications and earlier look-ups have kept.
    pub(in crate::connectors::android) fn of(locator: &Locator) -> Self {
        read(&locator.details)
    }

    /// Marks a purchase as no subscription.
    pub(in crate::connectors::android) fn one_time(self) -> Self {
        Self {
            purchase_type: Some(ONE_TIME.to_owned()),
            ..self
        }
    }

    /// Whether a purchase is marked as no subscription.
    pub(in crate::connectors::android) fn is_one_time(&self) -> bool {
        self.purchase_type.as_deref() == Some(ONE_TIME)
    }

    /// Returns the fields as webhooks show them.
    pub(in crate::connectors::android) fn written(&self) -> BTreeMap<String, String> {
        written(self)
    }

    /// Builds the locator of a purchase.
    pub(in crate::connectors::android) fn locator(&self, key: PurchaseKey) -> Locator {
        let details = self.written();
        Locator { key, details }
    }
}

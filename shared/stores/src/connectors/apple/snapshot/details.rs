//! Details of a purchase that webhooks show.

use std::collections::BTreeMap;

use domain::Environment;
use serde::{Deserialize, Serialize};

use crate::connectors::apple::config::environment_name;
use crate::connectors::apple::wire::{AUTO_RENEWABLE, Transaction};
use crate::string_map::{read, written};

/// Longest detail that is kept, in characters.
const LONGEST: usize = 255;

/// The `inAppSpecificData` of webhooks; `docs/stores/apple.md` lists it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::connectors::apple) struct Details {
    pub(in crate::connectors::apple) original_transaction_id: Option<String>,
    pub(in crate::connectors::apple) transaction_id: Option<String>,
    pub(in crate::connectors::apple) web_order_line_item_id: Option<String>,
    pub(in crate::connectors::apple) environment: Option<String>,
    /// Environment that an app claims. It counts only until Apple has named the environment, so
    /// only submissions have it.
    pub(in crate::connectors::apple) claimed_environment: Option<String>,
    #[serde(rename = "type")]
    pub(in crate::connectors::apple) kind: Option<String>,
    pub(in crate::connectors::apple) subscription_group_identifier: Option<String>,
    pub(in crate::connectors::apple) in_app_ownership_type: Option<String>,
    pub(in crate::connectors::apple) offer_identifier: Option<String>,
}

impl Details {
    /// Reads the details of a locator or of a state.
    pub(in crate::connectors::apple) fn of(details: &BTreeMap<String, String>) -> Self {
        read(details)
    }

    /// Builds the details of a transaction that Apple has signed.
    pub(in crate::connectors::apple) fn signed(
        transaction: &Transaction,
        environment: Environment,
    ) -> Self {
        let kept = |text: &Option<String>| text.as_deref().and_then(bounded);
        Self {
            original_transaction_id: kept(&transaction.original_transaction_id),
            transaction_id: kept(&transaction.transaction_id),
            web_order_line_item_id: kept(&transaction.web_order_line_item_id),
            environment: Some(environment_name(environment).to_owned()),
            claimed_environment: None,
            kind: transaction.kind().and_then(bounded),
            subscription_group_identifier: kept(&transaction.subscription_group_identifier),
            in_app_ownership_type: transaction.is_shared().then(|| "FAMILY_SHARED".to_owned()),
            offer_identifier: kept(&transaction.offer_identifier),
        }
    }

    /// Whether the purchase is known to be a subscription.
    pub(in crate::connectors::apple) fn is_subscription(&self) -> bool {
        self.kind.as_deref() == Some(AUTO_RENEWABLE)
    }

    /// Returns the fields as webhooks show them.
    pub(in crate::connectors::apple) fn written(&self) -> BTreeMap<String, String> {
        written(self)
    }
}

/// Returns a text if it is fit to be stored.
pub(in crate::connectors::apple) fn bounded(text: &str) -> Option<String> {
    let fits =
        !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

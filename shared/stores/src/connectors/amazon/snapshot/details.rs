//! Details of a purchase that webhooks show.

use std::collections::BTreeMap;

use domain::{Locator, Timestamp};
use serde::{Deserialize, Serialize};

use super::memory::Known;
use crate::connectors::amazon::submission::user_id;
use crate::connectors::amazon::wire::Answer;
use crate::string_map::{lenient, read, written};

/// Longest text that is kept; Amazon's ids are shorter.
const LONGEST_DETAIL: usize = 255;

/// The `inAppSpecificData` of webhooks; `docs/stores/amazon.md` lists it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(in crate::connectors::amazon) struct Details {
    receipt_id: Option<String>,
    receipt_user_id: Option<String>,
    /// The same user, under the name in webhooks and items of earlier versions.
    user_id: Option<String>,
    pub(in crate::connectors::amazon) product_type: Option<String>,
    pub(in crate::connectors::amazon) product_id: Option<String>,
    pub(in crate::connectors::amazon) term_sku: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub(in crate::connectors::amazon) purchase_date: Option<Timestamp>,
    #[serde(deserialize_with = "lenient")]
    free_trial_end_date: Option<Timestamp>,
    /// End of the last period that was known to be paid.
    #[serde(deserialize_with = "lenient")]
    pub(in crate::connectors::amazon) period_end: Option<Timestamp>,
    /// Present for test purchases only.
    pub(in crate::connectors::amazon) test: Option<String>,
    /// Receipt that this one replaces, according to a notification.
    pub(in crate::connectors::amazon) cancelled_receipt_id: Option<String>,
}

impl Details {
    /// Reads what earlier look-ups and notifications have kept.
    pub(in crate::connectors::amazon) fn of(locator: &Locator) -> Self {
        let kept: Self = read(&locator.details);
        let user = user_id(locator).cloned();
        Self {
            receipt_user_id: user,
            ..kept
        }
    }

    /// Builds the details of an answered receipt.
    pub(in crate::connectors::amazon) fn answered(
        said: &Answer,
        locator: &Locator,
        known: &Known,
    ) -> Self {
        let user = user_id(locator).cloned();
        // Kept, because a receipt that is no longer valid has no answer that would say it.
        let is_test = said.is_test() || said.is_beta();
        let memory = &known.memory;
        let fits = |text: &String| text.len() <= LONGEST_DETAIL;
        Self {
            receipt_id: Some(locator.key.as_str().to_owned()),
            receipt_user_id: user.clone().filter(fits),
            user_id: user.filter(fits),
            product_type: Some(said.product_type.clone()).filter(fits),
            product_id: said.product_id.clone().filter(fits),
            term_sku: said.term_sku.clone().filter(fits),
            purchase_date: said.purchase_date,
            free_trial_end_date: memory.free_trial_end_date,
            period_end: memory.period_end,
            test: is_test.then(|| "true".to_owned()),
            cancelled_receipt_id: Self::of(locator).cancelled_receipt_id.filter(fits),
        }
    }

    /// Returns the fields as webhooks show them.
    pub(in crate::connectors::amazon) fn written(&self) -> BTreeMap<String, String> {
        written(self)
    }
}

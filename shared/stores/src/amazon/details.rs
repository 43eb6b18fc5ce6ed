//! Memory of a receipt between look-ups, and what notifications add.

use std::collections::BTreeMap;

use domain::{Locator, Timestamp};

use super::period::End;
use super::submission::{RECEIPT_ID, RECEIPT_USER_ID, USER_ID, user_id};
use super::wire::Answer;

/// Details that a look-up keeps for the next one.
pub(super) const PRODUCT_ID: &str = "productId";
pub(super) const PRODUCT_TYPE: &str = "productType";
pub(super) const TERM_SKU: &str = "termSku";
pub(super) const PURCHASE_DATE: &str = "purchaseDate";
/// End of the free trial, from which paid periods are counted.
pub(super) const FREE_TRIAL_END_DATE: &str = "freeTrialEndDate";
/// End of the last period that was known to be paid.
pub(super) const PERIOD_END: &str = "periodEnd";
/// End that was counted because none was known; kept so that it does not move with each look-up.
pub(super) const COUNTED_END: &str = "countedEnd";
/// When it was first seen to be no longer valid, or the end of its paid period if that came before.
pub(super) const ENDED_AT: &str = "endedAt";
/// Present for test purchases only.
pub(super) const TEST: &str = "test";

/// Details that a notification adds: the receipt that this one replaces, and the type of a
/// cancellation.
pub(super) const CANCELLED_RECEIPT_ID: &str = "cancelledReceiptId";
pub(super) const NOTIFICATION_TYPE: &str = "notificationType";
pub(super) const CANCELLATION: &str = "SUBSCRIPTION_CANCELLED";

/// Longest text that is kept; Amazon's ids are shorter.
const LONGEST_DETAIL: usize = 255;

/// Stored facts about the purchase, which the answer does not contain.
pub(super) struct Known {
    /// When the look-up began.
    pub(super) observed_at: Timestamp,
    /// End of the last period that was known to be paid.
    pub(super) period_end: Option<Timestamp>,
    pub(super) counted_end: Option<Timestamp>,
    /// End of the free trial, if there was one.
    pub(super) trial_end: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    /// Whether Amazon reported a cancellation in a notification.
    pub(super) told_of_cancellation: bool,
}

impl Known {
    pub(super) fn of(locator: &Locator, observed_at: Timestamp) -> Self {
        let detail = |name: &str| locator.details.get(name).map(String::as_str);
        let instant = |name: &str| detail(name).and_then(|text| text.parse().ok());
        Self {
            observed_at,
            period_end: instant(PERIOD_END),
            counted_end: instant(COUNTED_END),
            trial_end: instant(FREE_TRIAL_END_DATE),
            ended_at: instant(ENDED_AT),
            told_of_cancellation: detail(NOTIFICATION_TYPE) == Some(CANCELLATION),
        }
    }

    /// Adds what an answer says. Amazon names the trial only while it runs.
    pub(super) fn and(self, said: &Answer) -> Self {
        Self {
            trial_end: said.free_trial_end_date.or(self.trial_end),
            ..self
        }
    }

    pub(super) fn is_over(&self, at: Timestamp) -> bool {
        at <= self.observed_at
    }
}

/// Builds the details, for the next look-up and as `inAppSpecificData` of webhooks.
pub(super) fn of(
    said: &Answer,
    locator: &Locator,
    known: &Known,
    end: Option<End>,
) -> BTreeMap<String, String> {
    let kept = |name: &str| locator.details.get(name).cloned();
    let (told, counted) = match end {
        Some(End::Told(at)) => (Some(at), None),
        Some(End::Counted(at)) => (None, Some(at)),
        None => (None, None),
    };
    // Kept, because a receipt that is no longer valid has no answer that would say it.
    let is_test = said.is_test() || said.is_beta();
    let all = [
        // Under both names: items of earlier versions and their readers know only the second one.
        (RECEIPT_ID, Some(locator.key.as_str().to_owned())),
        (RECEIPT_USER_ID, user_id(locator).cloned()),
        (USER_ID, user_id(locator).cloned()),
        (PRODUCT_TYPE, Some(said.product_type.clone())),
        (PRODUCT_ID, said.product_id.clone()),
        (TERM_SKU, said.term_sku.clone()),
        (PURCHASE_DATE, said.purchase_date.map(|at| at.to_string())),
        (
            FREE_TRIAL_END_DATE,
            known.trial_end.map(|at| at.to_string()),
        ),
        (PERIOD_END, told.map(|at| at.to_string())),
        (COUNTED_END, counted.map(|at| at.to_string())),
        (TEST, is_test.then(|| "true".to_owned())),
        (CANCELLED_RECEIPT_ID, kept(CANCELLED_RECEIPT_ID)),
    ];
    let fits = |name: &str, text: &str| name == RECEIPT_ID || text.len() <= LONGEST_DETAIL;
    all.into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), text.filter(|text| fits(name, text))?)))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}

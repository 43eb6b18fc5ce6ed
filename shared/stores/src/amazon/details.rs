//! What a look leaves for the next one, and what a notification adds.

use std::collections::BTreeMap;

use domain::Timestamp;

use super::period::End;
use super::submission::{RECEIPT_ID, RECEIPT_USER_ID, USER_ID, user_id};
use super::wire::Answer;
use crate::Locator;

/// What a look keeps for the next one.
pub(super) const PRODUCT_ID: &str = "productId";
pub(super) const PRODUCT_TYPE: &str = "productType";
pub(super) const TERM_SKU: &str = "termSku";
pub(super) const PURCHASE_DATE: &str = "purchaseDate";
/// The end of the free trial, from which paid periods are counted.
pub(super) const FREE_TRIAL_END_DATE: &str = "freeTrialEndDate";
/// The end of the last period that was known to be paid.
pub(super) const PERIOD_END: &str = "periodEnd";
/// The end that was counted where none was known, so that it is not counted anew.
pub(super) const COUNTED_END: &str = "countedEnd";
/// When it was first no longer valid, or its paid period ended before.
pub(super) const ENDED_AT: &str = "endedAt";
/// There for test purchases only.
pub(super) const TEST: &str = "test";

/// What a notification adds: the receipt that this one replaces, and Amazon's word for a cancellation.
pub(super) const CANCELLED_RECEIPT_ID: &str = "cancelledReceiptId";
pub(super) const NOTIFICATION_TYPE: &str = "notificationType";
pub(super) const CANCELLATION: &str = "SUBSCRIPTION_CANCELLED";

/// Longer texts are no ids of Amazon's, and are not kept.
const LONGEST_DETAIL: usize = 255;

/// What is known besides the answer.
pub(super) struct Known {
    /// When it was asked.
    pub(super) observed_at: Timestamp,
    /// The end of the last period that was known to be paid.
    pub(super) period_end: Option<Timestamp>,
    pub(super) counted_end: Option<Timestamp>,
    /// The end of the free trial, if there was one.
    pub(super) trial_end: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    /// Whether Amazon told by itself of a cancellation.
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

    /// The same together with what an answer tells. Amazon names the trial only while it runs.
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

/// What webhooks show as `inAppSpecificData`, and what the next look needs.
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
    let is_test = said.is_test() || said.is_beta();
    let all = [
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

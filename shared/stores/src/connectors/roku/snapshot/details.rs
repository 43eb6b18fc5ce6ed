//! Details of a purchase that webhooks show.

use domain::Timestamp;
use serde::Serialize;

use crate::connectors::roku::memory::hints::{
    CANCELLED_AT, CHARGEBACK_REVERSED_AT, CHARGED_BACK_AT, Hints, REFUNDED_AMOUNT, REFUNDED_AT,
    TRIAL_ENDS_AT,
};

/// The `inAppSpecificData` of webhooks; `docs/stores/roku.md` lists it.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::connectors::roku) struct Details {
    pub(in crate::connectors::roku) original_transaction_id: String,
    pub(in crate::connectors::roku) transaction_id: String,
    pub(in crate::connectors::roku) transaction_at: Option<Timestamp>,
    pub(in crate::connectors::roku) channel_id: Option<String>,
    pub(in crate::connectors::roku) replaced_transaction_id: Option<String>,
    pub(in crate::connectors::roku) replaced_original_transaction_id: Option<String>,
    pub(in crate::connectors::roku) trial_ends_at: Option<String>,
    pub(in crate::connectors::roku) cancelled_at: Option<String>,
    pub(in crate::connectors::roku) refunded_at: Option<String>,
    pub(in crate::connectors::roku) refunded_amount: Option<String>,
    pub(in crate::connectors::roku) charged_back_at: Option<String>,
    pub(in crate::connectors::roku) chargeback_reversed_at: Option<String>,
}

impl Details {
    /// Builds the details that notifications reported.
    pub(in crate::connectors::roku) fn notified(hints: Hints<'_>) -> Self {
        let text = |name| hints.text(name).map(str::to_owned);
        Self {
            trial_ends_at: text(TRIAL_ENDS_AT),
            cancelled_at: text(CANCELLED_AT),
            refunded_at: text(REFUNDED_AT),
            refunded_amount: text(REFUNDED_AMOUNT),
            charged_back_at: text(CHARGED_BACK_AT),
            chargeback_reversed_at: text(CHARGEBACK_REVERSED_AT),
            ..Self::default()
        }
    }
}

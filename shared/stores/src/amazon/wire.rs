//! The answer of the Receipt Verification Service, field by field. Amazon writes `null` for what does not
//! apply; what is there has to have its documented form.

use domain::Timestamp;
use serde::Deserialize;
use serde_json::Value;

/// A field is there, but not in a form that we know; or it isn't there and has to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the field {0} is missing or has an unknown form")]
pub(super) struct UnknownForm(String);

/// An instant in epoch milliseconds.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Instant(pub(super) Timestamp);

impl TryFrom<i64> for Instant {
    type Error = jiff::Error;

    fn try_from(milliseconds: i64) -> Result<Self, jiff::Error> {
        Timestamp::from_millisecond(milliseconds).map(Self)
    }
}

/// A receipt. Has no `Debug`: it holds purchase keys.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    pub(super) receipt_id: Option<String>,
    pub(super) product_id: String,
    pub(super) product_type: String,
    pub(super) term_sku: Option<String>,
    pub(super) term: Option<String>,
    pub(super) purchase_date: Instant,
    pub(super) renewal_date: Option<Instant>,
    pub(super) auto_renewing: Option<bool>,
    pub(super) cancel_date: Option<Instant>,
    pub(super) cancel_reason: Option<i64>,
    pub(super) free_trial_end_date: Option<Instant>,
    pub(super) grace_period_end_date: Option<Instant>,
    pub(super) deferred_sku: Option<String>,
    pub(super) beta_product: Option<bool>,
    pub(super) test_transaction: Option<bool>,
}

impl Answer {
    pub(super) fn read(answer: &Value) -> Result<Self, UnknownForm> {
        serde_path_to_error::deserialize(answer)
            .map_err(|error| UnknownForm(error.path().to_string()))
    }

    /// What was sold: of a subscription the plan, for an offer is one plan.
    pub(super) fn sku(&self) -> &str {
        let plan = self.term_sku.as_deref().filter(|sku| !sku.is_empty());
        plan.unwrap_or(&self.product_id)
    }

    pub(super) fn is_beta(&self) -> bool {
        self.beta_product.unwrap_or(false)
    }

    pub(super) fn is_test(&self) -> bool {
        self.test_transaction.unwrap_or(false)
    }
}

//! Answer of the Receipt Verification Service. Amazon writes `null` for what does not apply, and
//! published receipts differ in the capitals of names. Fields that decide must be readable; others
//! are left out if they are not.

use domain::Timestamp;
use serde_json::Value;

use crate::LookUpError;
use crate::lenient::{self, Unreadable};

/// Error: a required field is missing, or a field that decides has an unknown format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the field {0} is missing or has an unknown form")]
pub(super) struct UnknownForm(&'static str);

impl From<UnknownForm> for LookUpError {
    fn from(error: UnknownForm) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// Builds the error of an answer that can't be read.
pub(super) fn malformed(what: &str) -> LookUpError {
    LookUpError::Malformed(what.to_owned())
}

/// Receipt. Has no `Debug`, because it contains purchase keys.
pub(super) struct Answer {
    pub(super) receipt_id: Option<String>,
    pub(super) product_id: Option<String>,
    /// In capitals, as Amazon documents it.
    pub(super) product_type: String,
    pub(super) term_sku: Option<String>,
    pub(super) term: Option<String>,
    pub(super) purchase_date: Option<Timestamp>,
    pub(super) renewal_date: Option<Timestamp>,
    pub(super) auto_renewing: Option<bool>,
    pub(super) cancel_date: Option<Timestamp>,
    pub(super) cancel_reason: Option<i64>,
    pub(super) free_trial_end_date: Option<Timestamp>,
    pub(super) grace_period_end_date: Option<Timestamp>,
    pub(super) deferred_sku: Option<String>,
    pub(super) beta_product: Option<bool>,
    pub(super) test_transaction: Option<bool>,
}

impl Answer {
    pub(super) fn read(answer: &Value) -> Result<Self, UnknownForm> {
        let text = |name| read(answer, name, lenient::text);
        let flag = |name| read(answer, name, lenient::flag);
        let at = |name| read(answer, name, lenient::instant);
        let product_type = text("productType")?.ok_or(UnknownForm("productType"))?;
        Ok(Self {
            receipt_id: text("receiptId")?,
            product_id: text("productId")?,
            product_type: product_type.to_ascii_uppercase(),
            term_sku: text("termSku")?,
            term: text("term").ok().flatten(),
            purchase_date: at("purchaseDate")?,
            renewal_date: at("renewalDate")?,
            auto_renewing: flag("autoRenewing")?,
            cancel_date: at("cancelDate")?,
            cancel_reason: read(answer, "cancelReason", lenient::whole_number)?,
            free_trial_end_date: at("freeTrialEndDate")?,
            grace_period_end_date: at("gracePeriodEndDate")?,
            deferred_sku: text("deferredSku").ok().flatten(),
            beta_product: flag("betaProduct")?,
            test_transaction: flag("testTransaction")?,
        })
    }

    /// Returns the product: for a subscription its plan, because an offer is one plan.
    pub(super) fn sku(&self) -> Result<&str, UnknownForm> {
        let sku = self.term_sku.as_deref().or(self.product_id.as_deref());
        sku.ok_or(UnknownForm("productId"))
    }

    /// Whether it renews: by its flag, or else by which of the two dates it has.
    pub(super) fn renews(&self) -> Result<bool, UnknownForm> {
        let by_date = match (self.renewal_date, self.cancel_date) {
            (Some(_), _) => Some(true),
            (None, Some(_)) => Some(false),
            // Amazon documents the flag as the field to use; an answer without it has one of the
            // dates.
            (None, None) => None,
        };
        let renews = self.auto_renewing.or(by_date);
        renews.ok_or(UnknownForm("autoRenewing"))
    }

    pub(super) fn is_beta(&self) -> bool {
        self.beta_product.unwrap_or(false)
    }

    pub(super) fn is_test(&self) -> bool {
        self.test_transaction.unwrap_or(false)
    }
}

fn read<T>(
    answer: &Value,
    name: &'static str,
    form: fn(&Value) -> Result<Option<T>, Unreadable>,
) -> Result<Option<T>, UnknownForm> {
    form(lenient::field(answer, name)).map_err(|Unreadable| UnknownForm(name))
}

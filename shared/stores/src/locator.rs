//! Names of a purchase towards its store, and submissions of apps.

use std::collections::BTreeMap;
use std::fmt;

use domain::{CustomerId, IdError, OfferId, PurchaseKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{FieldError, Proof};

/// Key and hints with which a store is asked about a purchase. `Debug` shows no purchase key.
///
/// The locator of a known subscription is its purchase key with the details of its state.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Locator {
    /// The store's key of the purchase.
    pub key: PurchaseKey,
    /// Hints that some stores need, and what webhooks show as `inAppSpecificData`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

impl fmt::Debug for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locator")
            .field("key", &self.key)
            .field("details", &self.details.keys())
            .finish()
    }
}

/// Purchase that an app submits for a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// Customer named in the body, if any. The token of a customer's app names one as well.
    pub customer_id: Option<CustomerId>,
    /// The purchase.
    pub locator: Locator,
    /// The offer that the app believes to have sold, if it says so.
    pub offer_id: Option<OfferId>,
    /// Coupon code, if any. It may be invalid and never blocks a purchase.
    pub coupon_code: Option<String>,
    /// Proof of possession that the app submitted.
    pub proof: Option<Proof>,
}

/// Parses `customerId`: a whole number or a text.
pub(crate) fn customer_id(value: &Value) -> Result<CustomerId, FieldError> {
    CustomerId::from_json(value).map_err(|error| {
        let rule =
            "must be a whole number, or a string of 1 to 255 characters without control characters";
        match error {
            IdError::Form(why) => FieldError::new("customerId", why),
            _ => FieldError::new("customerId", rule),
        }
    })
}

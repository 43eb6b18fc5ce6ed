//! Proof of possession that a submission contains.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Signed statement of a store about a purchase, as the app submitted it. It has no effect before
/// the store's connector has verified it.
///
/// Separate from the [`Locator`](crate::Locator), whose details are shown in webhooks. `Debug`
/// prints none of it: whoever has it can submit the purchase.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Proof(pub(crate) String);

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof")
    }
}

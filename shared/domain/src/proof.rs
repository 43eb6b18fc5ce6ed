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
pub struct Proof(String);

impl Proof {
    /// Wraps a statement as it was submitted.
    #[must_use]
    pub const fn new(statement: String) -> Self {
        Self(statement)
    }

    /// Returns the statement, for the connector that verifies it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof")
    }
}

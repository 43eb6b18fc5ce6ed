//! Proof of possession that comes with a submission.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Statement about a purchase that its store signed for the buyer, as the app handed it on. Nothing of it
/// counts before the store's connector has proven it.
///
/// It is kept apart from the [`Locator`](crate::Locator), whose details are shown in webhooks. `Debug` shows
/// nothing of it: whoever has it can submit the purchase.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Proof(pub(crate) String);

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof")
    }
}

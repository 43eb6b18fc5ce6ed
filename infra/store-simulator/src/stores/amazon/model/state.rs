//! States of a receipt.

use serde::{Deserialize, Serialize};

/// State of a receipt, derived from its actions and the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// In its free trial.
    InTrial,
    /// Paid.
    Active,
    /// The charge failed; access continues.
    InGrace,
    /// It runs to its end and does not renew.
    WontRenew,
    /// Ended.
    Ended,
}

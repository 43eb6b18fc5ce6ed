//! Where a receipt stands.

use serde::{Deserialize, Serialize};

/// Where a receipt stands, by what was done to it and the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// In its free trial.
    InTrial,
    /// Paid.
    Active,
    /// The charge failed, access goes on.
    InGrace,
    /// It runs to its end and does not renew.
    WontRenew,
    /// Over.
    Ended,
}

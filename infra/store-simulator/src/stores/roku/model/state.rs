//! Where a purchase stands.

use serde::{Deserialize, Serialize};

/// Where a purchase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// It renews.
    Active,
    /// The renewal is unpaid, access goes on.
    InGrace,
    /// The renewal is unpaid, access is off.
    OnHold,
    /// It runs to its end.
    Cancelled,
    /// A downgrade that has not begun.
    PendingActive,
    /// Replaced by an upgrade that is in its trial.
    PendingInactive,
    /// It is over.
    Ended,
    /// Bought once.
    OneTime,
}
